package slipway

// UpdateChecker picks the newer version of an image or of a blueprint.
type UpdateChecker[P any] struct {
	// Name is a DNS label.
	Name string
	// Version is semantic.
	Version string
	About   About
	// Policy is what can be set per deployment, and what it starts from.
	Policy P
	// Check gives the version to go to; nil where the current one is the best.
	Check func(subject Subject, policy P) (*Candidate, error)
}

// Subject is what may be updated.
type Subject struct {
	// Kind is image or blueprint.
	Kind string
	// Current is the reference in use.
	Current string
	// CurrentDigest is its digest; empty where it is not known.
	CurrentDigest string
	// Skipped are versions that a person said to skip.
	Skipped             []string
	NowUnixMilliseconds uint64
}

// Candidate is the version to go to.
type Candidate struct {
	Reference string
	Digest    string
	// Reason is why this one, for a person.
	Reason string
	// Changelog is Markdown; empty where the source has none.
	Changelog string
}

// Schema is the policy's JSON Schema, as the host gets it.
func (u UpdateChecker[P]) Schema() string {
	schema, _ := schemaAndStart(u.Policy)
	return schema
}

// ReadValues reads a policy as the host sends it.
func (u UpdateChecker[P]) ReadValues(json string) (P, error) {
	return read(u.Policy, json)
}

func (u UpdateChecker[P]) manifest() manifest {
	if u.Check == nil {
		panic("an update checker checks, and this one has no Check")
	}
	return manifestOf("update-checker", u.Name, u.Version, nil)
}
