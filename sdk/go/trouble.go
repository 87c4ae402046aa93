package slipway

import "fmt"

// For so long an Ingress is waited for: its address comes from a controller of the cluster's own, in its own time, and from
// some of them never.
const addressMilliseconds = 10_000

// Trouble is the first trouble of these objects, for a person; empty where all are healthy.
func (s Step[O]) Trouble(wanted []Object) string {
	for _, object := range wanted {
		if trouble := s.troubleOf(object); trouble != "" {
			return trouble
		}
	}
	return ""
}

// TooLate is the failure of an operation whose deadline has passed.
func (s Step[O]) TooLate(deadlineSeconds uint32, trouble string) Failure {
	message := fmt.Sprintf("Not healthy after %d s. %s", deadlineSeconds, trouble)
	return NewFailure("progress-deadline-exceeded", message).Hint(s.whatNext())
}

// EndedBadly is the failure of an operation of whose objects one has ended badly, so that nobody is helped by waiting: a Job that
// is not tried again. Nil where there is none.
func (s Step[O]) EndedBadly(wanted []Object) *Failure {
	for _, object := range wanted {
		if object["kind"] != "Job" {
			continue
		}
		if observed := s.ObservedOf(object); observed != nil && observed.Health == Degraded {
			failure := NewFailure("job-failed", s.explained(*observed)).Hint(s.whatNext())
			return &failure
		}
	}
	return nil
}

func (s Step[O]) whatNext() string {
	if len(s.Previous) == 0 {
		return "Look at the logs of the pods, change the values, and try again."
	}
	return "Roll back to the last good revision, or change the values and try again."
}

func (s Step[O]) troubleOf(wanted Object) string {
	observed := s.ObservedOf(wanted)
	switch {
	case observed == nil:
		return Title(wanted) + " is being made."
	case wanted["kind"] == "Ingress" && s.ElapsedMilliseconds() >= addressMilliseconds:
		return ""
	// Suspended is what somebody asked for; waiting for it would never end.
	case observed.Health == Healthy || observed.Health == Suspended:
		return ""
	default:
		return s.explained(*observed)
	}
}

// A pod that cannot start says more than the workload that waits for it.
func (s Step[O]) explained(observed Observed) string {
	workload := Title(observed.Object) + ": " + observed.Message
	if _, is := asObject(At(observed.Object, "/spec/template")); !is {
		return workload
	}
	for _, it := range s.Observed {
		if it.Object["kind"] == "Pod" && it.Health == Degraded {
			return workload + " " + Title(it.Object) + ": " + it.Message
		}
	}
	return workload
}
