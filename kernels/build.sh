#!/bin/sh
# Compiles every kernel for sm_75 to sm_120 into one fatbin, which is committed as a resource so that a
# machine with a driver but no toolkit runs it. Needs nvcc 13; run it after a change below cuda/.
set -eu
cd "$(dirname "$0")"
mkdir -p target
cat cuda/sig16.cu cuda/sig16_mma.cu cuda/gemm_s8.cu cuda/sha256_leaves.cu cuda/sha256_nodes.cu > cuda/all.cu
trap 'rm -f cuda/all.cu' EXIT
nvcc -std=c++17 -O3 --fatbin --compress-mode=size \
    -gencode arch=compute_75,code=sm_75 -gencode arch=compute_80,code=sm_80 \
    -gencode arch=compute_90,code=sm_90 -gencode arch=compute_100,code=sm_100 \
    -gencode arch=compute_120,code=[sm_120,compute_120] \
    -o src/main/resources/org/assay/kernels/assay.fatbin cuda/all.cu
ls -l src/main/resources/org/assay/kernels/assay.fatbin
