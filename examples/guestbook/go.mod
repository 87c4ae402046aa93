module guestbook

go 1.25

require slipway.dev/slipway v0.1.0

replace slipway.dev/slipway => ../../sdk/go
