#!/bin/sh
# forge and cast against RPC_URL with KEY; then the examples' third command.
set -eu
cd "$(dirname "$0")"
bin=node_modules/@foundry-rs
cast=$bin/cast-linux-amd64/bin/cast
wrapped=0x00000000000000000000000000000000a55a000c
other=0x70997970C51812dc3A010C7d01b50e0d17dc79C8
test "$($cast chain-id --rpc-url "$RPC_URL")" = 1337
$cast send "$wrapped" 'deposit()' --value 1ether --private-key "$KEY" --rpc-url "$RPC_URL" >/dev/null
$cast send "$wrapped" 'transfer(address,uint256)' "$other" 5 --private-key "$KEY" --rpc-url "$RPC_URL" >/dev/null
test "$($cast call "$wrapped" 'balanceOf(address)(uint256)' "$other" --rpc-url "$RPC_URL")" = 5
for call in '01 lastHeight()(uint256)' '02 validatorCount()(uint256)' '03 templateCount()(uint256)' \
    '04 jobCount()(uint256)' '05 commitCount()(uint256)' '06 obligationsWei()(uint256)' '0a name()(string)'; do
  $cast call "0x00000000000000000000000000000000a55a00${call%% *}" "${call#* }" --rpc-url "$RPC_URL" >/dev/null
done
$cast rpc evm_snapshot --rpc-url "$RPC_URL" >/dev/null
$cast rpc anvil_setBalance "$other" 0x10 --rpc-url "$RPC_URL" >/dev/null
test "$($cast balance "$other" --rpc-url "$RPC_URL")" = 16
$cast rpc evm_revert 0x1 --rpc-url "$RPC_URL" >/dev/null
../tools/prepare.sh
../examples/run.sh "$RPC_URL" "$KEY"
cd ..
FOUNDRY_PROFILE=examples FOUNDRY_TEST=tooling/fork FOUNDRY_OUT=tooling/out FOUNDRY_CACHE_PATH=tooling/cache \
  node_modules/@foundry-rs/forge-linux-amd64/bin/forge test --fork-url "$RPC_URL" --match-contract ForkTest
