package org.assay.evm;

/// Marks what is not there yet.
final class Stub {
    private Stub() {}

    @SuppressWarnings("TypeParameterUnusedInFormals")
    static <T> T notYet(String what) {
        if (what.isEmpty()) {
            throw new IllegalArgumentException("nameless");
        }
        throw new UnsupportedOperationException("not there yet: " + what);
    }
}
