package slipway

// Blueprint turns a form's values into Kubernetes objects. Pure: same input, same output.
type Blueprint[V any] struct {
	// Name is a DNS label.
	Name string
	// Version is semantic.
	Version string
	About   About
	// Values are what the form starts from; its JSON Schema follows from their type. What nobody may read back is a SecretRef.
	Values V
	// Kinds are what it wants to be granted: group/Kind, or Kind in the core group.
	Kinds []string
	// Render gives the objects of one deployment, or a Failure where there can be none.
	Render func(app App, values V, facts Facts) (Objects, error)
	// Check is optional: all that is wrong and that a schema cannot say, checked before anything is stored.
	Check func(app App, values V, facts Facts) []Failure
	// Migrate is optional: values of an older version as this version wants them.
	Migrate func(fromVersion string, values Object) (Object, error)
	// Suggest is optional: what a field of the form may be, given what is filled in so far.
	Suggest func(field string, values Object) []string
}

// Schema is the form's JSON Schema, as the host gets it.
func (b Blueprint[V]) Schema() string {
	schema, _ := schemaAndStart(b.Values)
	return schema
}

// ReadValues reads values as the host sends them.
func (b Blueprint[V]) ReadValues(json string) (V, error) {
	return read(b.Values, json)
}

func (b Blueprint[V]) manifest() manifest {
	if b.Render == nil {
		panic("a blueprint renders, and this one has no Render")
	}
	manifest := manifestOf("blueprint", b.Name, b.Version, b.Kinds)
	for _, piece := range []struct {
		world string
		is    bool
	}{{"config-check", b.Check != nil}, {"migrate", b.Migrate != nil}, {"suggest", b.Suggest != nil}} {
		if piece.is {
			manifest.pieces = append(manifest.pieces, piece.world)
		}
	}
	return manifest
}
