package slipway

// Container is one container of a pod. It may do nothing special: no capabilities, no way to gain any.
type Container struct{ json Object }

// NewContainer is a container of an image.
func NewContainer(name, image string) Container {
	security := Object{"allowPrivilegeEscalation": false, "capabilities": Object{"drop": []any{"ALL"}}}
	return Container{Object{"name": name, "image": image, "securityContext": security}}
}

// Env is a variable of the environment.
func (c Container) Env(name, value string) Container {
	return c.variable(Object{"name": name, "value": value})
}

// EnvFromField is a variable with what a field of the pod says, e.g. metadata.name.
func (c Container) EnvFromField(name, field string) Container {
	return c.from(name, Object{"fieldRef": Object{"apiVersion": "v1", "fieldPath": field}})
}

// EnvFromConfig is a variable with an entry of a ConfigMap.
func (c Container) EnvFromConfig(name, config, key string) Container {
	return c.from(name, Object{"configMapKeyRef": Object{"name": config, "key": key}})
}

// EnvFromSecret is a variable with an entry of a secret.
func (c Container) EnvFromSecret(name, secret, key string) Container {
	return c.from(name, Object{"secretKeyRef": Object{"name": secret, "key": key}})
}

// EnvSecret is a variable with a secret of the form, where it is filled in.
func (c Container) EnvSecret(name string, secret *SecretRef) Container {
	source := secret.Source()
	if source == nil {
		return c
	}
	return c.from(name, source)
}

// Port is one that it listens on.
func (c Container) Port(name string, number uint16) Container {
	return c.push("ports", Object{"name": name, "containerPort": int(number), "protocol": "TCP"})
}

// ReadyAt has it get traffic while GET path on the named port answers with success.
func (c Container) ReadyAt(path, port string) Container {
	get := Object{"path": path, "port": port}
	return c.but(Object{"readinessProbe": Object{"httpGet": get, "periodSeconds": 2, "timeoutSeconds": 2}})
}

// LiveAt has it restarted when GET path on the named port fails for half a minute.
func (c Container) LiveAt(path, port string) Container {
	get := Object{"path": path, "port": port}
	return c.but(Object{"livenessProbe": Object{
		"httpGet": get, "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3,
	}})
}

// LingerSeconds has it go on answering for so long after its end was decided, while nodes still hear one after another that
// it is no address any more. Needs Kubernetes 1.30.
func (c Container) LingerSeconds(seconds uint32) Container {
	return c.but(Object{"lifecycle": Object{"preStop": Object{"sleep": Object{"seconds": int(seconds)}}}})
}

// Memory is what it may use at most, and what is set aside for it.
func (c Container) Memory(limitMebibytes, requestMebibytes uint32) Container {
	limits, requests := Object{"memory": mebibytes(limitMebibytes)}, Object{"memory": mebibytes(requestMebibytes)}
	return c.but(Object{"resources": Object{"limits": limits, "requests": requests}})
}

// CPU is processor time that is set aside for it.
func (c Container) CPU(requestMillicores uint32) Container {
	return c.but(Object{"resources": Object{"requests": Object{"cpu": millicores(requestMillicores)}}})
}

// JSON is the container as a pod holds it.
func (c Container) JSON() Object { return c.json }

func (c Container) from(name string, source Object) Container {
	return c.variable(Object{"name": name, "valueFrom": source})
}

func (c Container) variable(variable Object) Container {
	return c.push("env", variable)
}

func (c Container) push(list string, entry Object) Container {
	return c.but(Object{list: longer(c.json, Pointer(list), entry)})
}

func (c Container) but(parts Object) Container {
	return Container{Merged(c.json, parts)}
}
