package slipway

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
)

// Plugin is a Blueprint, a Control or an UpdateChecker.
type Plugin interface {
	// Schema is that of its form, as the host gets it.
	Schema() string
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
	plugin.connect()
	exported = plugin
}

// Main is what main calls: it tells `slipway plugin build` what the plugin is, or what is wrong with it. In the component it is
// never called.
func Main() {
	about, err := introduced(exported)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(about)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

type introduction struct {
	Manifest manifest `json:"manifest"`
	Pieces   []string `json:"pieces"`
}

// What an author got wrong is thrown, and told here without the stack of it.
func introduced(plugin Plugin) (about introduction, err error) {
	defer func() {
		if wrong, is := recover().(string); is {
			err = errors.New(wrong)
		}
	}()
	if plugin == nil {
		return about, errors.New("no plugin is exported: call slipway.Export in a function named init")
	}
	plugin.Schema()
	manifest := plugin.manifest()
	return introduction{manifest, manifest.pieces}, nil
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
