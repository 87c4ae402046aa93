package slipway

// Outcome is how a step ended.
type Outcome uint8

// A step is done, waits, or has failed.
const (
	OutcomeDone Outcome = iota
	OutcomeWait
	OutcomeFailed
)

// Decision is what a step decided; make one with Done, Wait or Failed.
type Decision struct {
	Outcome Outcome
	// Reason is what is waited for.
	Reason string
	// Failure is why the operation has failed.
	Failure Failure
	Apply   []Object
	Keep    []ObjectRef
	Remove  []ObjectRef
	Memory  any
	// RecheckAfterMilliseconds is nil where nothing was said.
	RecheckAfterMilliseconds *uint32
	Notes                    []string
	Links                    []Link
}

// Done says that all is as wanted, once what is applied here is there.
func Done() Decision {
	return Decision{Outcome: OutcomeDone}
}

// Wait says for a person what is not yet as it should be.
func Wait(reason string) Decision {
	return Decision{Outcome: OutcomeWait, Reason: reason}
}

// Failed says that the operation has failed.
func Failed(failure Failure) Decision {
	return Decision{Outcome: OutcomeFailed, Failure: failure}
}

// Applying adds objects to apply, whole.
func (d Decision) Applying(objects ...Object) Decision {
	d.Apply = append(d.Apply[:len(d.Apply):len(d.Apply)], objects...)
	return d
}

// Keeping adds objects that stay as they are.
func (d Decision) Keeping(objects ...ObjectRef) Decision {
	d.Keep = append(d.Keep[:len(d.Keep):len(d.Keep)], objects...)
	return d
}

// RecheckAfter asks to be asked again after this time at the latest; changes in the cluster are a reason without it.
func (d Decision) RecheckAfter(milliseconds uint64) Decision {
	most := uint32(min(milliseconds, 1<<32-1))
	d.RecheckAfterMilliseconds = &most
	return d
}

// Removing adds objects to remove.
func (d Decision) Removing(objects ...ObjectRef) Decision {
	d.Remove = append(d.Remove[:len(d.Remove):len(d.Remove)], objects...)
	return d
}

// Remembering sets what the next step is to know.
func (d Decision) Remembering(memory any) Decision {
	d.Memory = memory
	return d
}

// Note adds a line for the operation's log.
func (d Decision) Note(line string) Decision {
	d.Notes = append(d.Notes[:len(d.Notes):len(d.Notes)], line)
	return d
}

// Linking adds addresses that people open.
func (d Decision) Linking(links ...Link) Decision {
	d.Links = append(d.Links[:len(d.Links):len(d.Links)], links...)
	return d
}
