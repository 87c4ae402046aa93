//go:build wasip1

package slipway

import (
	answers "slipway.dev/slipway/internal/wit/export_slipway_control_control"
	contract "slipway.dev/slipway/internal/wit/slipway_control_control"
	witTypes "slipway.dev/slipway/internal/wit/types"
)

func (c Control[O]) connect() {
	answers.Describe = func() contract.Description { return guarded(c.described) }
	answers.Step = func(input contract.StepInput) witTypes.Result[contract.StepOutput, contract.Failure] {
		return answered(func() (contract.StepOutput, error) { return c.stepped(input) })
	}
}

func (c Control[O]) described() contract.Description {
	schema, defaults := schemaAndStart(c.Options)
	return contract.Description{
		Name:           c.Name,
		Title:          c.About.title,
		Summary:        c.About.summary,
		Version:        c.Version,
		Operations:     c.Operations,
		OptionsSchema:  schema,
		DefaultOptions: defaults,
		Docs:           c.About.docs,
		Extra:          written(c.About.extra),
	}
}

func (c Control[O]) stepped(input contract.StepInput) (contract.StepOutput, error) {
	nothing := contract.StepOutput{}
	if err := c.knows(input.Operation); err != nil {
		return nothing, err
	}
	options, err := c.ReadValues(input.Options)
	if err != nil {
		return nothing, err
	}
	decision, err := c.Step(stepOf(input, options))
	if err != nil {
		return nothing, err
	}
	return output(decision), nil
}

func stepOf[O any](input contract.StepInput, options O) Step[O] {
	return Step[O]{
		Operation:               input.Operation,
		OperationID:             input.OperationId,
		Arguments:               parsed(input.Arguments),
		Options:                 options,
		App:                     whom(input.App),
		Desired:                 objectsOf(input.Desired),
		Previous:                objectsOf(input.Previous),
		Observed:                seen(input.Observed),
		Facts:                   NewFacts(parsedObject(input.Facts)),
		Memory:                  parsed(input.Memory),
		NowUnixMilliseconds:     input.Now,
		StartedUnixMilliseconds: input.Started,
		Attempt:                 input.Attempt,
	}
}

func objectsOf(texts []string) []Object {
	objects := make([]Object, len(texts))
	for index, text := range texts {
		objects[index] = parsedObject(text)
	}
	return objects
}

func seen(all []contract.Observed) []Observed {
	observed := make([]Observed, len(all))
	for index, it := range all {
		observed[index] = Observed{parsedObject(it.Object), Health(it.Health), it.Reason, it.Message}
	}
	return observed
}

func output(decision Decision) contract.StepOutput {
	outcome := contract.MakeOutcomeDone()
	switch decision.Outcome {
	case OutcomeWait:
		outcome = contract.MakeOutcomeWait(decision.Reason)
	case OutcomeFailed:
		outcome = contract.MakeOutcomeFailed(told(decision.Failure))
	}
	recheck := witTypes.None[uint32]()
	if decision.RecheckAfterMilliseconds != nil {
		recheck = witTypes.Some(*decision.RecheckAfterMilliseconds)
	}
	links := make([]contract.Link, len(decision.Links))
	for index, link := range decision.Links {
		links[index] = contract.Link{Name: link.Name, Url: link.URL}
	}
	return contract.StepOutput{
		Apply:                    texts(decision.Apply),
		Keep:                     references(decision.Keep),
		Remove:                   references(decision.Remove),
		Memory:                   written(decision.Memory),
		Outcome:                  outcome,
		RecheckAfterMilliseconds: recheck,
		Notes:                    decision.Notes,
		Links:                    links,
	}
}

func references(all []ObjectRef) []contract.ObjectRef {
	references := make([]contract.ObjectRef, len(all))
	for index, it := range all {
		references[index] = contract.ObjectRef{ApiVersion: it.APIVersion, Kind: it.Kind, Name: it.Name}
	}
	return references
}
