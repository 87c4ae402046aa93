package slipway

import "slices"

// Control decides how a cluster gets from observed to desired, one step at a time.
type Control[O any] struct {
	// Name is a DNS label.
	Name string
	// Version is semantic.
	Version string
	About   About
	// Options are what can be set per cluster or deployment, and what they start from.
	Options O
	// Operations are those that it knows.
	Operations []string
	// Kinds are what it wants to be granted beyond the blueprint's own.
	Kinds []string
	// Step says what to do now. Called for each of Operations only.
	Step func(step Step[O]) (Decision, error)
}

// Schema is the options' JSON Schema, as the host gets it.
func (c Control[O]) Schema() string {
	schema, _ := schemaAndStart(c.Options)
	return schema
}

// ReadValues reads options as the host sends them.
func (c Control[O]) ReadValues(json string) (O, error) {
	return read(c.Options, json)
}

func (c Control[O]) manifest() manifest {
	if c.Step == nil {
		panic("a control plugin steps, and this one has no Step")
	}
	return manifestOf("control", c.Name, c.Version, c.Kinds)
}

func (c Control[O]) knows(operation string) error {
	if slices.Contains(c.Operations, operation) {
		return nil
	}
	return UnsupportedOperation(operation, c.Operations)
}
