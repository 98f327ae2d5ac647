#!/usr/bin/env bash
# The README's test command: everything that must hold before a change lands.
#   ./test.sh            all of it
#   ./test.sh java       format, build and Java tests
#   ./test.sh contracts  artifacts and forge tests
#   ./test.sh kernels    CUDA kernels built for and tested on the CPU
#   ./test.sh demo       the main job, end to end
set -euo pipefail
cd "$(dirname "$0")"

java_tests() {
  ./mvnw -B -ntp spotless:check package
}
contract_tests() {
  ./contracts/test.sh
}
kernel_tests() {
  ./kernels/test.sh
}
demo() {
  ./assay demo --format json
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
  kernels) step kernels kernel_tests ;;
  demo) step demo demo ;;
  all)
    step java java_tests
    step contracts contract_tests
    step kernels kernel_tests
    touch node/app/target/assay.stamp # the Java step has just built what the demo runs
    step demo demo
    ;;
  *)
    echo "unknown part '$1': use java, contracts, kernels, demo, or nothing for all" >&2
    exit 2
    ;;
esac
echo "all passed"
