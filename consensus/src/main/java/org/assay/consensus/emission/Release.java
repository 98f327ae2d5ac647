package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.List;

/// P18: when an amount that was earned can be taken.
public sealed interface Release extends Rule {
    /// What of `amount`, earned at `start`, is free at `at`. Never falls as `at` grows.
    BigInteger free(BigInteger amount, BigInteger start, BigInteger at);

    /// `parts` equal parts, one each `period`, the first at the next multiple of `period` after
    /// `start` (Fluence). Parts are rounded down; the remainder comes with the last part or
    /// never.
    record EqualParts(BigInteger parts, BigInteger period, boolean paysRemainder)
            implements Release {
        @Override
        public BigInteger free(BigInteger amount, BigInteger start, BigInteger at) {
            BigInteger first = start.divide(period).add(BigInteger.ONE).multiply(period);
            if (at.compareTo(first) < 0) {
                return BigInteger.ZERO;
            }
            BigInteger due = at.subtract(first).divide(period).add(BigInteger.ONE).min(parts);
            return due.equals(parts) && paysRemainder ? amount : amount.divide(parts).multiply(due);
        }
    }

    /// Several tranches, each a share that is free at once, or in straight steps over its length.
    /// Tranches are rounded down and the last one takes the remainder (Aethir 30/30/40, Filecoin
    /// 25 % at once and 75 % over 180 days).
    record Tranches(List<Tranche> tranches) implements Release {
        public static final int TRANCHES_MAX = 64;

        public Tranches {
            tranches = List.copyOf(tranches);
        }

        @Override
        public BigInteger free(BigInteger amount, BigInteger start, BigInteger at) {
            BigInteger sum = BigInteger.ZERO;
            BigInteger left = amount;
            for (int i = 0; i < tranches.size(); i++) {
                Tranche tranche = tranches.get(i);
                BigInteger own =
                        i + 1 == tranches.size()
                                ? left
                                : amount.multiply(BigInteger.valueOf(tranche.bps()))
                                        .divide(BigInteger.valueOf(10_000));
                left = left.subtract(own);
                sum = sum.add(tranche.free(own, at.subtract(start)));
            }
            return sum;
        }
    }

    /// @param bps share of the whole, in 1/10,000
    /// @param length 0 for at once
    /// @param step what time is rounded down to
    record Tranche(long bps, BigInteger length, BigInteger step) {
        BigInteger free(BigInteger own, BigInteger elapsed) {
            if (elapsed.signum() < 0) {
                return BigInteger.ZERO;
            }
            if (elapsed.compareTo(length) >= 0) {
                return own;
            }
            BigInteger stepped = elapsed.divide(step).multiply(step);
            return own.multiply(stepped).divide(length);
        }
    }

    /// A share is held back by the earner's age, and part of what is held comes back later
    /// (Storj): `percents[m − 1]` of what is earned in month m is held; after `returnAge` months
    /// `returnPercent` of it is free, and all of it on a graceful exit.
    record HoldBack(List<Integer> percents, long returnAge, int returnPercent) implements Release {
        private static final BigInteger HUNDRED = BigInteger.valueOf(100);

        public HoldBack {
            percents = List.copyOf(percents);
        }

        /// Percent held of what is earned in month `month` of a node's life, from 1; 0 after the
        /// table.
        public int percent(long month) {
            return month >= 1 && month <= percents.size()
                    ? percents.get(Math.toIntExact(month - 1))
                    : 0;
        }

        /// Whether month `month` is within the table.
        public boolean withholding(long month) {
            return month >= 1 && month <= percents.size();
        }

        /// `start` is the month of life in which the amount was earned, `at` the present one.
        @Override
        public BigInteger free(BigInteger amount, BigInteger start, BigInteger at) {
            if (at.compareTo(start) < 0) {
                return BigInteger.ZERO;
            }
            BigInteger held =
                    amount.multiply(BigInteger.valueOf(percent(start.longValueExact())))
                            .divide(HUNDRED);
            BigInteger free = amount.subtract(held);
            return at.compareTo(BigInteger.valueOf(returnAge)) > 0
                    ? free.add(held.multiply(BigInteger.valueOf(returnPercent)).divide(HUNDRED))
                    : free;
        }
    }
}
