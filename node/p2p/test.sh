#!/usr/bin/env bash
# An independent peer (@ethereumjs/devp2p) meets a node: RLPx, eth status, headers, bodies, receipts,
# transactions into blocks. Under half a minute once the node is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
(cd node/p2p/src/test/js && npm ci --no-audit --no-fund --loglevel=error)
node node/p2p/src/test/js/peer.mjs ./assay
