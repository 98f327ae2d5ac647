package org.assay.verifier;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The cells of one job and how much work each stands for, so that they can be drawn in
/// proportion.
interface CellPlan {
    /// Redraws after which the remaining cells are taken in canonical order: a bound on time, met
    /// only where nearly all cells are opened anyway.
    int DRAWS_MAX = 1 << 16;

    /// An op is drawn at least this often: one in 16.
    int FLOOR = 16;

    int OPS = 4;

    /// MACs of all cells of `op`, 0 where it has none; `op` < 4.
    long macs(int op);

    /// The cell of `op` whose span of MACs holds `offset` < `macs(op)`.
    CellId locate(int op, long offset);

    long cellCount();

    /// Cell `index` in canonical order.
    CellId at(long index);

    /// `wanted` distinct cells in the order drawn, or all in canonical order if there are no
    /// more.
    default List<CellId> draw(WordStream words, int wanted) {
        List<CellId> cells = new ArrayList<>(wanted);
        if (cellCount() <= wanted) {
            for (long i = 0; i < cellCount(); i++) {
                cells.add(at(i));
            }
            return List.copyOf(cells);
        }
        long[] weights = weights();
        long sum = 0;
        for (long weight : weights) {
            sum += weight;
        }
        Set<CellId> seen = new LinkedHashSet<>();
        for (int i = 0; i < DRAWS_MAX && seen.size() < wanted; i++) {
            long point = words.uniform(sum);
            int op = 0;
            while (point >= weights[op]) {
                point -= weights[op++];
            }
            seen.add(locate(op, words.uniform(macs(op))));
        }
        for (long i = 0; seen.size() < wanted; i++) {
            seen.add(at(i));
        }
        return List.copyOf(seen);
    }

    /// Draw weights: the op's MACs, but at least a sixteenth of all.
    default long[] weights() {
        long total = 0;
        for (int op = 0; op < OPS; op++) {
            total = Math.addExact(total, macs(op));
        }
        long[] weights = new long[OPS];
        for (int op = 0; op < OPS; op++) {
            weights[op] = macs(op) == 0 ? 0 : Math.max(macs(op), Math.ceilDiv(total, FLOOR));
        }
        return weights;
    }

    /// κ of PROOFS section 5 in millionths, rounded up: the largest share of an op's MACs over
    /// its share of the draws. A fraction φ of wrong work escapes s draws with at most (1 −
    /// φ/κ)^s.
    default long kappaMillionths() {
        long[] weights = weights();
        BigInteger total = BigInteger.ZERO;
        BigInteger drawn = BigInteger.ZERO;
        for (int op = 0; op < OPS; op++) {
            total = total.add(BigInteger.valueOf(macs(op)));
            drawn = drawn.add(BigInteger.valueOf(weights[op]));
        }
        BigInteger largest = BigInteger.ZERO;
        for (int op = 0; op < OPS; op++) {
            if (macs(op) == 0) {
                continue;
            }
            BigInteger share = BigInteger.valueOf(macs(op)).multiply(drawn);
            BigInteger draws = BigInteger.valueOf(weights[op]).multiply(total);
            BigInteger scaled = share.multiply(BigInteger.valueOf(1_000_000));
            BigInteger kappa = scaled.add(draws).subtract(BigInteger.ONE).divide(draws);
            largest = largest.max(kappa);
        }
        return largest.longValueExact();
    }
}
