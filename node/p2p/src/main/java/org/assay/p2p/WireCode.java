package org.assay.p2p;

/// Codes of messages between nodes. QBFT's keep Besu's numbers (0x12–0x15).
public final class WireCode {
    public static final int QBFT_FIRST = 0x12;
    public static final int QBFT_LAST = 0x15;

    /// RLP [height, hash]: the sender's head.
    public static final int STATUS = 0x20;

    /// RLP [first height, count].
    public static final int GET_BLOCKS = 0x21;

    /// RLP [block…] with seals, consecutive.
    public static final int BLOCKS = 0x22;

    /// RLP [transaction bytes…].
    public static final int TRANSACTIONS = 0x23;

    /// RLP [commitId, sidecarRoot, signature (65)].
    public static final int ATTESTATION = 0x30;

    /// RLP [commitId, sidecarRoot]: the sender holds this sidecar.
    public static final int SIDECAR_ANNOUNCE = 0x31;

    /// RLP [commitId, sidecarRoot].
    public static final int GET_SIDECAR = 0x32;

    /// RLP [commitId, sidecarRoot, bytes].
    public static final int SIDECAR = 0x33;

    private WireCode() {}

    public static boolean isQbft(int code) {
        return code >= QBFT_FIRST && code <= QBFT_LAST;
    }
}
