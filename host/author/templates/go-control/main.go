// PLUGIN: applies what is wanted and waits until it is healthy, as a first control plugin.
package main

import "slipway.dev/slipway"

// Options are what can be set per cluster or deployment.
type Options struct {
	DeadlineSeconds uint32 `json:"deadlineSeconds" title:"Deadline" doc:"An operation has failed when the app is not healthy after this many seconds." unit:"s" minimum:"10" maximum:"86400"`
}

var plugin = slipway.Control[Options]{
	Name:       "PLUGIN",
	Version:    "0.1.0",
	About:      slipway.NewAbout("PLUGIN", "Applies what is wanted and waits until it is healthy."),
	Options:    Options{DeadlineSeconds: 600},
	Operations: []string{"create", "update", "rollback", "restart", "heal", "archive", "restore", "cleanup"},
	Step:       step,
}

func init() { slipway.Export(plugin) }

func main() { slipway.Main() }

// Asked again after each change in the cluster, until it says that it is done or has failed.
func step(step slipway.Step[Options]) (slipway.Decision, error) {
	switch step.Operation {
	case "archive":
		return slipway.Done(), nil
	case "cleanup":
		return slipway.Done().Removing(step.Claims()...), nil
	}
	objects := make([]slipway.Object, len(step.Desired))
	for index, object := range step.Desired {
		objects[index] = step.Marked(object)
	}
	return decided(step).Applying(objects...).Linking(step.Links(objects)...), nil
}

func decided(step slipway.Step[Options]) slipway.Decision {
	trouble, seconds := step.Trouble(step.Desired), step.Options.DeadlineSeconds
	switch {
	case trouble == "":
		return slipway.Done()
	case step.ElapsedMilliseconds() >= uint64(seconds)*1000:
		return slipway.Failed(step.TooLate(seconds, trouble))
	default:
		return slipway.Wait(trouble).RecheckAfter(5_000)
	}
}
