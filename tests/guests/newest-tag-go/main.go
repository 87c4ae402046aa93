// Newest tag in Go: the highest version among the tags of the repository in use, as examples/newest-tag has it.
package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"slipway.dev/slipway"
	"slipway.dev/slipway/registry"
)

// Policy is what can be set per deployment.
type Policy struct {
	Range string `json:"range" title:"Range" doc:"How far an update may go: within the first number of the version, or anywhere." enum:"same-major,any"`
}

var plugin = slipway.UpdateChecker[Policy]{
	Name:    "newest-tag-go",
	Version: "0.1.0",
	About:   slipway.NewAbout("Newest tag", "The highest version among the tags of the repository in use."),
	Policy:  Policy{Range: "same-major"},
	Check:   check,
}

func init() { slipway.Export(plugin) }

func main() { slipway.Main() }

func check(subject slipway.Subject, policy Policy) (*slipway.Candidate, error) {
	colon := strings.LastIndexByte(subject.Current, ':')
	repository, tag := subject.Current[:max(colon, 0)], subject.Current[colon+1:]
	current := version(tag)
	if current == nil {
		return nil, slipway.NewFailure("not-a-version", fmt.Sprintf("The tag of %s is no version.", subject.Current))
	}
	tags, err := registry.Tags(repository)
	if err != nil {
		return nil, err
	}
	best, newest := tag, current
	for _, it := range tags {
		found := version(it)
		if found == nil || slices.Contains(subject.Skipped, it) || policy.Range == "same-major" && found[0] != current[0] {
			continue
		}
		if slices.Compare(found, newest) > 0 {
			best, newest = it, found
		}
	}
	if best == tag {
		return nil, nil
	}
	reference := repository + ":" + best
	digest, err := registry.Resolve(reference)
	if err != nil {
		return nil, err
	}
	return &slipway.Candidate{Reference: reference, Digest: digest, Reason: best + " is newer than " + tag + "."}, nil
}

var plain = regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)$`)

func version(tag string) []int {
	found := plain.FindStringSubmatch(tag)
	if found == nil {
		return nil
	}
	numbers := []int{}
	for _, text := range found[1:] {
		number, err := strconv.Atoi(text)
		if err != nil {
			return nil
		}
		numbers = append(numbers, number)
	}
	return numbers
}
