#!/bin/sh
# Runs the chain that ReplayChainTest exported, which crosses three halvings, on an independent EVM.
# With arguments: ./test.sh GENESIS.json CHAIN.rlp runs any exported chain.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ ! -d "$here/node_modules" ]; then
  (cd "$here" && npm ci --no-audit --no-fund --silent)
fi
if [ $# -gt 0 ]; then
  exec node "$here/replay.mjs" "$@"
fi
chain="$here/../../node/app/target/replay"
if [ ! -f "$chain/chain.rlp" ]; then
  echo "replay: run the Java tests first: ReplayChainTest exports the chain" >&2
  exit 1
fi
exec node "$here/replay.mjs" "$chain/genesis.json" "$chain/chain.rlp" "$chain/hashes.txt"
