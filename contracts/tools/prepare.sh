#!/bin/sh
# Installs the locked npm packages once; a changed lockfile installs them again.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.assay-lock
if ! cmp -s package-lock.json "$stamp"; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp package-lock.json "$stamp"
fi
