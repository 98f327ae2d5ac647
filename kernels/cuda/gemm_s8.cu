// The executor's product on tensor cores: y[m, n] += sum over k of x[m, k] * w[n, k]; x [rows, pitch] int8,
// w [columns, pitch] int8 (the transpose of a model's matrix), y [rows, columns] int32, zero before the
// launch. Up to 64 rows of x share one pass over w.
// Grid: any; block: a multiple of 32 threads; a warp takes 32 columns by 64 rows of 2,048 terms. No shared
// memory. Preconditions: as of sig16_mma. CPU twin: org.assay.verifier.prover.RowProduct.
#include "mma.cuh"

extern "C" __global__ void __launch_bounds__(256)
    gemm_s8(const int8_t* x, const int8_t* w, int32_t* y, int rows, int columns, int pitch) {
    assay::Operands in{w, x, columns, rows, pitch};
    assay::Result result{y, 1, columns};
    if (rows <= 8) {
        assay::multiplyTiles<1>(in, result);
    } else {
        assay::multiplyTiles<8>(in, result);
    }
}
