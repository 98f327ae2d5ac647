#!/bin/sh
# web3j and the classes generated from the contracts' ABIs against the live node of RPC_URL and KEY:
# a test of contracts/bindings that is skipped without a node.
set -eu
cd "$(dirname "$0")/../.."
set -f
exec ./mvnw -q -B -ntp -pl contracts/bindings test -Dtest=Live*Test
