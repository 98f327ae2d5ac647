package org.assay.chain.pool;

/// What a pool accepts: bytes in all, transactions of one sender, how far ahead of the account's
/// nonce one may be, bytes of one transaction, and by how many percent a replacement must outbid.
public record PoolLimits(
        long bytesMax,
        int perSenderMax,
        long nonceGapMax,
        int transactionBytesMax,
        int replacementBumpPercent) {
    public static final PoolLimits STANDARD = new PoolLimits(128L << 20, 1_024, 1_024, 131_072, 10);
}
