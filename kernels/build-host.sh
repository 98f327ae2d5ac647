#!/bin/sh
# Builds the kernels' headers and the int8 baseline as a library for this CPU (target/libassay_host.so):
# the stand-in for a GPU in tests, and what `assay bench prove` compares with. Needs g++ only.
set -eu
cd "$(dirname "$0")"
mkdir -p target
g++ -std=c++17 -O3 -march=native -Wall -Wextra -Werror -Wno-uninitialized -shared -fPIC -o target/libassay_host.so.new \
    host/host_kernels.cpp host/gemm_s8.cpp
mv target/libassay_host.so.new target/libassay_host.so
