package org.assay.consensus.emission;

import java.math.BigInteger;

/// Bounds minting in *any* window of `window` seconds of the emission clock (blocks, where the
/// policy emits per block) to `multiple` times the most the schedule can pay in it.
///
/// A leaky bucket does it, where fixed windows would let twice the bound pass around their edges:
/// it holds `(multiple − 1)·maximum·window` and drains `maximum` per second, so a window sees at
/// most `multiple·maximum·window`, and three gwei for rounding. A schedule that is only late
/// never fills it.
///
/// @param multiple from 2
public record Breaker(long window, int multiple) {
    /// Rounding down of the capacity, of what drained and of the remainder that a block pays out.
    private static final BigInteger ROUNDING_GWEI = BigInteger.valueOf(3);

    /// Gwei that the bucket holds.
    BigInteger capacityGwei(BigInteger maximumWei) {
        return maximumWei
                .multiply(BigInteger.valueOf(window))
                .multiply(BigInteger.valueOf(multiple - 1L))
                .divide(EmissionRules.GWEI)
                .add(ROUNDING_GWEI);
    }

    /// Gwei that drain in `elapsed` seconds or blocks; rounds down.
    BigInteger drainedGwei(BigInteger maximumWei, long elapsed) {
        return maximumWei.multiply(BigInteger.valueOf(elapsed)).divide(EmissionRules.GWEI);
    }
}
