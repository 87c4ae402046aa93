#!/usr/bin/env bash
# Runs a benchmark beside an API server with nothing else at work: no controllers, no scheduler, no nodes, unless
# CONTROLLERS=yes and NODE=kwok ask for them.
#   SLIPWAY_ROOT=checkout bench.sh PROGRAM [ARGUMENTS...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export NAME=${NAME:-slipway-bench} CONTROLLERS=${CONTROLLERS:-no}
bed() { bash "$here/testbed.sh" "$@"; }
cd "$SLIPWAY_ROOT"
trap 'bed down' EXIT
export NODE=${NODE:-none}
[ "$NODE" != kwok ] || bed build kwok
bed up
bed exec env SLIPWAY_TESTBED_KUBECONFIG="${TB:-/tmp/$NAME}/kubeconfig" "$@"
