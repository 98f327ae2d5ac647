#!/bin/sh
# Builds the kernels' headers with g++ and tests them on the CPU: no GPU, no CUDA toolkit.
set -eu
cd "$(dirname "$0")"
mkdir -p target
g++ -std=c++17 -O2 -Wall -Wextra -Werror -o target/host_test test/host_test.cpp
target/host_test
./build-host.sh
