"""A plugin as the contract has it. Only the component that `slipway plugin build` makes imports what is in here."""
