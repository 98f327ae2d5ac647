#!/bin/sh
# Deploy and test on the network: artifacts are made by hand, so that no compiler is downloaded.
set -eu
cd "$(dirname "$0")/hardhat"
exec ../node_modules/.bin/hardhat test --no-compile --network dev
