//go:build wasip1

package slipway

import (
	answers "slipway.dev/slipway/internal/wit/export_slipway_blueprint_blueprint"
	check "slipway.dev/slipway/internal/wit/export_slipway_blueprint_config_check"
	migrate "slipway.dev/slipway/internal/wit/export_slipway_blueprint_migrate"
	suggest "slipway.dev/slipway/internal/wit/export_slipway_blueprint_suggest"
	contract "slipway.dev/slipway/internal/wit/slipway_blueprint_blueprint"
	witTypes "slipway.dev/slipway/internal/wit/types"
)

func (b Blueprint[V]) connect() {
	answers.Describe = func() contract.Description { return guarded(b.described) }
	answers.Render = func(input contract.RenderInput) witTypes.Result[[]string, contract.Failure] {
		return answered(func() ([]string, error) { return b.rendered(input) })
	}
	check.Check = func(app contract.App, values, facts string) []contract.Failure {
		return guarded(func() []contract.Failure { return b.checked(app, values, facts) })
	}
	migrate.Migrate = func(fromVersion, values string) witTypes.Result[string, contract.Failure] {
		return answered(func() (string, error) {
			values, err := b.Migrate(fromVersion, parsedObject(values))
			return written(values), err
		})
	}
	suggest.Suggest = func(field, values string) []string {
		return guarded(func() []string { return b.Suggest(field, parsedObject(values)) })
	}
}

func (b Blueprint[V]) described() contract.Description {
	icon := witTypes.None[string]()
	if b.About.icon != nil {
		icon = witTypes.Some(*b.About.icon)
	}
	schema, defaults := schemaAndStart(b.Values)
	return contract.Description{
		Name:          b.Name,
		Title:         b.About.title,
		Summary:       b.About.summary,
		Version:       b.Version,
		Icon:          icon,
		Docs:          b.About.docs,
		ValuesSchema:  schema,
		DefaultValues: defaults,
		Extra:         written(b.About.extra),
	}
}

func (b Blueprint[V]) rendered(input contract.RenderInput) ([]string, error) {
	values, err := b.ReadValues(input.Values)
	if err != nil {
		return nil, err
	}
	objects, err := b.Render(whom(input.App), values, NewFacts(parsedObject(input.Facts)))
	if err != nil {
		return nil, err
	}
	return texts(objects.All()), nil
}

func (b Blueprint[V]) checked(app contract.App, text, facts string) []contract.Failure {
	values, err := b.ReadValues(text)
	found := []Failure{}
	if failure, is := err.(Failure); is {
		found = append(found, failure)
	} else {
		found = b.Check(whom(app), values, NewFacts(parsedObject(facts)))
	}
	failures := make([]contract.Failure, len(found))
	for index, failure := range found {
		failures[index] = told(failure)
	}
	return failures
}

func texts(objects []Object) []string {
	texts := make([]string, len(objects))
	for index, object := range objects {
		texts[index] = written(object)
	}
	return texts
}
