// One level of a tree: parents[i] = SHA256(1, children[2i], children[2i+1]); children [2*count, 32].
// Grid and block: any; one thread a node. No shared memory. CPU twin: org.assay.verifier.Merkle.
#include "sha256.cuh"

extern "C" __global__ void sha256_nodes(const uint8_t* children, uint8_t* parents, uint32_t count) {
    uint32_t step = gridDim.x * blockDim.x;
    for (uint32_t i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
        assay::sha256Node(children + static_cast<uint64_t>(i) * 64, parents + static_cast<uint64_t>(i) * 32);
    }
}
