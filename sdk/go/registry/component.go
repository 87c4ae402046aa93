//go:build wasip1

package registry

import (
	"slipway.dev/slipway"
	host "slipway.dev/slipway/internal/wit/slipway_registry_registry"
	witTypes "slipway.dev/slipway/internal/wit/types"
)

func tags(repository string) ([]string, error) {
	return answered(host.Tags(repository))
}

func resolve(reference string) (string, error) {
	return answered(host.Resolve(reference))
}

func created(reference string) (*uint64, error) {
	said, err := answered(host.Created(reference))
	if err != nil || said.Tag() == witTypes.OptionNone {
		return nil, err
	}
	milliseconds := said.Some()
	return &milliseconds, nil
}

func answered[T any](answer witTypes.Result[T, host.Failure]) (T, error) {
	if answer.Tag() == witTypes.ResultErr {
		var none T
		return none, slipway.NewFailure(answer.Err().Code, answer.Err().Message)
	}
	return answer.Ok(), nil
}
