// Package export_slipway_blueprint_suggest is what the generated bindings ask; the SDK puts the answers here.
package export_slipway_blueprint_suggest

// Suggest is the function of the interface.
var Suggest func(field, values string) []string
