#!/bin/sh
# Runs the contract tests without any network but the npm registry: ./test.sh [forge test flags].
# FOUNDRY_PROFILE=soak ./test.sh runs the long fuzz and invariant campaigns.
set -eu
cd "$(dirname "$0")"
./tools/prepare.sh
node tools/build.mjs --check
node tools/emission-vectors.mjs --check
exec node_modules/@foundry-rs/forge-linux-amd64/bin/forge test "$@"
