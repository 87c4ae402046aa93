package main

import (
	"testing"

	"slipway.dev/slipway"
	"slipway.dev/slipway/slipwaytest"
)

func TestTheNewestTagOfThePrefixWins(t *testing.T) {
	registry := slipwaytest.Registry{
		Tags:    func(string) ([]string, error) { return []string{"v1", "v3", "x9"}, nil },
		Resolve: func(reference string) (string, error) { return "sha256:" + reference, nil },
	}
	slipwaytest.WithRegistry(registry, func() {
		found, err := check(slipway.Subject{Kind: "image", Current: "r.example/app:v1"}, Policy{Prefix: "v"})
		if err != nil || found == nil || found.Reference != "r.example/app:v3" {
			t.Errorf("%+v %v", found, err)
		}
	})
}
