package org.assay.app.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.Progress;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay fuzz`: damaged input for the decoders and the EVM. The same seed gives the same inputs;
/// a fault is printed with its input and ends the run with status 1.
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        description =
                "Feeds damaged input to decoders and the EVM; exit status 1 at the first fault.")
public final class FuzzCommand implements Callable<Integer> {
    /// What one input may make its target allocate.
    private static final long ALLOCATED_BYTES_MAX = 64L << 20;

    /// The first inputs of a target load classes.
    private static final long WARM_INPUTS = 100;

    @Mixin private Output output = new Output();

    @Option(
            names = "--inputs",
            paramLabel = "N",
            description = "Inputs in all, shared by the targets (default: ${DEFAULT-VALUE}).")
    private long inputs = 100_000;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--target",
            split = ",",
            description = "Of ${COMPLETION-CANDIDATES} (default: all).")
    private List<Target> targets = new ArrayList<>(List.of(Target.values()));

    private final ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long accepted;
    private long refused;
    private long mostBytes;

    @Override
    public Integer call() {
        Progress progress = output.progress();
        long begin = System.nanoTime();
        for (Target target : targets) {
            long share = inputs / targets.size();
            if (!run(target, share, progress)) {
                return 1;
            }
            String name = target.name().toLowerCase(Locale.ROOT);
            output.print(
                    Output.object()
                            .put("target", name)
                            .put("inputs", share)
                            .put("accepted", accepted)
                            .put("refused", refused)
                            .put("mostBytes", mostBytes),
                    String.format(
                            Locale.ROOT,
                            "%-12s %d inputs, %d accepted, %d refused, at most %d KiB allocated"
                                    + " for one",
                            name,
                            share,
                            accepted,
                            refused,
                            mostBytes >> 10));
        }
        long fed = inputs / targets.size() * targets.size();
        double took = (System.nanoTime() - begin) / 1e9;
        output.print(
                Output.object()
                        .put("passed", fed)
                        .put("failed", 0)
                        .put("seed", seed)
                        .put("seconds", took),
                String.format(
                        Locale.ROOT,
                        "%d inputs passed, 0 failed (seed %d, %.0f s)",
                        fed,
                        seed,
                        took));
        return 0;
    }

    private boolean run(Target target, long count, Progress progress) {
        Mutator mutator = new Mutator(new SplittableRandom(seed * 31 + target.name().hashCode()));
        List<byte[]> valid = ValidInputs.of(target);
        accepted = 0;
        refused = 0;
        mostBytes = 0;
        for (long i = 0; i < count; i++) {
            byte[] input = mutator.next(valid);
            long before = memory.getCurrentThreadAllocatedBytes();
            String fault = feed(target, input);
            long allocated = memory.getCurrentThreadAllocatedBytes() - before;
            if (i > WARM_INPUTS) {
                mostBytes = Math.max(mostBytes, allocated);
            }
            if (fault == null && allocated > ALLOCATED_BYTES_MAX) {
                fault = "it allocated " + allocated + " bytes";
            }
            if (fault != null) {
                report(target, i, input, fault);
                return false;
            }
            progress.show(i, count, target.name().toLowerCase(Locale.ROOT));
        }
        progress.clear();
        return true;
    }

    /// What is wrong; null where nothing is. Catches everything: that is its purpose.
    @SuppressWarnings("CatchAndPrintStackTrace")
    private @org.jspecify.annotations.Nullable String feed(Target target, byte[] input) {
        try {
            target.feed(input);
            accepted++;
            return null;
        } catch (RlpException expected) {
            refused++;
            return null;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError fault) {
            fault.printStackTrace(output.err());
            return fault.toString();
        }
    }

    private void report(Target target, long index, byte[] input, String fault) {
        String name = target.name().toLowerCase(Locale.ROOT);
        output.print(
                Output.object()
                        .put("target", name)
                        .put("failed", 1)
                        .put("input", index)
                        .put("seed", seed)
                        .put("fault", fault)
                        .put("bytes", Bytes.wrap(input).toString()),
                String.format(
                        "FAULT in %s, input %d of seed %d: %s%n%s",
                        name, index, seed, fault, Bytes.wrap(input)));
    }
}
