// Package registry looks at OCI registries, with the host's credentials and within the grant. Update checkers only.
package registry

// Tags are all of a repository, in the registry's order.
func Tags(repository string) ([]string, error) {
	return tags(repository)
}

// Resolve is the digest that a reference points at now.
func Resolve(reference string) (string, error) {
	return resolve(reference)
}

// Created is when the image says that it was made, in milliseconds since 1970; nil where it does not say.
func Created(reference string) (*uint64, error) {
	return created(reference)
}
