#!/usr/bin/env bash
# The README's test command: everything that must hold before a change lands.
#   ./test.sh            all of it
#   ./test.sh java       format, build and Java tests
#   ./test.sh contracts  artifacts and forge tests
#   ./test.sh replay     the chain that the Java tests exported, on an independent EVM
#   ./test.sh kernels    CUDA kernels built for and tested on the CPU
#   ./test.sh peers      an independent peer meets a node
#   ./test.sh demo       the main job, end to end; its chain again on an independent EVM
#   ./test.sh tooling    viem, ethers, Foundry, Hardhat and web3j against a live assay dev
#   ./test.sh soak       10^6 random emission policies and schedules (half an hour; not in CI)
set -euo pipefail
cd "$(dirname "$0")"

java_tests() {
  ./mvnw -B -ntp spotless:check package
}
contract_tests() {
  ./contracts/test.sh
}
replay() {
  ./contracts/replay/test.sh
}
kernel_tests() {
  ./kernels/test.sh
}
peers() {
  ./node/p2p/test.sh
}
demo() { # and its chain on an independent EVM, which must refuse it with one bit changed
  local chain=node/app/target/demo-chain
  rm -rf "$chain"
  ./assay demo --format json --export "$chain"
  ./contracts/replay/test.sh "$chain/genesis.json" "$chain/chain.rlp" "$chain/hashes.txt"
  node contracts/replay/tamper.mjs "$chain/chain.rlp" "$chain/tampered.rlp"
  if ./contracts/replay/test.sh "$chain/genesis.json" "$chain/tampered.rlp"; then
    echo "a tampered chain was taken" >&2
    exit 1
  fi
}
jobs() {
  ./assay soak --jobs 40
}
soak() { # in pieces, so that the test report fits in memory: 6 properties a seed
  for from in 0 20000 40000 60000 80000 100000 120000 140000 160000; do
    ./mvnw -q -B -ntp -pl consensus -am test -Dtest=EmissionPropertiesTest -Dsurefire.failIfNoSpecifiedTests=false \
      -Dseeds=$from..$((from + 20000)) >/dev/null || { echo "failed in seeds $from..$((from + 20000))" >&2; exit 1; }
    echo "emission: $(((from + 20000) * 6)) cases passed"
  done
}
tooling() {
  (cd contracts/tooling && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  ./assay --version >/dev/null # builds where needed, before the clock of a tool runs
  node contracts/tooling/run.mjs
}
step() {
  local begin=$SECONDS
  echo "== $1"
  "$2"
  echo "== $1 took $((SECONDS - begin)) s"
}

case "${1-all}" in
  java) step java java_tests ;;
  contracts) step contracts contract_tests ;;
  replay) step replay replay ;;
  kernels) step kernels kernel_tests ;;
  peers) step peers peers ;;
  demo) step demo demo ;;
  tooling) step tooling tooling ;;
  jobs) step jobs jobs ;;
  soak) step soak soak ;;
  all)
    step java java_tests
    step contracts contract_tests
    step replay replay
    step kernels kernel_tests
    touch node/app/target/assay.stamp # the Java step has just built what the demo runs
    ./assay --version                 # has its start recorded meanwhile
    step peers peers
    step demo demo
    step tooling tooling
    step jobs jobs
    ;;
  *)
    echo "unknown part '$1': use java, contracts, replay, kernels, peers, demo, tooling, jobs, soak, or nothing for all" >&2
    exit 2
    ;;
esac
echo "all passed"
