// PLUGIN: takes the newest tag of a repository that begins with what the policy says, as a first update checker.
package main

import (
	"slices"
	"strings"

	"slipway.dev/slipway"
	"slipway.dev/slipway/registry"
)

// Policy is what can be set per deployment.
type Policy struct {
	Prefix string `json:"prefix" title:"Prefix" doc:"Only tags that begin with this are looked at." maxLength:"100"`
}

var plugin = slipway.UpdateChecker[Policy]{
	Name:    "PLUGIN",
	Version: "0.1.0",
	About:   slipway.NewAbout("PLUGIN", "The newest tag of a repository."),
	Check:   check,
}

func init() { slipway.Export(plugin) }

func main() { slipway.Main() }

// The last tag in the order of the alphabet that nobody said to skip; none where it is the one in use.
func check(subject slipway.Subject, policy Policy) (*slipway.Candidate, error) {
	colon := strings.LastIndexByte(subject.Current, ':')
	if colon < 0 {
		return nil, slipway.NewFailure("no-tag", subject.Current+" has no tag.")
	}
	repository, tag := subject.Current[:colon], subject.Current[colon+1:]
	tags, err := registry.Tags(repository)
	if err != nil {
		return nil, err
	}
	newest := tag
	for _, it := range tags {
		if strings.HasPrefix(it, policy.Prefix) && !slices.Contains(subject.Skipped, it) {
			newest = max(newest, it)
		}
	}
	if newest == tag {
		return nil, nil
	}
	reference := repository + ":" + newest
	digest, err := registry.Resolve(reference)
	if err != nil {
		return nil, err
	}
	return &slipway.Candidate{Reference: reference, Digest: digest, Reason: newest + " comes after " + tag + "."}, nil
}
