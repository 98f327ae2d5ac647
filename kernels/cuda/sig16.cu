// SIG16: out[row, c] = sum over j of a[row, j] * digits[c, j]; a [rows, terms] int8 row-major, digits
// [16, stride] int8, out [rows, 16] int32. Rows of a start at multiples of `pitch` bytes, a multiple of 4.
// Grid: any; block: a multiple of 32 threads; a warp takes four rows, fours are dealt to warps in turn. No shared memory.
// Preconditions: 1 <= terms <= 131,008, stride >= terms, stride % 4 == 0, pitch >= terms, pitch % 4 == 0.
// The result does not depend on the launch. CPU twin: org.assay.verifier.cpu.Sig16.
#include "sig16.cuh"

extern "C" __global__ void sig16(const int8_t* a, const int8_t* digits, int32_t* out, int rows,
                                 int terms, int pitch, int stride) {
    int lane = threadIdx.x & 31;
    int warps = (gridDim.x * blockDim.x) >> 5;
    int warp = (blockIdx.x * blockDim.x + threadIdx.x) >> 5;
    for (int first = warp * assay::ROWS; first < rows; first += warps * assay::ROWS) {
        const int8_t* from[assay::ROWS];
        int32_t sums[assay::ROWS][assay::COLUMNS] = {};
        for (int i = 0; i < assay::ROWS; ++i) {
            from[i] = assay::sig16Row(a, first, i, rows, pitch);
        }
        assay::sig16Lane(from, digits, terms, stride, lane, 32, sums);
        for (int i = 0; i < assay::ROWS; ++i) {
            for (int c = 0; c < assay::COLUMNS; ++c) {
                for (int step = 16; step > 0; step >>= 1) {
                    sums[i][c] += __shfl_down_sync(0xffffffffu, sums[i][c], step);
                }
                if (lane == 0 && first + i < rows) {
                    out[static_cast<int64_t>(first + i) * assay::COLUMNS + c] = sums[i][c];
                }
            }
        }
    }
}
