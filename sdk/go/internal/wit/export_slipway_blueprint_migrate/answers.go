// Package export_slipway_blueprint_migrate is what the generated bindings ask; the SDK puts the answers here.
package export_slipway_blueprint_migrate

import (
	contract "slipway.dev/slipway/internal/wit/slipway_blueprint_migrate"
	witTypes "slipway.dev/slipway/internal/wit/types"
)

// Migrate is the function of the interface.
var Migrate func(fromVersion, values string) witTypes.Result[string, contract.Failure]
