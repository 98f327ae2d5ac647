package org.assay.consensus.emission;

import java.math.BigInteger;

/// P11: limits on a mint by what was minted in all, in the period and to the payee.
///
/// @param lastPartial whether a mint that does not fit is cut to what does, or refused whole
public record Caps(BigInteger total, BigInteger period, BigInteger payee, boolean lastPartial)
        implements Rule {
    /// What of `requested` may be minted.
    public BigInteger allow(
            BigInteger requested,
            BigInteger mintedTotal,
            BigInteger mintedPeriod,
            BigInteger mintedPayee) {
        BigInteger room =
                total.subtract(mintedTotal)
                        .min(period.subtract(mintedPeriod))
                        .min(payee.subtract(mintedPayee))
                        .max(BigInteger.ZERO);
        if (requested.compareTo(room) <= 0) {
            return requested;
        }
        return lastPartial ? room : BigInteger.ZERO;
    }
}
