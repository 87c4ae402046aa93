package slipway

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
)

// Plugin is a Blueprint, a Control or an UpdateChecker.
type Plugin interface {
	manifest() manifest
	// Has the component answer for it.
	connect()
}

// Read by the host from the component before any of its code is compiled.
type manifest struct {
	Manifest int    `json:"manifest"`
	World    string `json:"world"`
	ID       string `json:"id"`
	Version  string `json:"version"`
	Wants    wants  `json:"wants"`
	// Optional pieces of a blueprint, for the tool that builds; not part of what the host reads.
	pieces []string
}

type wants struct {
	Kinds []string `json:"kinds"`
}

var exported Plugin

// Export makes the program this plugin. Call it in init: a component has no main.
func Export(plugin Plugin) {
	if exported != nil {
		panic("a program is one plugin, and a second one was exported")
	}
	plugin.manifest()
	plugin.connect()
	exported = plugin
}

// Main is what main calls: it tells `slipway plugin build` what the plugin is. In the component it is never called.
func Main() {
	if exported == nil {
		fmt.Fprintln(os.Stderr, "no plugin is exported: call slipway.Export in a function named init")
		os.Exit(1)
	}
	manifest := exported.manifest()
	about := struct {
		Manifest any      `json:"manifest"`
		Pieces   []string `json:"pieces"`
	}{manifest, manifest.pieces}
	if err := json.NewEncoder(os.Stdout).Encode(about); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func manifestOf(world, name, version string, kinds []string) manifest {
	for _, word := range []struct{ what, is string }{{"Name", name}, {"Version", version}} {
		if strings.TrimSpace(word.is) == "" {
			panic("a plugin has a " + word.what + ", and this one's is empty")
		}
	}
	if kinds == nil {
		kinds = []string{}
	}
	return manifest{1, "slipway:plugin/" + world + "@1.0.0", name, version, wants{kinds}, []string{}}
}

// The form and its start as the contract has them.
func schemaAndStart(start any) (schema, defaults string) {
	form := formOf(reflect.ValueOf(start))
	return written(form.schema), written(form.start)
}
