// Package host is who answers outside of a component: nobody, or a test.
package host

// Answers of a registry; nil where there is nobody to ask.
type Answers struct {
	Tags    func(repository string) ([]string, error)
	Resolve func(reference string) (string, error)
	Created func(reference string) (*uint64, error)
}

// Registry answers now.
var Registry Answers
