package org.assay.app.emission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntUnaryOperator;
import org.assay.app.Output;
import org.assay.consensus.emission.Axis;
import org.assay.consensus.emission.BlockFacts;
import org.assay.consensus.emission.EmissionRules;
import org.assay.consensus.emission.Halving;
import org.assay.consensus.emission.HalvingByIssuance;
import org.assay.consensus.emission.LedgerRow;
import org.assay.consensus.emission.Policy;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `assay bench emission`: how fast schedules evaluate at random indexes, and what emission costs
/// a block.
@Command(
        name = "emission",
        description = "Evaluations a second of halving rules, and emission's time a block.",
        mixinStandardHelpOptions = true)
public final class EmissionBenchCommand implements Callable<Integer> {
    private static final int ROUNDS = 7;
    private static final int EVALUATIONS = 1_000_000;
    private static final int BLOCKS = 100_000;
    private static final int INDEXES = 1 << 14;

    @Mixin private Output output = new Output();
    private final ObjectNode figures = Output.object();

    @Override
    public Integer call() {
        BigInteger cap = BigInteger.TEN.pow(24).multiply(BigInteger.valueOf(21));
        HalvingByIssuance issuance =
                new HalvingByIssuance(
                        cap,
                        BigInteger.valueOf(83_333_333_000_000_000L),
                        HalvingByIssuance.Measure.ISSUED);
        Halving height =
                new Halving(
                        Axis.HEIGHT,
                        BigInteger.valueOf(5_000_000_000L),
                        BigInteger.valueOf(210_000),
                        BigInteger.ZERO);
        BigInteger[] issued = indexes(cap);
        BigInteger[] heights = indexes(BigInteger.valueOf(7_000_000));
        report(
                "halving by issuance",
                EVALUATIONS,
                i -> issuance.amount(issued[i & (INDEXES - 1)]).bitLength());
        report(
                "halving by height",
                EVALUATIONS,
                i -> height.amount(heights[i & (INDEXES - 1)]).bitLength());
        report(
                "sum of halvings",
                EVALUATIONS / 10,
                i -> height.cumulative(heights[i & (INDEXES - 1)]).orElseThrow().bitLength());
        report("a block's emission", BLOCKS, new Chain()::step);
        if (output.isJson()) {
            output.print(figures);
        }
        return 0;
    }

    private static BigInteger[] indexes(BigInteger limit) {
        SplittableRandom random = new SplittableRandom(1);
        BigInteger[] indexes = new BigInteger[INDEXES];
        for (int i = 0; i < INDEXES; i++) {
            indexes[i] =
                    limit.multiply(BigInteger.valueOf(random.nextLong(1L << 40))).shiftRight(40);
        }
        return indexes;
    }

    /// Median of the rounds after the first; the sum of results keeps them from being left out.
    private void report(String name, int count, IntUnaryOperator work) {
        double[] nanos = new double[ROUNDS];
        long sink = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                sink += work.applyAsInt(i);
            }
            nanos[round] = (double) (System.nanoTime() - start) / count;
        }
        double[] warm = Arrays.copyOfRange(nanos, 2, ROUNDS);
        Arrays.sort(warm);
        double median = warm[warm.length / 2];
        figures.putObject(name).put("microsEach", median / 1000).put("check", sink % 1000);
        output.say(
                String.format(
                        Locale.ROOT,
                        "%-22s %8.3f us each  %8.2f M/s  (%.3f to %.3f us; check %d)",
                        name,
                        median / 1000,
                        1000 / median,
                        warm[0] / 1000,
                        warm[warm.length - 1] / 1000,
                        sink % 1000));
    }

    /// A chain of the default policy in which blocks burn fees and half of each allowance is
    /// claimed.
    private static final class Chain {
        private static final BlockFacts.Parent PARENT =
                new BlockFacts.Parent(
                        Address.ofNumber(2),
                        UInt256.of(300_000_000_000_000L),
                        UInt256.of(900_000_000_000_000L),
                        UInt256.ZERO,
                        UInt256.ZERO,
                        UInt256.ZERO,
                        UInt256.ZERO);
        private final Policy policy = Policy.assay();
        private LedgerRow row = LedgerRow.GENESIS;
        private long number;

        int step(int ignored) {
            number++;
            long claimed =
                    row.closedEpochAllowanceWei()
                            .toBigInteger()
                            .divide(EmissionRules.GWEI.shiftLeft(1))
                            .longValueExact();
            BlockFacts facts =
                    new BlockFacts(
                            number,
                            1_700_000_000 + number,
                            Address.ofNumber(1),
                            number == 1 ? BlockFacts.Parent.GENESIS : PARENT,
                            new BlockFacts.Epoch(384, claimed),
                            new BlockFacts.Recipients(Address.ofNumber(3), Address.ofNumber(4)),
                            UInt256.ZERO);
            row = EmissionRules.next(policy, row, facts).row();
            return row.mintedWei().bitLength();
        }
    }
}
