package org.assay.app.keys;

/// A signer that is away, refuses, or answers with something else than a signature of its key.
public final class SignerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SignerException(String message) {
        super(message);
    }
}
