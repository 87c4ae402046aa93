// Package export_slipway_control_control is what the generated bindings ask; the SDK puts the answers here.
package export_slipway_control_control

import (
	contract "slipway.dev/slipway/internal/wit/slipway_control_control"
	witTypes "slipway.dev/slipway/internal/wit/types"
)

// The functions of the interface.
var (
	Describe func() contract.Description
	Step     func(input contract.StepInput) witTypes.Result[contract.StepOutput, contract.Failure]
)
