package slipway

import (
	"fmt"
	"strings"
)

// Failure is why a plugin cannot do what it was asked, in words for the person who asked. Returned as an error it becomes
// the plugin's answer; every other error is a crash of the plugin.
type Failure struct {
	// Code is a stable word in kebab-case.
	Code    string
	Message string
	// Field is the value that it is about, as a JSON Pointer.
	Field string
	// Advice is what to do next.
	Advice string
}

// NewFailure takes a stable word in kebab-case and one sentence.
func NewFailure(code, message string) Failure {
	return Failure{Code: code, Message: message}
}

// Invalid says that the values do not go together.
func Invalid(message string) Failure {
	return NewFailure("invalid-values", message)
}

// UnsupportedOperation says that the plugin does not know the operation.
func UnsupportedOperation(operation string, known []string) Failure {
	message := fmt.Sprintf("This plugin knows no operation %q.", operation)
	return NewFailure("unsupported-operation", message).Hint("It knows: " + strings.Join(known, ", ") + ".")
}

// At names the value that it is about, as a JSON Pointer, so that the form shows it there.
func (f Failure) At(field string) Failure {
	f.Field = field
	return f
}

// Hint is what to do next, as one sentence.
func (f Failure) Hint(hint string) Failure {
	f.Advice = hint
	return f
}

func (f Failure) Error() string {
	return f.Message
}
