package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.CallSimulation;
import org.assay.evm.Fork;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `assay bench evm`: how fast the EVM runs the loops of a contracts file, in million gas a
/// second. Every contract measures its own gas with GAS and returns it. Rates are by the CPU time
/// of the running thread, so that a busy machine does not change them much; `wall` is by the
/// clock.
@Command(
        name = "evm",
        mixinStandardHelpOptions = true,
        description = "Measures the interpreter on the loops of a contracts.json.")
public final class BenchEvmCommand implements Callable<Integer> {
    private static final Address CALLER =
            Address.fromHex("0x00000000000000000000000000000000000ca11e");
    private static final long CALL_GAS_MAX = 1L << 40;
    private static final String[] SOLIDITY = {
        "fib", "checked_", "erc20", "hash", "sort", "mandel", "erc20call"
    };

    @Mixin private Output output = new Output();

    @Option(names = "--gas", description = "Gas aimed at a call (default: ${DEFAULT-VALUE}).")
    private long gas = 30_000_000;

    @Option(names = "--seconds", description = "CPU seconds a loop (default: ${DEFAULT-VALUE}).")
    private double seconds = 3;

    @Option(names = "--only", split = ",", description = "Names of loops.")
    private List<String> only = new ArrayList<>();

    @Parameters(paramLabel = "CONTRACTS.JSON")
    private Path contracts = Path.of("contracts.json");

    private MemoryState state = MemoryState.empty();
    private final Map<String, Address> addresses = new LinkedHashMap<>();
    private final BlockContext block =
            new BlockContext(
                    Fork.OSAKA,
                    1337,
                    1,
                    1,
                    Address.ZERO,
                    UInt256.ZERO,
                    Hash.ZERO,
                    UInt256.ZERO,
                    CALL_GAS_MAX,
                    UInt256.ONE,
                    BlobSchedule.PRAGUE,
                    BlockHashes.NONE);

    @Override
    public Integer call() throws IOException {
        JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(contracts));
        state.put(CALLER, 0, UInt256.ONE, Bytes.EMPTY, new TreeMap<>());
        deploy("Token", root.get("Token"));
        deploy("Loops", root.get("Loops"));
        List<String> names = new ArrayList<>();
        for (var assembled : root.get("asm").properties()) {
            deploy(assembled.getKey(), assembled.getValue());
            names.add(assembled.getKey());
        }
        for (String function : SOLIDITY) {
            names.add("sol_" + function);
        }
        double logSum = 0;
        int count = 0;
        for (String name : names) {
            if (only.isEmpty() || only.contains(name)) {
                Double rate = measure(name);
                if (rate != null) {
                    logSum += Math.log(rate);
                    count++;
                }
            }
        }
        if (count > 0) {
            double mean = Math.exp(logSum / count);
            output.print(
                    Output.object().put("loops", count).put("geometricMean", mean),
                    String.format(Locale.ROOT, "geometric mean of %d: %.1f Mgas/s", count, mean));
        }
        return 0;
    }

    private void deploy(String name, JsonNode initcode) {
        CallSimulation.Message message = message(null, Bytes.fromHex(initcode.asText()));
        CallSimulation.Result result = CallSimulation.run(state, block, message, Tracer.NONE);
        addresses.put(name, result.created().orElseThrow());
        state = state.after(result.diff());
    }

    private CallSimulation.Message message(@Nullable Address to, Bytes input) {
        return new CallSimulation.Message(
                CALLER,
                to,
                input,
                UInt256.ZERO,
                CALL_GAS_MAX,
                UInt256.ZERO,
                List.of(),
                List.of(),
                List.of());
    }

    private Bytes input(String name, long rounds) {
        Bytes count = UInt256.of(rounds).toHash().toBytes();
        if (!name.startsWith("sol_")) {
            return count;
        }
        String function = name.substring("sol_".length());
        boolean withToken = function.equals("erc20call");
        String signature = function + (withToken ? "(uint256,address)" : "(uint256)");
        byte[] hash = Keccak.hash256(signature.getBytes(StandardCharsets.US_ASCII)).toArray();
        Bytes call = Bytes.of(hash).slice(0, 4).concat(count);
        Address token = java.util.Objects.requireNonNull(addresses.get("Token"));
        return withToken ? call.concat(token.toWord().toHash().toBytes()) : call;
    }

    /// The gas that one call measured.
    private long once(String name, long rounds) {
        String contract = name.startsWith("sol_") ? "Loops" : name;
        Address to = java.util.Objects.requireNonNull(addresses.get(contract));
        CallSimulation.Result result =
                CallSimulation.run(state, block, message(to, input(name, rounds)), Tracer.NONE);
        if (!result.success() || result.output().size() != 32) {
            throw new IllegalStateException(name + " failed: " + result);
        }
        return UInt256.of(result.output().unsafeArray()).toLongExact();
    }

    private long roundsFor(String name) {
        if (name.equals("sol_sort")) {
            long rounds = 1000;
            while (once(name, rounds) * 23 / 10 <= gas) {
                rounds *= 2;
            }
            return rounds;
        }
        long few = once(name, 20);
        long more = once(name, 60);
        if (name.equals("sol_mandel")) {
            return Math.max(1, (long) Math.sqrt(gas / (more / 3600.0)));
        }
        return Math.max(1, gas * 40 / (more - few));
    }

    private @Nullable Double measure(String name) {
        long rounds;
        try {
            rounds = roundsFor(name);
        } catch (IllegalStateException e) {
            output.print(
                    Output.object().put("loop", name).put("error", e.getMessage()),
                    name + ": " + e.getMessage());
            return null;
        }
        var threads = ManagementFactory.getThreadMXBean();
        List<Double> rates = new ArrayList<>();
        long begin = threads.getCurrentThreadCpuTime();
        long beginWall = System.nanoTime();
        double totalGas = 0;
        long now = begin;
        while (now - begin < seconds * 1e9 || rates.size() < 3) {
            long used = once(name, rounds);
            long end = threads.getCurrentThreadCpuTime();
            rates.add(used * 1e3 / Math.max(1, end - now));
            totalGas += used;
            now = end;
        }
        double wall = totalGas * 1e3 / (System.nanoTime() - beginWall);
        double first = rates.getFirst();
        List<Double> late = new ArrayList<>(rates.subList(rates.size() / 2, rates.size()));
        late.sort(null);
        double median = late.get(late.size() / 2);
        output.print(
                Output.object()
                        .put("loop", name)
                        .put("median", median)
                        .put("first", first)
                        .put("best", late.getLast())
                        .put("wall", wall)
                        .put("calls", rates.size()),
                String.format(
                        Locale.ROOT,
                        "%-14s Mgas/s median %8.1f first %8.1f best %8.1f wall %8.1f calls %d",
                        name,
                        median,
                        first,
                        late.getLast(),
                        wall,
                        rates.size()));
        return median;
    }
}
