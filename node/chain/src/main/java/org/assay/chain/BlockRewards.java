package org.assay.chain;

import java.util.List;
import org.assay.evm.Fork;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;

/// What proof-of-work blocks pay (YP §11.3, EIP-649, EIP-1234), in wei.
public final class BlockRewards {
    private static final UInt256 ETHER = UInt256.of(1_000_000_000_000_000_000L);
    private static final long OMMER_DEPTH = 8;
    private static final long NEPHEW_SHARE = 32;

    private BlockRewards() {}

    private static UInt256 base(Fork fork) {
        long ether =
                fork.isAtLeast(Fork.CONSTANTINOPLE) ? 2 : fork.isAtLeast(Fork.BYZANTIUM) ? 3 : 5;
        return ETHER.multiplyExact(ether);
    }

    /// To the block's coinbase.
    public static UInt256 ofBlock(Fork fork, List<Header> ommers) {
        UInt256 base = base(fork);
        UInt256 nephew = base.divide(UInt256.of(NEPHEW_SHARE));
        return base.addExact(nephew.multiplyExact(ommers.size()));
    }

    /// To the coinbase of `ommer`, which is 1 to 6 below `number`.
    public static UInt256 ofOmmer(Fork fork, Header ommer, long number) {
        return base(fork)
                .multiplyExact(OMMER_DEPTH + ommer.number() - number)
                .divide(UInt256.of(OMMER_DEPTH));
    }
}
