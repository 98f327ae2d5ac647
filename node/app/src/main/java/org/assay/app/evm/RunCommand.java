package org.assay.app.evm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.CallSimulation;
import org.assay.evm.Eip3155Tracer;
import org.assay.evm.Fork;
import org.assay.evm.IntrinsicGas;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.TransactionBody;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `assay evm run`: runs bytecode once, on an otherwise empty state.
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs bytecode; exit status 1 if it fails.")
public final class RunCommand implements Callable<Integer> {
    private static final Address SENDER =
            Address.fromHex("0x00000000000000000000000000000000736e6472");
    private static final Address RECEIVER =
            Address.fromHex("0x0000000000000000000000007265636569766572");
    private static final long BLOCK_GAS_LIMIT = 30_000_000;

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private Output output = new Output();

    @Option(names = "--code", required = true, paramLabel = "HEX", description = "Bytecode.")
    private String code = "";

    @Option(names = "--input", paramLabel = "HEX", description = "Call data.")
    private String input = "";

    @Option(names = "--gas", description = "Gas of the frame (default: ${DEFAULT-VALUE}).")
    private long gas = 10_000_000_000L;

    @Option(names = "--value", description = "Wei sent along.")
    private String value = "0";

    @Option(names = "--fork", description = "Fork, e.g. Osaka (default).")
    private String forkName = "Osaka";

    @Option(names = "--json", description = "EIP-3155 steps on the output.")
    private boolean json;

    @Option(names = "--memory", description = "With the memory in each step.")
    private boolean memory;

    @Override
    public Integer call() {
        Fork fork = TestJson.fork(forkName);
        if (fork == null) {
            throw new ParameterException(spec.commandLine(), "no fork is named " + forkName);
        }
        PrintWriter out = spec.commandLine().getOut();
        MemoryState state = MemoryState.empty();
        UInt256 wei = UInt256.parse(value);
        state.put(RECEIVER, 1, UInt256.ZERO, Bytes.fromHex(code), new TreeMap<>());
        state.put(SENDER, 0, wei, Bytes.EMPTY, new TreeMap<>());
        Bytes data = Bytes.fromHex(input);
        TransactionBody body =
                TransactionBody.legacy(null, 0, UInt256.ZERO, 0, RECEIVER, wei, data);
        CallSimulation.Message message =
                new CallSimulation.Message(
                        SENDER,
                        RECEIVER,
                        data,
                        wei,
                        Math.addExact(gas, IntrinsicGas.of(body, fork).gas()),
                        UInt256.ZERO,
                        List.of(),
                        List.of(),
                        List.of());
        Tracer tracer = json ? new Eip3155Tracer(out::println, memory) : Tracer.NONE;
        CallSimulation.Result result = CallSimulation.run(state, block(fork), message, tracer);
        if (!json) {
            report(result, result.gasSpent() - (message.gas() - gas));
        }
        out.flush();
        return result.success() ? 0 : 1;
    }

    private void report(CallSimulation.Result result, long gasUsed) {
        ObjectNode facts = Output.object().put("output", result.output().toString());
        facts.put("gasUsed", gasUsed);
        String text = result.output() + "\ngas used " + gasUsed;
        if (result.halt() != null) {
            facts.put("error", result.halt().text());
            text += "\nerror: " + result.halt().text();
        }
        output.print(facts, text);
    }

    private static BlockContext block(Fork fork) {
        return new BlockContext(
                fork,
                1,
                1,
                1,
                Address.ZERO,
                UInt256.ZERO,
                Hash.ZERO,
                UInt256.ZERO,
                BLOCK_GAS_LIMIT,
                UInt256.ONE,
                BlobSchedule.of(fork),
                BlockHashes.NONE);
    }
}
