#!/usr/bin/env bash
# Runs the tests that need a real cluster inside the testbed's own network namespace, which has no uplink.
#   SLIPWAY_ROOT=checkout e2e.sh      (built before: cargo build, cargo test --no-run)
#   TESTS="kubernetes" chooses among the four.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export NAME=${NAME:-slipway-e2e}
bed() { bash "$here/testbed.sh" "$@"; }
cd "$SLIPWAY_ROOT"
trap 'bed down' EXIT
NODE=real bed up
bed image "${BIN:-$HOME/.cache/slipway-testbed}/app" hello:1.0.0
config=${TB:-/tmp/$NAME}/kubeconfig
for name in ${TESTS:-kubernetes contract reconcile faults}; do
  test=$(cargo test --no-run --message-format=json --test "$name" 2>/dev/null |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -1)
  bed exec env SLIPWAY_TESTBED_KUBECONFIG="$config" SLIPWAY_CONTRACT_KUBECONFIG="$config" "$test" --test-threads 1 ${SHOW:+--nocapture} || {
    echo "--- the node: pods, services, the last words of kubelet and kube-proxy" >&2
    bed exec kubectl get pods,services,endpointslices -A -o wide >&2 || true
    tail -n 15 "$(dirname "$config")"/logs/{kubelet,proxy}.log >&2
    exit 1
  }
done
