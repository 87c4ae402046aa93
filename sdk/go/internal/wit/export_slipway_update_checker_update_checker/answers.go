// Package export_slipway_update_checker_update_checker is what the generated bindings ask; the SDK puts the answers here.
package export_slipway_update_checker_update_checker

import (
	contract "slipway.dev/slipway/internal/wit/slipway_update_checker_update_checker"
	witTypes "slipway.dev/slipway/internal/wit/types"
)

// The functions of the interface.
var (
	Describe func() contract.Description
	Check    func(input contract.CheckInput) witTypes.Result[witTypes.Option[contract.Candidate], contract.Failure]
)
