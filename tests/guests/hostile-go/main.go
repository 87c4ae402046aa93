// Hostile in Go: misbehaves as it is told to, so that tests see what the host and the SDK make of it.
package main

import (
	"errors"
	"time"

	"slipway.dev/slipway"
	"slipway.dev/slipway/log"
)

// Values say how.
type Values struct {
	Behaviour string `json:"behaviour"`
}

var plugin = slipway.Blueprint[Values]{
	Name:    "hostile-go",
	Version: "0.1.0",
	About:   slipway.NewAbout("Hostile", "Misbehaves as it is told to."),
	Render:  render,
}

func init() { slipway.Export(plugin) }

func main() { slipway.Main() }

func render(_ slipway.App, values Values, _ slipway.Facts) (slipway.Objects, error) {
	objects := slipway.NewObjects()
	switch values.Behaviour {
	case "panic":
		thrower()
	case "nothing":
		var nothing *slipway.Step[Values]
		log.Info("%s", nothing.Operation)
	case "error":
		return objects, errors.New("it was told to give an error that is no failure")
	case "refuse":
		return objects, slipway.Invalid("It was told to say no.").At("/behaviour").Hint("Tell it something else.")
	case "loop":
		for begin := time.Now(); time.Since(begin) >= 0; {
		}
	case "memory":
		hoard := [][]byte{}
		for {
			hoard = append(hoard, make([]byte, 1<<20))
			log.Debug("%d MiB", len(hoard))
		}
	case "stack":
		log.Info("%d", endless(1))
	case "garbage":
		for index := range 2_000 {
			objects = slipway.NewObjects().With(slipway.NewConfigMap("web").Entry("n", string(make([]byte, index))))
		}
		return slipway.NewObjects(), nil
	}
	return objects, nil
}

func thrower() {
	panic("it was told to panic")
}

func endless(depth int) int {
	return endless(depth+1) + depth
}
