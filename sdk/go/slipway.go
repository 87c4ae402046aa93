// Package slipway is what a plugin in Go is written against: a struct of functions, exported in init.
//
// Names and order of arguments are those of the other languages' SDKs; README.md has a complete plugin.
package slipway

// App is whom and where a plugin works for.
type App struct {
	Project   string
	Name      string
	Namespace string
	// Hosts are the names at which the app is to answer, the main one first; there may be none.
	Hosts []string
	// Revision is the one that is being brought live, counted from 1.
	Revision uint64
}

// Health is how an object is, in Argo CD's words.
type Health uint8

// The order is the contract's.
const (
	Healthy Health = iota
	Progressing
	Degraded
	Suspended
	Missing
	Unknown
)

// ObjectRef names one object of the deployment's namespace.
type ObjectRef struct {
	APIVersion string
	Kind       string
	Name       string
}
