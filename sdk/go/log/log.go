// Package log writes lines for the author and the operator; the host bounds them and keeps them with the operation.
package log

import "fmt"

// The order is the contract's.
const (
	debug uint8 = iota
	info
	warn
	problem
)

// Debug is a line for the plugin's author.
func Debug(format string, arguments ...any) {
	write(debug, fmt.Sprintf(format, arguments...))
}

// Info is a line for the operator.
func Info(format string, arguments ...any) {
	write(info, fmt.Sprintf(format, arguments...))
}

// Warn is something that should be looked at.
func Warn(format string, arguments ...any) {
	write(warn, fmt.Sprintf(format, arguments...))
}

// Error is something that went wrong.
func Error(format string, arguments ...any) {
	write(problem, fmt.Sprintf(format, arguments...))
}
