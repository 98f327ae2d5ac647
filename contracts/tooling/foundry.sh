#!/bin/sh
# forge and cast against RPC_URL with KEY; then the examples' third command.
set -eu
cd "$(dirname "$0")"
bin=node_modules/@foundry-rs
cast=$bin/cast-linux-amd64/bin/cast
other=0x70997970C51812dc3A010C7d01b50e0d17dc79C8
test "$($cast chain-id --rpc-url "$RPC_URL")" = 1337
node cast.mjs
$cast rpc evm_snapshot --rpc-url "$RPC_URL" >/dev/null
$cast rpc anvil_setBalance "$other" 0x10 --rpc-url "$RPC_URL" >/dev/null
test "$($cast balance "$other" --rpc-url "$RPC_URL")" = 16
$cast rpc evm_revert 0x1 --rpc-url "$RPC_URL" >/dev/null
../tools/prepare.sh
../examples/run.sh "$RPC_URL" "$KEY"
cd ..
FOUNDRY_PROFILE=examples FOUNDRY_TEST=tooling/fork FOUNDRY_OUT=tooling/out FOUNDRY_CACHE_PATH=tooling/cache \
  node_modules/@foundry-rs/forge-linux-amd64/bin/forge test --fork-url "$RPC_URL" --match-contract ForkTest
