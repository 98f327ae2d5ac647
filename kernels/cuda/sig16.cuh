// The inner loop of SIG16, S8[M,K] * S8[K,16] -> S32: what one of `lanes` threads adds up for one row.
// CPU twin: org.assay.verifier.cpu.Sig16.
#pragma once
#include <cstring>

#include "arithmetic.cuh"

namespace assay {

// Sum of four products of signed bytes, added to `sum`.
ASSAY_BOTH int32_t dot4(int32_t a, int32_t b, int32_t sum) {
#ifdef __CUDA_ARCH__
    return __dp4a(a, b, sum);
#else
    for (int i = 0; i < 4; ++i) {
        sum += static_cast<int8_t>(a >> (8 * i)) * static_cast<int8_t>(b >> (8 * i));
    }
    return sum;
#endif
}

ASSAY_BOTH int32_t load4(const int8_t* from) {
    int32_t word;
    memcpy(&word, from, 4);
    return word;
}

// Rows that one warp adds up together: each load of the digits, 16 columns from the cache, then serves
// four loads of weights from memory.
constexpr int ROWS = 4;

// Adds lane `lane` of `lanes` of four rows to accumulators[4][16]. rows[i]: `terms` int8. digits:
// column-major [16, stride], stride >= terms and a multiple of 4, zero behind `terms`. Words of four
// terms are dealt to the lanes in turn; the last lane's remainder is read byte by byte, so rows need no
// padding.
ASSAY_BOTH void sig16Lane(const int8_t* const* rows, const int8_t* digits, int terms, int stride,
                          int lane, int lanes, int32_t (*accumulators)[COLUMNS]) {
    int words = terms / 4;
    for (int word = lane; word < words; word += lanes) {
        int32_t a[ROWS];
        for (int i = 0; i < ROWS; ++i) {
            a[i] = load4(rows[i] + 4 * word);
        }
        for (int c = 0; c < COLUMNS; ++c) {
            int32_t d = load4(digits + c * stride + 4 * word);
            for (int i = 0; i < ROWS; ++i) {
                accumulators[i][c] = dot4(a[i], d, accumulators[i][c]);
            }
        }
    }
    if (lane == lanes - 1) {
        for (int j = 4 * words; j < terms; ++j) {
            for (int c = 0; c < COLUMNS; ++c) {
                for (int i = 0; i < ROWS; ++i) {
                    accumulators[i][c] += rows[i][j] * digits[c * stride + j];
                }
            }
        }
    }
}

// Where row `first + i` of `rows` starts; rows past the end stand in for the last one and are not kept.
ASSAY_BOTH const int8_t* sig16Row(const int8_t* a, int first, int i, int rows, int pitch) {
    int row = first + i < rows ? first + i : rows - 1;
    return a + static_cast<int64_t>(row) * pitch;
}

}  // namespace assay
