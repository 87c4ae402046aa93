//go:build wasip1

package log

import host "slipway.dev/slipway/internal/wit/slipway_log_log"

func write(level uint8, message string) {
	host.Write(level, message)
}
