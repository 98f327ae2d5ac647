// SIG16: out[row, c] = sum over j of a[row, j] * digits[c, j]; a [rows, terms] int8 row-major, digits
// [16, stride] int8, out [rows, 16] int32. Rows of a start at multiples of `pitch` bytes, a multiple of 4.
// Grid: any; block: a multiple of 32 threads, one warp a row, rows dealt to warps in turn. No shared memory.
// Preconditions: 1 <= terms <= 131,008, stride >= terms, stride % 4 == 0, pitch >= terms, pitch % 4 == 0.
// The result does not depend on the launch. CPU twin: org.assay.verifier.cpu.Sig16.
#include "sig16.cuh"

extern "C" __global__ void sig16(const int8_t* a, const int8_t* digits, int32_t* out, int rows,
                                 int terms, int pitch, int stride) {
    int lane = threadIdx.x & 31;
    int warps = (gridDim.x * blockDim.x) >> 5;
    for (int row = (blockIdx.x * blockDim.x + threadIdx.x) >> 5; row < rows; row += warps) {
        int32_t sums[assay::COLUMNS] = {};
        assay::sig16Lane(a + static_cast<int64_t>(row) * pitch, digits, terms, stride, lane, 32, sums);
        for (int c = 0; c < assay::COLUMNS; ++c) {
            for (int step = 16; step > 0; step >>= 1) {
                sums[c] += __shfl_down_sync(0xffffffffu, sums[c], step);
            }
        }
        if (lane == 0) {
            for (int c = 0; c < assay::COLUMNS; ++c) {
                out[static_cast<int64_t>(row) * assay::COLUMNS + c] = sums[c];
            }
        }
    }
}
