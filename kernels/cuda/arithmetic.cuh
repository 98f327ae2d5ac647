// GF(2^61 - 1), its quadratic extension and balanced base-256 digits, for device and host alike.
// CPU twins: org.assay.verifier.cpu.{Field, Extension, Digits}. Integer arithmetic only.
#pragma once
#include <cstdint>

#ifdef __CUDACC__
#define ASSAY_BOTH __host__ __device__ inline
#else
#define ASSAY_BOTH inline
#endif

namespace assay {

constexpr int64_t P = (int64_t{1} << 61) - 1;
constexpr int DIGITS = 8;    // of a field element
constexpr int COLUMNS = 16;  // of an element of K: column 8*lane + digit, lane 0 = re
constexpr int TERMS_MAX = 131008;

ASSAY_BOTH int64_t add(int64_t a, int64_t b) {
    int64_t sum = a + b;
    return sum >= P ? sum - P : sum;
}

ASSAY_BOTH int64_t subtract(int64_t a, int64_t b) {
    int64_t difference = a - b;
    return difference < 0 ? difference + P : difference;
}

// High 64 bits of a product of two numbers below 2^61.
ASSAY_BOTH uint64_t multiplyHigh(uint64_t a, uint64_t b) {
#ifdef __CUDA_ARCH__
    return __umul64hi(a, b);
#else
    uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
    uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
    uint64_t low = a0 * b1 + (middle & 0xffffffffu);
    return a1 * b1 + (middle >> 32) + (low >> 32);
#endif
}

ASSAY_BOTH int64_t multiply(int64_t a, int64_t b) {
    uint64_t high = multiplyHigh(static_cast<uint64_t>(a), static_cast<uint64_t>(b));
    uint64_t low = static_cast<uint64_t>(a) * static_cast<uint64_t>(b);
    int64_t folded = static_cast<int64_t>((low & P) + ((low >> 61) | (high << 3)));
    return folded >= P ? folded - P : folded;
}

// The residue of any signed value.
ASSAY_BOTH int64_t reduce(int64_t value) {
    int64_t folded = (value & P) + (value >> 61);
    if (folded < 0) {
        return folded + P;
    }
    return folded >= P ? folded - P : folded;
}

// a * 2^bits mod p, 0 <= bits < 61.
ASSAY_BOTH int64_t shiftLeft(int64_t a, int bits) {
    uint64_t u = static_cast<uint64_t>(a);
    int64_t rotated = static_cast<int64_t>(((u << bits) & P) | (u >> (61 - bits)));
    return rotated == P ? 0 : rotated;
}

// Eight balanced digits, least significant first.
ASSAY_BOTH void writeDigits(int64_t value, int8_t* digits) {
    int64_t rest = value;
    for (int i = 0; i < DIGITS; ++i) {
        digits[i] = static_cast<int8_t>(rest & 0xff);
        rest = (rest - digits[i]) >> 8;
    }
}

// sum of accumulators[i] * 256^i mod p over eight accumulators.
ASSAY_BOTH int64_t recombine(const int32_t* accumulators) {
    int64_t sum = 0;
    for (int i = 0; i < DIGITS; ++i) {
        sum = add(sum, shiftLeft(reduce(accumulators[i]), 8 * i));
    }
    return sum;
}

}  // namespace assay
