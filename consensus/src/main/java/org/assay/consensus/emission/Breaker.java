package org.assay.consensus.emission;

import java.math.BigInteger;

/// Bounds minting in *any* window of `window` seconds of the emission clock (blocks, where the
/// policy emits per block) to `multiple` times the most the schedule can pay in it.
///
/// A leaky bucket does it, where fixed windows would let twice the bound pass around their edges:
/// it holds `(multiple − 1)·maximum·window` and drains `maximum` per second, so a window sees at
/// most `multiple·maximum·window`. A schedule that is only late never fills it.
///
/// @param multiple from 2
public record Breaker(long window, int multiple) {
    /// Gwei that the bucket holds.
    BigInteger capacityGwei(BigInteger maximumWei) {
        return maximumWei
                .multiply(BigInteger.valueOf(window))
                .multiply(BigInteger.valueOf(multiple - 1L))
                .divide(EmissionRules.GWEI);
    }

    /// Gwei that drain in `elapsed` seconds or blocks; rounds down.
    BigInteger drainedGwei(BigInteger maximumWei, long elapsed) {
        return maximumWei.multiply(BigInteger.valueOf(elapsed)).divide(EmissionRules.GWEI);
    }
}
