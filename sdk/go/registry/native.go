//go:build !wasip1

package registry

import (
	"slipway.dev/slipway"
	"slipway.dev/slipway/internal/host"
)

func tags(repository string) ([]string, error) {
	return asked(host.Registry.Tags, repository)
}

func resolve(reference string) (string, error) {
	return asked(host.Registry.Resolve, reference)
}

func created(reference string) (*uint64, error) {
	return asked(host.Registry.Created, reference)
}

// Outside of a component there is nobody to ask, unless a test answers.
func asked[T any](ask func(string) (T, error), what string) (T, error) {
	if ask == nil {
		var none T
		return none, slipway.NewFailure("unreachable", "There is no host here that could ask for "+what+".")
	}
	return ask(what)
}
