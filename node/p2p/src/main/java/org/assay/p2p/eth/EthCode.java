package org.assay.p2p.eth;

/// Message codes of `eth` (devp2p `caps/eth.md`), local to the protocol.
public final class EthCode {
    public static final int STATUS = 0x00;
    public static final int NEW_BLOCK_HASHES = 0x01;
    public static final int TRANSACTIONS = 0x02;
    public static final int GET_BLOCK_HEADERS = 0x03;
    public static final int BLOCK_HEADERS = 0x04;
    public static final int GET_BLOCK_BODIES = 0x05;
    public static final int BLOCK_BODIES = 0x06;
    public static final int NEW_BLOCK = 0x07;
    public static final int NEW_POOLED_TRANSACTION_HASHES = 0x08;
    public static final int GET_POOLED_TRANSACTIONS = 0x09;
    public static final int POOLED_TRANSACTIONS = 0x0a;
    public static final int GET_RECEIPTS = 0x0f;
    public static final int RECEIPTS = 0x10;

    /// Since version 69.
    public static final int BLOCK_RANGE_UPDATE = 0x11;

    private EthCode() {}

    /// How many message ids a version takes (QBFT-WIRE "Transport").
    public static int idCount(int version) {
        return version >= EthStatus.VERSION_WITH_RANGE ? 18 : 17;
    }
}
