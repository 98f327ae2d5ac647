// SHA-256 (FIPS 180-4) of a short message in pieces, for device and host alike. CPU twin: the JDK's.
#pragma once
#include <cstring>

#include "arithmetic.cuh"

namespace assay {

struct Sha256 {
    uint32_t state[8];
    uint32_t block[16];
    uint64_t bytes;
};

ASSAY_BOTH uint32_t sha256Constant(int i) {
    constexpr uint32_t k[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
    return k[i];
}

ASSAY_BOTH uint32_t rotateRight(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

ASSAY_BOTH void sha256Start(Sha256& sha) {
    constexpr uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    for (int i = 0; i < 8; ++i) {
        sha.state[i] = first[i];
    }
    for (int i = 0; i < 16; ++i) {
        sha.block[i] = 0;
    }
    sha.bytes = 0;
}

ASSAY_BOTH void sha256Compress(Sha256& sha) {
    uint32_t* w = sha.block;
    uint32_t a = sha.state[0], b = sha.state[1], c = sha.state[2], d = sha.state[3];
    uint32_t e = sha.state[4], f = sha.state[5], g = sha.state[6], h = sha.state[7];
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
    for (int i = 0; i < 64; ++i) {
        if (i >= 16) {
            uint32_t w15 = w[(i + 1) & 15], w2 = w[(i + 14) & 15];
            uint32_t s0 = rotateRight(w15, 7) ^ rotateRight(w15, 18) ^ (w15 >> 3);
            uint32_t s1 = rotateRight(w2, 17) ^ rotateRight(w2, 19) ^ (w2 >> 10);
            w[i & 15] += s0 + w[(i + 9) & 15] + s1;
        }
        uint32_t s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
        uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + sha256Constant(i) + w[i & 15];
        uint32_t s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
        uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    sha.state[0] += a, sha.state[1] += b, sha.state[2] += c, sha.state[3] += d;
    sha.state[4] += e, sha.state[5] += f, sha.state[6] += g, sha.state[7] += h;
    for (int i = 0; i < 16; ++i) {
        sha.block[i] = 0;
    }
}

ASSAY_BOTH void sha256Byte(Sha256& sha, uint8_t byte) {
    uint32_t at = static_cast<uint32_t>(sha.bytes & 63);
    sha.block[at >> 2] |= static_cast<uint32_t>(byte) << (24 - 8 * (at & 3));
    ++sha.bytes;
    if (at == 63) {
        sha256Compress(sha);
    }
}

ASSAY_BOTH void sha256Bytes(Sha256& sha, const uint8_t* from, uint32_t size) {
    for (uint32_t i = 0; i < size; ++i) {
        sha256Byte(sha, from[i]);
    }
}

ASSAY_BOTH void sha256End(Sha256& sha, uint8_t* hash) {
    uint64_t bits = sha.bytes * 8;
    sha256Byte(sha, 0x80);
    while ((sha.bytes & 63) != 56) {
        sha256Byte(sha, 0);
    }
    for (int i = 7; i >= 0; --i) {
        sha256Byte(sha, static_cast<uint8_t>(bits >> (8 * i)));
    }
    for (int i = 0; i < 32; ++i) {
        hash[i] = static_cast<uint8_t>(sha.state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

constexpr uint32_t LEAF_HEADER_BYTES = 50;

// A trace leaf: its 50-byte header (tag 0, salt, place, len) and its data.
ASSAY_BOTH void sha256Leaf(const uint8_t* header, const uint8_t* data, uint32_t size, uint8_t* hash) {
    Sha256 sha;
    sha256Start(sha);
    sha256Bytes(sha, header, LEAF_HEADER_BYTES);
    sha256Bytes(sha, data, size);
    sha256End(sha, hash);
}

// The 32-bit big-endian word at `from`, which is a multiple of 4 in.
ASSAY_BOTH uint32_t sha256Load(const uint8_t* from) {
    uint32_t word;
    memcpy(&word, from, 4);
#ifdef __CUDA_ARCH__
    return __byte_perm(word, 0, 0x0123);
#else
    return __builtin_bswap32(word);
#endif
}

// The same leaf for bulk: `size` a multiple of 4, data at a multiple of 4. A word of the message at a
// time with fixed places in the block, so that nothing is indexed at run time. The header is 50 bytes,
// so each word of the message joins the halves of two words of the data.
ASSAY_BOTH void sha256LeafWords(const uint8_t* header, const uint8_t* data, uint32_t size, uint8_t* hash) {
    constexpr uint32_t headerWords = LEAF_HEADER_BYTES / 4;
    Sha256 sha;
    sha256Start(sha);
    uint32_t dataWords = size / 4;
    uint32_t last = (static_cast<uint32_t>(header[48]) << 8) | header[49];  // Half a word to come.
    uint32_t blocks = (LEAF_HEADER_BYTES + size + 9 + 63) / 64;
    uint64_t bits = static_cast<uint64_t>(LEAF_HEADER_BYTES + size) * 8;
    for (uint32_t block = 0; block < blocks; ++block) {
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
        for (uint32_t i = 0; i < 16; ++i) {
            uint32_t index = 16 * block + i;
            uint32_t word;
            if (index < headerWords) {
                word = (static_cast<uint32_t>(header[4 * index]) << 24) |
                       (static_cast<uint32_t>(header[4 * index + 1]) << 16) |
                       (static_cast<uint32_t>(header[4 * index + 2]) << 8) | header[4 * index + 3];
            } else {
                uint32_t at = index - headerWords;
                uint32_t next = at < dataWords ? sha256Load(data + 4 * static_cast<uint64_t>(at))
                                : at == dataWords ? 0x80000000u
                                                  : 0;
                word = (last << 16) | (next >> 16);
                last = next & 0xffffu;
            }
            sha.block[i] = word;
        }
        if (block == blocks - 1) {
            sha.block[14] = static_cast<uint32_t>(bits >> 32);
            sha.block[15] = static_cast<uint32_t>(bits);
        }
        sha256Compress(sha);
    }
    for (int i = 0; i < 32; ++i) {
        hash[i] = static_cast<uint8_t>(sha.state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

// A node: SHA256(1, left, right) over 64 bytes of children.
ASSAY_BOTH void sha256Node(const uint8_t* children, uint8_t* hash) {
    Sha256 sha;
    sha256Start(sha);
    sha256Byte(sha, 1);
    sha256Bytes(sha, children, 64);
    sha256End(sha, hash);
}

}  // namespace assay
