package slipway

// ConfigMap is settings that anybody may see.
type ConfigMap struct{ json Object }

// NewConfigMap is empty.
func NewConfigMap(name string) ConfigMap {
	return ConfigMap{Merged(object("v1", "ConfigMap", name), Object{"data": Object{}})}
}

// Entry adds one.
func (c ConfigMap) Entry(key, value string) ConfigMap {
	return ConfigMap{Merged(c.json, Object{"data": Object{key: value}})}
}

// JSON is the object.
func (c ConfigMap) JSON() Object { return c.json }

// Secret is settings that nobody may see.
type Secret struct{ json Object }

// NewSecret is empty.
func NewSecret(name string) Secret {
	return Secret{Merged(object("v1", "Secret", name), Object{"type": "Opaque", "stringData": Object{}})}
}

// Entry adds one, in clear text.
func (s Secret) Entry(key, value string) Secret {
	return Secret{Merged(s.json, Object{"stringData": Object{key: value}})}
}

// JSON is the object.
func (s Secret) JSON() Object { return s.json }

// VolumeClaim is a volume that outlives its pods.
type VolumeClaim struct{ json Object }

// NewVolumeClaim is a claim that one node at a time mounts.
func NewVolumeClaim(name string, sizeMebibytes uint32) VolumeClaim {
	requests := Object{"storage": mebibytes(sizeMebibytes)}
	spec := Object{"accessModes": []any{"ReadWriteOnce"}, "resources": Object{"requests": requests}}
	return VolumeClaim{Merged(object("v1", "PersistentVolumeClaim", name), Object{"spec": spec})}
}

// JSON is the object.
func (v VolumeClaim) JSON() Object { return v.json }
