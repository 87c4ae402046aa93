// Package slipwaytest is for a plugin's own tests: the inputs that the host would give, with nothing special about them.
package slipwaytest

import (
	"encoding/json"

	"slipway.dev/slipway"
	"slipway.dev/slipway/internal/host"
)

// App is one named web of the project shop, answering at web.shop.localhost.
func App() slipway.App {
	hosts := []string{"web.shop.localhost"}
	return slipway.App{Project: "shop", Name: "web", Namespace: "shop", Hosts: hosts, Revision: 1}
}

// Facts are what the embedded cluster tells.
func Facts() slipway.Facts {
	return slipway.NewFacts(slipway.Object{"runtime": "wasm", "ingressPort": 8080})
}

// Secret is one of the form of that app, as its first revision set it.
func Secret(field string) *slipway.SecretRef {
	return &slipway.SecretRef{Name: "web.secrets.slipway.dev", Key: field + ".1"}
}

// Values are as the plugin sees them, read from JSON as the host would send it; what is left out starts as in the form. What
// does not fit the form is a mistake of the test's.
func Values[V any](plugin interface{ ReadValues(json string) (V, error) }, filledIn slipway.Object) V {
	if filledIn == nil {
		filledIn = slipway.Object{}
	}
	text, err := json.Marshal(filledIn)
	if err != nil {
		panic(err)
	}
	values, err := plugin.ReadValues(string(text))
	if err != nil {
		panic(err)
	}
	return values
}

// Step is the first one of an operation, with nothing in the cluster yet.
func Step[O any](plugin slipway.Control[O], operation string, desired ...slipway.Object) slipway.Step[O] {
	return slipway.Step[O]{
		Operation:               operation,
		OperationID:             "op-1",
		Arguments:               slipway.Object{},
		Options:                 plugin.Options,
		App:                     App(),
		Desired:                 desired,
		Facts:                   Facts(),
		NowUnixMilliseconds:     1_000_000,
		StartedUnixMilliseconds: 1_000_000,
	}
}

// Observed is the object as the cluster would show it.
func Observed(object slipway.Object, health slipway.Health, reason string) slipway.Observed {
	return slipway.Observed{Object: object, Health: health, Reason: reason, Message: "It is " + reason + "."}
}

// Registry answers in place of the host's; what is left out is not there.
type Registry struct {
	Tags    func(repository string) ([]string, error)
	Resolve func(reference string) (string, error)
	Created func(reference string) (*uint64, error)
}

// WithRegistry runs something with a registry that answers like this one.
func WithRegistry(registry Registry, run func()) {
	before := host.Registry
	defer func() { host.Registry = before }()
	host.Registry = host.Answers{
		Tags:    orMissing(registry.Tags),
		Resolve: orMissing(registry.Resolve),
		Created: orMissing(registry.Created),
	}
	run()
}

func orMissing[T any](ask func(string) (T, error)) func(string) (T, error) {
	if ask != nil {
		return ask
	}
	return func(what string) (T, error) {
		var none T
		return none, slipway.NewFailure("not-found", "There is no "+what+".")
	}
}
