module slipway.dev/slipway

go 1.25
