// S8[rows, terms] * S8[columns, terms]^T -> S32 on tensor cores, in tiles of one warp. Both operands have
// their terms side by side; a tile is 32 rows by 8*NT columns over a slice of the terms.
//
// What a lane holds follows the PTX manual's mma.m16n8k32 for s8, with group = lane / 4 and member =
// lane % 4: a[0], a[1] of rows group and group + 8 and the first half of the terms, a[2], a[3] the second
// half; b[0], b[1] of column group; sums of (group, 2*member), (group, 2*member + 1) and of group + 8.
// The sum over terms does not depend on their order, so a lane takes sixteen neighbouring bytes for two
// steps at once, in both operands alike.
// CPU twins: org.assay.verifier.cpu.Sig16, org.assay.verifier.prover.RowProduct.
#pragma once
#include <cstdint>
#include <cstring>

#include "arithmetic.cuh"

namespace assay {

constexpr int LANES = 32;
constexpr int TILE_ROWS = 32;
constexpr int STEP_TERMS = 64;   // A row's bytes in one step: 16 in each of four lanes.
constexpr int SLICE_TERMS = 2048;  // Terms of one tile; its sums are added to those of other slices.

// Sixteen bytes as four words.
struct Quad {
    int32_t word[4];
};

// One lane's share of a step: two tiles of 16 rows, NT of 8 columns.
template <int NT>
struct Lane {
    Quad a[2][2];  // [tile][upper or lower eight rows]
    Quad b[NT];
    int32_t sums[2][NT][4];
};

ASSAY_BOTH Quad loadQuad(const int8_t* from) {
    Quad quad;
#ifdef __CUDA_ARCH__
    int4 v = *reinterpret_cast<const int4*>(from);
    quad.word[0] = v.x, quad.word[1] = v.y, quad.word[2] = v.z, quad.word[3] = v.w;
#else
    memcpy(&quad, from, sizeof quad);
#endif
    return quad;
}

// Operands: a [rows, pitch], b [columns, pitch], pitch a multiple of STEP_TERMS, zero behind the terms.
// Rows and columns past the end stand in for the last one and are not kept.
struct Operands {
    const int8_t* a;
    const int8_t* b;
    int rows;
    int columns;
    int pitch;
};

ASSAY_BOTH const int8_t* rowAt(const int8_t* from, int index, int count, int pitch) {
    return from + static_cast<int64_t>(index < count ? index : count - 1) * pitch;
}

template <int NT>
ASSAY_BOTH void loadStep(const Operands& in, int firstRow, int firstColumn, int term, int lane, Lane<NT>& to) {
    int group = lane >> 2;
    int at = term + 16 * (lane & 3);
    for (int tile = 0; tile < 2; ++tile) {
        for (int half = 0; half < 2; ++half) {
            int row = firstRow + 16 * tile + 8 * half + group;
            to.a[tile][half] = loadQuad(rowAt(in.a, row, in.rows, in.pitch) + at);
        }
    }
    for (int n = 0; n < NT; ++n) {
        int column = firstColumn + 8 * n + group;
        to.b[n] = loadQuad(rowAt(in.b, column, in.columns, in.pitch) + at);
    }
}

// The row and column of sum i of a lane, within tile and column block.
ASSAY_BOTH int sumRow(int lane, int i) { return (lane >> 2) + (i >= 2 ? 8 : 0); }

ASSAY_BOTH int sumColumn(int lane, int i) { return 2 * (lane & 3) + (i & 1); }

// Where the sums go: out[row * rowStride + column * columnStride], added to what is there.
struct Result {
    int32_t* out;
    int64_t rowStride;
    int64_t columnStride;
};

template <int NT>
ASSAY_BOTH void addSums(const Operands& in, const Result& result, int firstRow, int firstColumn, int lane,
                        const Lane<NT>& from) {
    for (int tile = 0; tile < 2; ++tile) {
        for (int n = 0; n < NT; ++n) {
            for (int i = 0; i < 4; ++i) {
                int row = firstRow + 16 * tile + sumRow(lane, i);
                int column = firstColumn + 8 * n + sumColumn(lane, i);
                if (row < in.rows && column < in.columns) {
                    int32_t* to = result.out + row * result.rowStride + column * result.columnStride;
#ifdef __CUDA_ARCH__
                    atomicAdd(to, from.sums[tile][n][i]);
#else
                    *to += from.sums[tile][n][i];
#endif
                }
            }
        }
    }
}

ASSAY_BOTH int tiles(int count, int size) { return (count + size - 1) / size; }

// Tiles of a product: blocks of rows, of columns and of terms, rows first, so that neighbouring warps
// share the columns they read.
template <int NT>
ASSAY_BOTH int64_t tileCount(const Operands& in) {
    return static_cast<int64_t>(tiles(in.rows, TILE_ROWS)) * tiles(in.columns, 8 * NT) *
           tiles(in.pitch, SLICE_TERMS);
}

struct Tile {
    int row;
    int column;
    int term;
    int end;
};

template <int NT>
ASSAY_BOTH Tile tileAt(const Operands& in, int64_t index) {
    int rowTiles = tiles(in.rows, TILE_ROWS);
    int columnTiles = tiles(in.columns, 8 * NT);
    Tile tile;
    tile.row = static_cast<int>(index % rowTiles) * TILE_ROWS;
    tile.column = static_cast<int>(index / rowTiles % columnTiles) * 8 * NT;
    tile.term = static_cast<int>(index / rowTiles / columnTiles) * SLICE_TERMS;
    tile.end = tile.term + SLICE_TERMS < in.pitch ? tile.term + SLICE_TERMS : in.pitch;
    return tile;
}

#ifdef __CUDACC__
// sums += a * b over 32 terms: one instruction from sm_80 on, four of half the size before.
__device__ inline void mma(int32_t* sums, int32_t a0, int32_t a1, int32_t a2, int32_t a3, int32_t b0,
                           int32_t b1) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
        : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
#elif defined(__CUDA_ARCH__)
    const int32_t a[4] = {a0, a1, a2, a3};
    for (int half = 0; half < 2; ++half) {
        for (int part = 0; part < 2; ++part) {
            asm("mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32 {%0,%1}, {%2}, {%3}, {%0,%1};"
                : "+r"(sums[2 * half]), "+r"(sums[2 * half + 1])
                : "r"(a[half + 2 * part]), "r"(part == 0 ? b0 : b1));
        }
    }
#endif
}

// All tiles of a product, dealt to the warps of the grid in turn.
template <int NT>
__device__ inline void multiplyTiles(const Operands& in, const Result& result) {
    int lane = threadIdx.x & 31;
    int64_t warps = (static_cast<int64_t>(gridDim.x) * blockDim.x) >> 5;
    int64_t warp = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) >> 5;
    for (int64_t index = warp; index < tileCount<NT>(in); index += warps) {
        Tile tile = tileAt<NT>(in, index);
        Lane<NT> own;
        memset(own.sums, 0, sizeof own.sums);
#pragma unroll 2
        for (int term = tile.term; term < tile.end; term += STEP_TERMS) {
            loadStep<NT>(in, tile.row, tile.column, term, lane, own);
#pragma unroll
            for (int half = 0; half < 2; ++half) {
#pragma unroll
                for (int t = 0; t < 2; ++t) {
#pragma unroll
                    for (int n = 0; n < NT; ++n) {
                        mma(own.sums[t][n], own.a[t][0].word[2 * half], own.a[t][1].word[2 * half],
                            own.a[t][0].word[2 * half + 1], own.a[t][1].word[2 * half + 1],
                            own.b[n].word[2 * half], own.b[n].word[2 * half + 1]);
                    }
                }
            }
        }
        addSums<NT>(in, result, tile.row, tile.column, lane, own);
    }
}
#else
// What the instruction does to a whole warp, by the manual's layout: sums of 16 x 8 over 32 terms.
template <int NT>
inline void mmaOfWarp(Lane<NT>* lanes, int t, int n, int half) {
    for (int lane = 0; lane < LANES; ++lane) {
        for (int i = 0; i < 4; ++i) {
            int row = sumRow(lane, i), column = sumColumn(lane, i);
            int32_t sum = 0;
            for (int term = 0; term < 32; ++term) {
                int member = term % 16 / 4, word = 2 * half + term / 16, shift = 8 * (term % 4);
                const Quad& a = lanes[row % 8 * 4 + member].a[t][row / 8];
                const Quad& b = lanes[column * 4 + member].b[n];
                sum += static_cast<int8_t>(a.word[word] >> shift) * static_cast<int8_t>(b.word[word] >> shift);
            }
            lanes[lane].sums[t][n][i] += sum;
        }
    }
}

template <int NT>
inline void multiplyTiles(const Operands& in, const Result& result) {
    for (int64_t index = 0; index < tileCount<NT>(in); ++index) {
        Tile tile = tileAt<NT>(in, index);
        Lane<NT> lanes[LANES] = {};
        for (int term = tile.term; term < tile.end; term += STEP_TERMS) {
            for (int lane = 0; lane < LANES; ++lane) {
                loadStep<NT>(in, tile.row, tile.column, term, lane, lanes[lane]);
            }
            for (int half = 0; half < 2; ++half) {
                for (int t = 0; t < 2; ++t) {
                    for (int n = 0; n < NT; ++n) mmaOfWarp<NT>(lanes, t, n, half);
                }
            }
        }
        for (int lane = 0; lane < LANES; ++lane) {
            addSums<NT>(in, result, tile.row, tile.column, lane, lanes[lane]);
        }
    }
}
#endif

}  // namespace assay
