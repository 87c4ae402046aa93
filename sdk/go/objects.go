package slipway

import "fmt"

// Built is an object, or what makes one.
type Built interface {
	JSON() Object
}

// Objects are what a blueprint renders.
type Objects struct {
	all []Object
}

// NewObjects has none yet.
func NewObjects() Objects {
	return Objects{}
}

// With adds one more.
func (o Objects) With(object Built) Objects {
	return Objects{all: append(o.all[:len(o.all):len(o.all)], object.JSON())}
}

// WithSome adds one more, where there is one.
func (o Objects) WithSome(object Built) Objects {
	if object == nil || object.JSON() == nil {
		return o
	}
	return o.With(object)
}

// Find is the one of that kind and name; nil where there is none.
func (o Objects) Find(kind, name string) Object {
	for _, object := range o.all {
		if object["kind"] == kind && TextAt(object, "/metadata/name") == name {
			return object
		}
	}
	return nil
}

// All of them, in their order.
func (o Objects) All() []Object {
	return o.all
}

// The label by which a Service finds its pods: the name of what runs them.
const selector = "app.kubernetes.io/name"

func object(apiVersion, kind, name string) Object {
	metadata := Object{"name": name, "labels": Object{selector: name}}
	return Object{"apiVersion": apiVersion, "kind": kind, "metadata": metadata}
}

// The list there with one more entry; the old one is not changed, because somebody may build on it twice.
func longer(object Object, pointer string, entry Object) []any {
	list, _ := At(object, pointer).([]any)
	return append(list[:len(list):len(list)], entry)
}

// Memory as Kubernetes writes it back, so that what is applied and what is observed are the same text.
func mebibytes(amount uint32) string {
	if amount > 0 && amount%1024 == 0 {
		return fmt.Sprintf("%dGi", amount/1024)
	}
	return fmt.Sprintf("%dMi", amount)
}

// Processor time as Kubernetes writes it back.
func millicores(amount uint32) string {
	if amount%1000 == 0 {
		return fmt.Sprint(amount / 1000)
	}
	return fmt.Sprintf("%dm", amount)
}
