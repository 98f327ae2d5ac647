package org.assay.consensus.emission;

import java.math.BigInteger;

/// Keeps what a unit of work is paid between `floorBps` and `capBps` of what its payer paid, in
/// 1/10,000; a top-up never exceeds the coins burned in the trailing window.
public record DemandBand(long floorBps, long capBps) implements Rule {
    private static final BigInteger BPS = BigInteger.valueOf(10_000);

    /// What the band pays for work priced at `priceWei` that the pool alone would pay `poolWei`,
    /// with `burnedWei` burned in the trailing window and not yet used for other top-ups. Rounds
    /// the floor and the cap down.
    public BigInteger payWei(BigInteger poolWei, BigInteger priceWei, BigInteger burnedWei) {
        BigInteger floor = priceWei.multiply(BigInteger.valueOf(floorBps)).divide(BPS);
        BigInteger cap = priceWei.multiply(BigInteger.valueOf(capBps)).divide(BPS);
        if (poolWei.compareTo(floor) < 0) {
            return poolWei.add(floor.subtract(poolWei).min(burnedWei.max(BigInteger.ZERO)));
        }
        return poolWei.min(cap);
    }
}
