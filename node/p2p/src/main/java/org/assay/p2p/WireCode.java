package org.assay.p2p;

/// Codes of messages between nodes: the protocol in the high byte, its own code in the low one.
/// QBFT's keep Besu's numbers (0x12–0x15).
public final class WireCode {
    /// `istanbul/100`.
    public static final int ISTANBUL = 0x000;

    /// `eth/68` and `eth/69`; see [org.assay.p2p.eth.EthCode].
    public static final int ETH = 0x100;

    /// `assay/1`.
    public static final int ASSAY = 0x200;

    public static final int QBFT_FIRST = 0x12;
    public static final int QBFT_LAST = 0x15;

    /// RLP [height, hash]: the sender's head.
    public static final int STATUS = ASSAY;

    /// RLP [commitId, sidecarRoot, signature (65)].
    public static final int ATTESTATION = ASSAY | 0x01;

    /// RLP [commitId, sidecarRoot]: the sender holds this sidecar.
    public static final int SIDECAR_ANNOUNCE = ASSAY | 0x02;

    /// RLP [commitId, sidecarRoot, chunk index].
    public static final int GET_SIDECAR = ASSAY | 0x03;

    /// RLP [commitId, sidecarRoot, chunk index, chunk count, bytes].
    public static final int SIDECAR = ASSAY | 0x04;

    /// RLP, a list of an id: which state snapshots the peer holds.
    public static final int GET_SNAPSHOTS = ASSAY | 0x05;

    /// RLP [id, [height…]].
    public static final int SNAPSHOTS = ASSAY | 0x06;

    /// RLP [id, height]: proven changes of the validator set from that height on.
    public static final int GET_VALIDATOR_SETS = ASSAY | 0x07;

    /// RLP [id, [proof…]], oldest first; empty where there are none.
    public static final int VALIDATOR_SETS = ASSAY | 0x08;

    /// RLP [id, height, [[kind, owner, place]…]]: parts of the snapshot of that height.
    public static final int GET_STATE = ASSAY | 0x09;

    /// RLP [id, [part…]]: the first of what was asked for; empty where there is no such snapshot.
    public static final int STATE = ASSAY | 0x0a;

    private WireCode() {}

    /// Whether a message of `assay/1` has to be answered from disk.
    static boolean isAssayRequest(int local) {
        return local == local(GET_SIDECAR)
                || local == local(GET_SNAPSHOTS)
                || local == local(GET_VALIDATOR_SETS)
                || local == local(GET_STATE);
    }

    public static boolean isQbft(int code) {
        return code >= QBFT_FIRST && code <= QBFT_LAST;
    }

    public static boolean isEth(int code) {
        return protocol(code) == ETH;
    }

    static int protocol(int code) {
        return code & 0xff00;
    }

    /// The code within its protocol.
    public static int local(int code) {
        return code & 0xff;
    }
}
