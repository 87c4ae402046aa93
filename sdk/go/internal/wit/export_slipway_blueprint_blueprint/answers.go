// Package export_slipway_blueprint_blueprint is what the generated bindings ask; the SDK puts the answers here.
package export_slipway_blueprint_blueprint

import (
	contract "slipway.dev/slipway/internal/wit/slipway_blueprint_blueprint"
	witTypes "slipway.dev/slipway/internal/wit/types"
)

// The functions of the interface.
var (
	Describe func() contract.Description
	Render   func(input contract.RenderInput) witTypes.Result[[]string, contract.Failure]
)
