package slipway

import "encoding/json"

// SecretRef is a value that nobody reads back. In a form's struct a SecretRef must be filled in and a *SecretRef may be;
// both work as entries of a map.
//
// It is a reference into the Secret that the host keeps for the deployment, with another key for each text: a pod template
// that names it changes, and its pods are replaced, when somebody changes the text.
type SecretRef struct {
	// Name is the Secret's; empty before somebody filled it in, which Render never sees of a field that must be.
	Name string
	// Key is the entry of the Secret.
	Key string
}

// Source is what belongs behind valueFrom; nil before somebody filled it in.
func (s *SecretRef) Source() Object {
	if s == nil || s.Name == "" {
		return nil
	}
	return Object{"secretKeyRef": Object{"name": s.Name, "key": s.Key}}
}

// MarshalJSON writes the source.
func (s SecretRef) MarshalJSON() ([]byte, error) {
	return []byte(written(s.Source())), nil
}

// UnmarshalJSON reads a source, as the host sends it.
func (s *SecretRef) UnmarshalJSON(text []byte) error {
	var source struct {
		SecretKeyRef struct{ Name, Key string }
	}
	if err := json.Unmarshal(text, &source); err != nil {
		return err
	}
	*s = SecretRef{Name: source.SecretKeyRef.Name, Key: source.SecretKeyRef.Key}
	return nil
}
