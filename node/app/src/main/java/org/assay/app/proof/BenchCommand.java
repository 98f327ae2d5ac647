package org.assay.app.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.emission.EmissionBenchCommand;
import org.assay.app.evm.BenchEvmCommand;
import org.assay.app.load.BenchLoadCommand;
import org.assay.app.rpc.BenchFinalityCommand;
import org.assay.app.rpc.BenchRpcCommand;
import org.assay.app.sync.BenchSyncCommand;
import org.assay.verifier.gpu.CudaDriver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `assay bench`: how fast this machine checks compute proofs.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchEvmCommand.class,
            EmissionBenchCommand.class,
            BenchFinalityCommand.class,
            BenchLoadCommand.class,
            BenchRpcCommand.class,
            BenchSyncCommand.class
        },
        description = {
            "Measures the parts of checking compute proofs on this machine.",
            "verify: audits of the Llama-3-8B shape; evk: its epoch verification key;",
            "prove: what committing adds to running; the baseline of re-execution is native after",
            "kernels/build-host.sh, else the Vector API;",
            "sha: SHA-256 of 64 KiB chunks; detect: how often faked rows escape an audit, beside what",
            "is expected. Without a name: all of them.",
            "Exit status 0 when everything was measured; with --device gpu 2 where no GPU can be",
            "used, with the reason, and assay gpu doctor has the fix."
        })
public final class BenchCommand implements Callable<Integer> {
    private enum Part {
        VERIFY,
        EVK,
        PROVE,
        SHA,
        DETECT
    }

    private enum Device {
        CPU,
        GPU
    }

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "PART", description = "${COMPLETION-CANDIDATES}")
    private List<Part> parts = List.of();

    @Option(names = "--device", description = "${COMPLETION-CANDIDATES} (default: cpu).")
    private Device device = Device.CPU;

    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws JsonProcessingException {
        var out = spec.commandLine().getOut();
        if (device == Device.GPU) {
            return gpu(out);
        }
        ProofBench bench = new ProofBench();
        List<Part> wanted = parts.isEmpty() ? List.of(Part.values()) : parts;
        for (Part part : wanted) {
            switch (part) {
                case SHA -> bench.sha();
                case EVK -> bench.evk();
                case VERIFY -> bench.verify();
                case PROVE -> bench.prove();
                case DETECT -> bench.figures().putAll(DetectionBench.table());
            }
        }
        print(bench.figures(), out);
        return 0;
    }

    private int gpu(PrintWriter out) throws JsonProcessingException {
        List<String> why = new ArrayList<>();
        Optional<org.assay.verifier.gpu.Device> found = CudaDriver.first(why::add);
        if (found.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("assay bench: " + String.join("; ", why) + "; see assay gpu doctor");
            return 2;
        }
        try (org.assay.verifier.gpu.Device gpu = found.get()) {
            GpuBench bench = new GpuBench(gpu);
            for (Part part : parts.isEmpty() ? List.of(Part.values()) : parts) {
                switch (part) {
                    case SHA -> bench.sha();
                    case EVK -> bench.evk();
                    case VERIFY -> bench.verify();
                    case PROVE -> bench.prove();
                    case DETECT -> bench.figures().putAll(DetectionBench.table());
                }
            }
            print(bench.figures(), out);
        }
        return 0;
    }

    /// The last line is one JSON object where that is asked for.
    private void print(Map<String, Object> figures, PrintWriter out)
            throws JsonProcessingException {
        if (output.isJson()) {
            out.println(new ObjectMapper().writeValueAsString(figures));
        } else {
            figures.forEach((name, figure) -> out.println(name + "  " + figure));
        }
    }
}
