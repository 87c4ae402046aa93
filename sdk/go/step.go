package slipway

import (
	"strconv"
	"strings"
)

// Step is all that a step may look at.
type Step[O any] struct {
	Operation   string
	OperationID string
	// Arguments are the operation's own.
	Arguments any
	Options   O
	App       App
	// Desired are all objects of the wanted revision.
	Desired []Object
	// Previous are all objects of the last revision that was good.
	Previous []Object
	// Observed are the objects of this deployment that exist.
	Observed []Observed
	Facts    Facts
	// Memory is what the last step of this operation returned; nil at first.
	Memory              any
	NowUnixMilliseconds uint64
	// StartedUnixMilliseconds is when the operation began.
	StartedUnixMilliseconds uint64
	// Attempt counts the steps of this operation before this one.
	Attempt uint32
}

// Observed is an object as it is in the cluster now.
type Observed struct {
	Object Object
	Health Health
	// Reason is a CamelCase word for the rule that decided.
	Reason string
	// Message is the same for a person.
	Message string
}

// Link is a name and an address that people open.
type Link struct {
	Name string
	URL  string
}

// ObservedOf is the object in the cluster that has the names of this one; nil where there is none.
func (s Step[O]) ObservedOf(object Object) *Observed {
	wanted := Reference(object)
	for index := range s.Observed {
		if same(Reference(s.Observed[index].Object), wanted) {
			return &s.Observed[index]
		}
	}
	return nil
}

// ElapsedMilliseconds are for how long the operation has been under way.
func (s Step[O]) ElapsedMilliseconds() uint64 {
	return s.NowUnixMilliseconds - min(s.StartedUnixMilliseconds, s.NowUnixMilliseconds)
}

// Claims are the volume claims that are still there.
func (s Step[O]) Claims() []ObjectRef {
	claims := []ObjectRef{}
	for _, it := range s.Observed {
		if it.Object["kind"] == "PersistentVolumeClaim" {
			claims = append(claims, Reference(it.Object))
		}
	}
	return claims
}

// Links are an address for every host of every Ingress among these.
func (s Step[O]) Links(objects []Object) []Link {
	links := []Link{}
	for _, object := range objects {
		rules, _ := At(object, "/spec/rules").([]any)
		for _, rule := range rules {
			if host := TextAt(rule, "/host"); host != "" && object["kind"] == "Ingress" {
				links = append(links, Link{host, s.Facts.URL(host)})
			}
		}
	}
	return links
}

// The host lets plugins set this one of its annotations, on pod templates only.
const (
	restartedAt = "slipway.dev/restarted-at"
	annotations = "/spec/template/metadata/annotations"
)

// Marked is the object with the mark that it needs to be restarted: a new one for a restart, otherwise the one that it has,
// because taking it away would restart the pods as well.
func (s Step[O]) Marked(object Object) Object {
	if _, is := asObject(At(object, "/spec/template/spec")); !is || object["kind"] == "Job" {
		return object
	}
	var mark any
	if s.Operation == "restart" || s.Operation == "heal" {
		mark = strconv.FormatUint(s.StartedUnixMilliseconds, 10)
	} else if live := s.ObservedOf(object); live != nil {
		mark = At(live.Object, annotations+Pointer(restartedAt))
	}
	if mark == nil {
		return object
	}
	metadata := Object{"annotations": Object{restartedAt: mark}}
	return Merged(object, Object{"spec": Object{"template": Object{"metadata": metadata}}})
}

// Reference is kind and name of an object.
func Reference(object Object) ObjectRef {
	return ObjectRef{TextAt(object, "/apiVersion"), TextAt(object, "/kind"), TextAt(object, "/metadata/name")}
}

// Group, kind and name: one object may be asked for in several versions of its group.
func same(one, other ObjectRef) bool {
	return one.Kind == other.Kind && one.Name == other.Name && group(one) == group(other)
}

func group(reference ObjectRef) string {
	return reference.APIVersion[:max(strings.LastIndexByte(reference.APIVersion, '/'), 0)]
}

// Title is `Deployment web`.
func Title(object Object) string {
	return TextAt(object, "/kind") + " " + TextAt(object, "/metadata/name")
}

// PreviewHost is the host name of a preview: web.shop.example becomes web--preview.shop.example. The host lets a deployment
// answer there as well as at its own names, and no other deployment can be called so.
func PreviewHost(host string) string {
	first, rest, more := strings.Cut(host, ".")
	if !more {
		return host + "--preview"
	}
	return first + "--preview." + rest
}
