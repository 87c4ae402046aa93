// Package wit_types has the two generic types of the contract as the generated bindings spell them.
package wit_types

// Cases of an Option.
const (
	OptionNone = 0
	OptionSome = 1
)

// Option is a value or none.
type Option[T any] struct {
	some *T
}

// None is no value.
func None[T any]() Option[T] {
	return Option[T]{}
}

// Some is a value.
func Some[T any](value T) Option[T] {
	return Option[T]{some: &value}
}

// Tag is the case.
func (o Option[T]) Tag() uint8 {
	if o.some == nil {
		return OptionNone
	}
	return OptionSome
}

// Some is the value, which must be there.
func (o Option[T]) Some() T {
	return *o.some
}

// Cases of a Result.
const (
	ResultOk  = 0
	ResultErr = 1
)

// Result is what was asked for, or why it is not to be had.
type Result[T, E any] struct {
	ok  *T
	err *E
}

// Ok is what was asked for.
func Ok[T, E any](value T) Result[T, E] {
	return Result[T, E]{ok: &value}
}

// Err is why it is not to be had.
func Err[T, E any](err E) Result[T, E] {
	return Result[T, E]{err: &err}
}

// Tag is the case.
func (r Result[T, E]) Tag() uint8 {
	if r.err == nil {
		return ResultOk
	}
	return ResultErr
}

// Ok is what was asked for, which must be there.
func (r Result[T, E]) Ok() T {
	return *r.ok
}

// Err is why there is nothing.
func (r Result[T, E]) Err() E {
	return *r.err
}
