package org.assay.app.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.emission.EmissionBenchCommand;
import org.assay.app.evm.BenchEvmCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `assay bench`: how fast this machine checks compute proofs.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {BenchEvmCommand.class, EmissionBenchCommand.class},
        description = {
            "Measures the parts of checking compute proofs on this machine.",
            "verify: audits of the Llama-3-8B shape; evk: its epoch verification key;",
            "sha: SHA-256 of 64 KiB chunks. Without a name: all of them."
        })
public final class BenchCommand implements Callable<Integer> {
    private enum Part {
        VERIFY,
        EVK,
        SHA
    }

    private enum Device {
        CPU,
        GPU
    }

    private enum Format {
        TEXT,
        JSON
    }

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "PART", description = "${COMPLETION-CANDIDATES}")
    private List<Part> parts = List.of();

    @Option(names = "--device", description = "${COMPLETION-CANDIDATES} (default: cpu).")
    private Device device = Device.CPU;

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: text).")
    private Format format = Format.TEXT;

    @Override
    public Integer call() throws JsonProcessingException {
        var out = spec.commandLine().getOut();
        if (device == Device.GPU) {
            spec.commandLine()
                    .getErr()
                    .println("assay bench: GPU verification is not there yet; use --device cpu");
            return 2;
        }
        ProofBench bench = new ProofBench();
        List<Part> wanted = parts.isEmpty() ? List.of(Part.values()) : parts;
        for (Part part : wanted) {
            switch (part) {
                case SHA -> bench.sha();
                case EVK -> bench.evk();
                case VERIFY -> bench.verify();
            }
        }
        if (format == Format.JSON) {
            out.println(new ObjectMapper().writeValueAsString(bench.figures()));
        } else {
            bench.figures().forEach((name, figure) -> out.println(name + "  " + figure));
        }
        return 0;
    }
}
