package slipway

// Service is a stable address for the pods of the same name.
type Service struct{ json Object }

// NewService reaches the pods of the Deployment of that name.
func NewService(name string) Service {
	spec := Object{"type": "ClusterIP", "selector": Object{selector: name}, "ports": []any{}}
	return Service{Merged(object("v1", "Service", name), Object{"spec": spec})}
}

// Port is one of it, and the name of the containers' port behind it.
func (s Service) Port(port uint16, target string) Service {
	entry := Object{"name": target, "port": int(port), "protocol": "TCP", "targetPort": target}
	return Service{Merged(s.json, Object{"spec": Object{"ports": longer(s.json, "/spec/ports", entry)}})}
}

// JSON is the object.
func (s Service) JSON() Object { return s.json }

// Ingress is host names from outside.
type Ingress struct{ json Object }

// NewIngress has all paths of each host go to one port of a Service; without hosts it is nil, for Objects.WithSome.
func NewIngress(name string, hosts []string, service string, port uint16) *Ingress {
	if len(hosts) == 0 {
		return nil
	}
	backend := Object{"service": Object{"name": service, "port": Object{"number": int(port)}}}
	rules := make([]any, len(hosts))
	for index, host := range hosts {
		path := Object{"path": "/", "pathType": "Prefix", "backend": backend}
		rules[index] = Object{"host": host, "http": Object{"paths": []any{path}}}
	}
	json := Merged(object("networking.k8s.io/v1", "Ingress", name), Object{"spec": Object{"rules": rules}})
	return &Ingress{json}
}

// JSON is the object; nil where there is none.
func (i *Ingress) JSON() Object {
	if i == nil {
		return nil
	}
	return i.json
}
