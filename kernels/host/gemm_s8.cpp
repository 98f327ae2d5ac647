// The baseline that verification is compared with: y[m, n] = x[m, k] * w[k, n] in int8 to int32 as fast as
// this CPU does it, with AVX-512 VNNI where there is one (k % 4 == 0, n % 64 == 0). w comes packed by
// assay_pack_s8: for each 64 columns, for each 4 rows, 64 columns of 4 bytes. VNNI multiplies unsigned by
// signed bytes, so x goes in with 128 added and 128 times the column sums are taken off.
#include <cstdint>
#include <cstring>
#ifdef __AVX512VNNI__
#include <immintrin.h>
#endif

extern "C" {

int assay_has_vnni() {
#ifdef __AVX512VNNI__
    return 1;
#else
    return 0;
#endif
}

void assay_pack_s8(const int8_t* w, int8_t* packed, int32_t* columnSums, int k, int n) {
    for (int j = 0; j < n; ++j) columnSums[j] = 0;
    for (int block = 0; block < n; block += 64) {
        for (int i = 0; i < k; i += 4) {
            int8_t* to = packed + static_cast<int64_t>(block) * k + static_cast<int64_t>(i) * 64;
            for (int j = 0; j < 64; ++j) {
                for (int t = 0; t < 4; ++t) {
                    int8_t value = w[static_cast<int64_t>(i + t) * n + block + j];
                    to[4 * j + t] = value;
                    columnSums[block + j] += value;
                }
            }
        }
    }
}

#ifdef __AVX512VNNI__
static void block6(const uint8_t* x, const int8_t* packed, const int32_t* sums, int32_t* y, int rows,
                   int k, int n) {
    __m512i acc[6][4];
    for (int r = 0; r < 6; ++r) for (int c = 0; c < 4; ++c) acc[r][c] = _mm512_setzero_si512();
    const uint8_t* row[6];
    for (int r = 0; r < 6; ++r) row[r] = x + static_cast<int64_t>(r < rows ? r : 0) * k;
    for (int i = 0; i < k; i += 4) {
        __m512i w0 = _mm512_loadu_si512(packed), w1 = _mm512_loadu_si512(packed + 64);
        __m512i w2 = _mm512_loadu_si512(packed + 128), w3 = _mm512_loadu_si512(packed + 192);
        packed += 256;
        for (int r = 0; r < 6; ++r) {
            int32_t word;
            std::memcpy(&word, row[r] + i, 4);
            __m512i a = _mm512_set1_epi32(word);
            acc[r][0] = _mm512_dpbusd_epi32(acc[r][0], a, w0);
            acc[r][1] = _mm512_dpbusd_epi32(acc[r][1], a, w1);
            acc[r][2] = _mm512_dpbusd_epi32(acc[r][2], a, w2);
            acc[r][3] = _mm512_dpbusd_epi32(acc[r][3], a, w3);
        }
    }
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < 4; ++c) {
            __m512i off = _mm512_slli_epi32(_mm512_loadu_si512(sums + 16 * c), 7);
            _mm512_storeu_si512(y + static_cast<int64_t>(r) * n + 16 * c, _mm512_sub_epi32(acc[r][c], off));
        }
    }
}
#endif

// x: m rows of k bytes, each value plus 128.
void assay_gemm_s8(const uint8_t* x, const int8_t* packed, const int32_t* columnSums, int32_t* y, int m,
                   int k, int n) {
    for (int block = 0; block < n; block += 64) {
        for (int first = 0; first < m; first += 6) {
            int rows = m - first < 6 ? m - first : 6;
            const uint8_t* from = x + static_cast<int64_t>(first) * k;
            int32_t* to = y + static_cast<int64_t>(first) * n + block;
            const int8_t* w = packed + static_cast<int64_t>(block) * k;
#ifdef __AVX512VNNI__
            block6(from, w, columnSums + block, to, rows, k, n);
#else
            for (int r = 0; r < rows; ++r) {
                for (int j = 0; j < 64; ++j) {
                    int32_t sum = -128 * columnSums[block + j];
                    for (int i = 0; i < k; ++i) sum += from[static_cast<int64_t>(r) * k + i] * w[(i / 4 * 64 + j) * 4 + i % 4];
                    to[static_cast<int64_t>(r) * n + j] = sum;
                }
            }
#endif
        }
    }
}
}
