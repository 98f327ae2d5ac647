// SIG16 on tensor cores: out[row, c] += sum over j of a[row, j] * digits[c, j]; a [rows, pitch] int8
// row-major, digits [16, pitch] int8, out [rows, 16] int32, zero before the launch. Each weight is read once.
// Grid: any; block: a multiple of 32 threads; a warp takes 32 rows of 2,048 terms. No shared memory.
// Preconditions: pitch <= 131,008 + 63, a multiple of 64; both operands at multiples of 16 bytes and zero
// behind their at most 131,008 terms. Sums are of integers, so that their order and the launch do not matter.
// CPU twin: org.assay.verifier.cpu.Sig16.
#include "mma.cuh"

extern "C" __global__ void __launch_bounds__(256)
    sig16_mma(const int8_t* a, const int8_t* digits, int32_t* out, int rows, int pitch) {
    assay::Operands in{a, digits, rows, assay::COLUMNS, pitch};
    assay::multiplyTiles<2>(in, assay::Result{out, assay::COLUMNS, 1});
}
