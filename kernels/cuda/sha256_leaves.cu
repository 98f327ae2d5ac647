// Hashes of `count` trace leaves of equal size: headers [count, 50], data [count, size], hashes [count, 32].
// Grid and block: any; one thread a leaf, leaves dealt to threads in turn. No shared memory.
// Preconditions: data starts at a multiple of 4 bytes.
// CPU twin: org.assay.verifier.Leaf.
#include "sha256.cuh"

extern "C" __global__ void sha256_leaves(const uint8_t* headers, const uint8_t* data, uint32_t size,
                                         uint8_t* hashes, uint32_t count) {
    uint32_t step = gridDim.x * blockDim.x;
    for (uint32_t i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
        const uint8_t* header = headers + static_cast<uint64_t>(i) * assay::LEAF_HEADER_BYTES;
        const uint8_t* from = data + static_cast<uint64_t>(i) * size;
        uint8_t* to = hashes + static_cast<uint64_t>(i) * 32;
        if (size % 4 == 0) {
            assay::sha256LeafWords(header, from, size, to);
        } else {
            assay::sha256Leaf(header, from, size, to);
        }
    }
}
