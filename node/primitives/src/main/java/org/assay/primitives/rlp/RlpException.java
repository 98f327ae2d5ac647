package org.assay.primitives.rlp;

/// Input that is not canonical RLP of the expected shape. Caught where bytes enter the program
/// and turned into a refusal there; it never crosses a module's boundary.
public final class RlpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RlpException(String message) {
        super(message);
    }

    public RlpException(String message, Throwable cause) {
        super(message, cause);
    }
}
