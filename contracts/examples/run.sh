#!/bin/sh
# Without arguments: the examples' tests. With an RPC address and a private key: puts them on that chain.
set -eu
cd "$(dirname "$0")/.."
export FOUNDRY_PROFILE=examples
forge=node_modules/@foundry-rs/forge-linux-amd64/bin/forge
if [ $# -eq 0 ]; then
    exec "$forge" test
fi
exec "$forge" script examples/script/Demo.s.sol --rpc-url "$1" --private-key "$2" --broadcast --slow
