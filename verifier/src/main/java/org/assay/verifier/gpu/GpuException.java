package org.assay.verifier.gpu;

/// A device, its driver or its kernels failed: the CPU takes over.
public final class GpuException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public GpuException(String message) {
        super(message);
    }

    public GpuException(String message, Throwable cause) {
        super(message, cause);
    }
}
