//go:build !wasip1

package log

import (
	"fmt"
	"os"
)

// Outside of a component a line goes to standard error, so that tests show it.
func write(level uint8, message string) {
	words := [...]string{debug: "debug", info: "info", warn: "warn", problem: "error"}
	fmt.Fprintf(os.Stderr, "%s: %s\n", words[level], message)
}
