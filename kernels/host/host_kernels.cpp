// The kernels' arithmetic as a library for the CPU: what org.assay.verifier.gpu.HostDevice loads, so
// that every path of a GPU validator but the launch itself runs where there is no GPU. Same entries and
// layouts as the .cu files; pointers are the caller's memory.
#include "../cuda/mma.cuh"
#include "../cuda/sha256.cuh"
#include "../cuda/sig16.cuh"

extern "C" {

void assay_sig16(const int8_t* a, const int8_t* digits, int32_t* out, int rows, int terms, int pitch,
                 int stride) {
    for (int first = 0; first < rows; first += assay::ROWS) {
        const int8_t* from[assay::ROWS];
        int32_t sums[assay::ROWS][assay::COLUMNS] = {};
        for (int i = 0; i < assay::ROWS; ++i) {
            from[i] = assay::sig16Row(a, first, i, rows, pitch);
        }
        assay::sig16Lane(from, digits, terms, stride, 0, 1, sums);
        for (int i = 0; i < assay::ROWS && first + i < rows; ++i) {
            for (int c = 0; c < assay::COLUMNS; ++c) {
                out[static_cast<int64_t>(first + i) * assay::COLUMNS + c] = sums[i][c];
            }
        }
    }
}

void assay_sig16_mma(const int8_t* a, const int8_t* digits, int32_t* out, int rows, int pitch) {
    assay::Operands in{a, digits, rows, assay::COLUMNS, pitch};
    assay::multiplyTiles<2>(in, assay::Result{out, assay::COLUMNS, 1});
}

void assay_product_s8(const int8_t* x, const int8_t* w, int32_t* y, int rows, int columns, int pitch) {
    assay::Operands in{w, x, columns, rows, pitch};
    if (rows <= 8) {
        assay::multiplyTiles<1>(in, assay::Result{y, 1, columns});
    } else {
        assay::multiplyTiles<8>(in, assay::Result{y, 1, columns});
    }
}

void assay_sha256_leaves(const uint8_t* headers, const uint8_t* data, uint32_t size, uint8_t* hashes,
                         uint32_t count) {
    for (uint64_t i = 0; i < count; ++i) {
        const uint8_t* header = headers + i * assay::LEAF_HEADER_BYTES;
        if (size % 4 == 0) {
            assay::sha256LeafWords(header, data + i * size, size, hashes + i * 32);
        } else {
            assay::sha256Leaf(header, data + i * size, size, hashes + i * 32);
        }
    }
}

void assay_sha256_nodes(const uint8_t* children, uint8_t* parents, uint32_t count) {
    for (uint64_t i = 0; i < count; ++i) {
        assay::sha256Node(children + i * 64, parents + i * 32);
    }
}

// Field arithmetic in bulk, for the soak: op 0 a*b, 1 a+b, 2 a-b, 3 a mod p for any signed a, 4 a*2^b
// with b below 61, 5 the digits of a recombined.
void assay_field(int op, const int64_t* a, const int64_t* b, int64_t* out, int count) {
    for (int i = 0; i < count; ++i) {
        switch (op) {
            case 0: out[i] = assay::multiply(a[i], b[i]); break;
            case 1: out[i] = assay::add(a[i], b[i]); break;
            case 2: out[i] = assay::subtract(a[i], b[i]); break;
            case 3: out[i] = assay::reduce(a[i]); break;
            case 4: out[i] = assay::shiftLeft(a[i], static_cast<int>(b[i])); break;
            default: {
                int8_t digits[8];
                int32_t wide[8];
                assay::writeDigits(a[i], digits);
                for (int d = 0; d < 8; ++d) wide[d] = digits[d];
                out[i] = assay::recombine(wide);
            }
        }
    }
}
}
