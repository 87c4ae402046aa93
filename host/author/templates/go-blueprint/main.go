// PLUGIN: one page with a message, as a first blueprint.
package main

import "slipway.dev/slipway"

// Values are the form: each field is one that people fill in, its tags are what they read.
type Values struct {
	Message string `json:"message" title:"Message" doc:"What the page says." minLength:"1" maxLength:"200"`
}

var plugin = slipway.Blueprint[Values]{
	Name:    "PLUGIN",
	Version: "0.1.0",
	About:   slipway.NewAbout("PLUGIN", "One page with a message."),
	Values:  Values{Message: "Hello"},
	Kinds:   []string{"ConfigMap"},
	Render:  render,
}

func init() { slipway.Export(plugin) }

func main() { slipway.Main() }

// The same input gives the same objects: there is no clock, no network and no chance in here. Walk through maps by their
// sorted keys.
func render(app slipway.App, values Values, _ slipway.Facts) (slipway.Objects, error) {
	return slipway.NewObjects().With(slipway.NewConfigMap(app.Name).Entry("message", values.Message)), nil
}
