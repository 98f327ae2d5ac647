package org.assay.app.client;

import java.math.BigDecimal;
import org.assay.chain.ConfigException;
import org.assay.primitives.UInt256;

/// Amounts as people write them.
public final class Coins {
    private static final int DECIMALS = 18;

    private Coins() {}

    /// Wei as coins, without superfluous zeros.
    public static String text(UInt256 wei) {
        return new BigDecimal(wei.toBigInteger())
                .movePointLeft(DECIMALS)
                .stripTrailingZeros()
                .toPlainString();
    }

    /// Coins, such as `1.5`, in wei. Throws [ConfigException] naming `option` otherwise.
    public static UInt256 wei(String option, String coins) {
        try {
            return UInt256.of(new BigDecimal(coins).movePointRight(DECIMALS).toBigIntegerExact());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new ConfigException(
                    option, coins, "write coins, such as 1.5, with at most 18 decimals");
        }
    }
}
