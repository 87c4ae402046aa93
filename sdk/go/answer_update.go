//go:build wasip1

package slipway

import (
	answers "slipway.dev/slipway/internal/wit/export_slipway_update_checker_update_checker"
	contract "slipway.dev/slipway/internal/wit/slipway_update_checker_update_checker"
	witTypes "slipway.dev/slipway/internal/wit/types"
)

type candidate = witTypes.Option[contract.Candidate]

func (u UpdateChecker[P]) connect() {
	answers.Describe = func() contract.Description { return guarded(u.described) }
	answers.Check = func(input contract.CheckInput) witTypes.Result[candidate, contract.Failure] {
		return answered(func() (candidate, error) { return u.checked(input) })
	}
}

func (u UpdateChecker[P]) described() contract.Description {
	schema, defaults := schemaAndStart(u.Policy)
	return contract.Description{
		Name:          u.Name,
		Title:         u.About.title,
		Summary:       u.About.summary,
		Version:       u.Version,
		PolicySchema:  schema,
		DefaultPolicy: defaults,
		Docs:          u.About.docs,
		Extra:         written(u.About.extra),
	}
}

func (u UpdateChecker[P]) checked(input contract.CheckInput) (candidate, error) {
	none := witTypes.None[contract.Candidate]()
	policy, err := u.ReadValues(input.Policy)
	if err != nil {
		return none, err
	}
	subject := Subject{
		Kind:                input.Subject,
		Current:             input.Current,
		Skipped:             input.Skipped,
		NowUnixMilliseconds: input.Now,
	}
	if input.CurrentDigest.Tag() == witTypes.OptionSome {
		subject.CurrentDigest = input.CurrentDigest.Some()
	}
	found, err := u.Check(subject, policy)
	if err != nil || found == nil {
		return none, err
	}
	return witTypes.Some(contract.Candidate{
		Reference: found.Reference,
		Digest:    found.Digest,
		Reason:    found.Reason,
		Changelog: filled(found.Changelog),
	}), nil
}
