/// Verdicts with a device's help: the only package that knows CUDA.
///
/// `Device` is the seam. `CudaDevice` runs the packaged kernels through the driver API, so a
/// driver is all that a machine needs; `HostDevice` runs the same arithmetic built for the CPU,
/// for tests and for machines without a GPU; a fake one that lies is in the tests.
/// `DeviceProjection` makes either of them a `Projection`. What a device says is never final: see
/// `Verifier`.
@NullMarked
package org.assay.verifier.gpu;

import org.jspecify.annotations.NullMarked;
