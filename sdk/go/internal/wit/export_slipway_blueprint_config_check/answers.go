// Package export_slipway_blueprint_config_check is what the generated bindings ask; the SDK puts the answers here.
package export_slipway_blueprint_config_check

import contract "slipway.dev/slipway/internal/wit/slipway_blueprint_config_check"

// Check is the function of the interface.
var Check func(app contract.App, values, facts string) []contract.Failure
