//go:build wasip1

package slipway

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"slipway.dev/slipway/internal/wit/slipway_types_types"
	witTypes "slipway.dev/slipway/internal/wit/types"
	_ "slipway.dev/slipway/internal/wit/wit_exports" // the component's functions
	"slipway.dev/slipway/log"
)

const stackLines = 20

// A failure is an answer; any other error ends the call.
func answered[T any](ask func() (T, error)) witTypes.Result[T, slipway_types_types.Failure] {
	defer crash()
	value, err := ask()
	if err == nil {
		return witTypes.Ok[T, slipway_types_types.Failure](value)
	}
	var failure Failure
	if !errors.As(err, &failure) {
		panic(err)
	}
	return witTypes.Err[T](told(failure))
}

func guarded[T any](ask func() T) T {
	defer crash()
	return ask()
}

// What is thrown is told to the log, with the lines of the source; what Go would print of it says less to a person.
func crash() {
	thrown := recover()
	if thrown == nil {
		return
	}
	words := fmt.Sprint(thrown)
	if err, is := thrown.(error); is {
		words = err.Error()
	}
	log.Error("%s", strings.Join(append([]string{words}, stack()...), "\n"))
	os.Exit(2)
}

func stack() []string {
	counters := make([]uintptr, 100)
	frames := runtime.CallersFrames(counters[:runtime.Callers(3, counters)])
	lines := []string{}
	for more := true; more && len(lines) < stackLines; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasPrefix(frame.Function, "slipway.dev/slipway.") && len(lines) > 0 {
			break
		}
		if !strings.HasPrefix(frame.Function, "runtime.") && !strings.HasPrefix(frame.Function, "slipway.dev/slipway.") {
			lines = append(lines, fmt.Sprintf("    at %s (%s:%d)", frame.Function, frame.File, frame.Line))
		}
	}
	return lines
}

func told(failure Failure) slipway_types_types.Failure {
	return slipway_types_types.Failure{
		Code:    failure.Code,
		Message: failure.Message,
		Field:   filled(failure.Field),
		Hint:    filled(failure.Advice),
	}
}

func filled(text string) witTypes.Option[string] {
	if text == "" {
		return witTypes.None[string]()
	}
	return witTypes.Some(text)
}

func whom(app slipway_types_types.App) App {
	return App{app.Project, app.Name, app.Namespace, app.Hosts, app.Revision}
}
