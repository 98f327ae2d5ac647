package org.assay.app.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assay.app.Output;
import org.assay.verifier.gpu.CudaDriver;
import org.assay.verifier.gpu.Device;
import org.assay.verifier.gpu.Doctor;
import org.assay.verifier.gpu.GpuException;
import org.assay.verifier.gpu.HostDevice;
import org.assay.verifier.gpu.Kernels;
import org.assay.verifier.gpu.SelfTest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay gpu`: the machine's GPU, as far as proofs need it.
@Command(
        name = "gpu",
        mixinStandardHelpOptions = true,
        description = "Looks at this machine's GPU.",
        synopsisSubcommandLabel = "COMMAND")
public final class GpuCommand {
    /// Exit status 0 if no check fails, though the device may work slower; 1 if one does.
    @Command(
            name = "doctor",
            mixinStandardHelpOptions = true,
            description = {
                "Checks driver, device, compute capability, memory, kernels, cuBLAS, exactness and the",
                "memory's speed, and says how to repair what fails. Exit status 0 if the device checks",
                "proofs, by a slower way where the fastest is not there; 1 if it does not. A node works",
                "without a GPU: verdicts are the CPU's."
            })
    int doctor(
            @Option(
                            names = "--device",
                            defaultValue = "0",
                            description = "Which GPU (default: ${DEFAULT-VALUE}).")
                    int index,
            @Mixin Output output,
            @Option(
                            names = "--host-kernels",
                            paramLabel = "FILE",
                            description =
                                    "Self-test of kernels/target/libassay_host.so, the same kernels"
                                            + " built for the CPU, instead.")
                    @Nullable Path library)
            throws JsonProcessingException {
        List<Doctor.Check> checks =
                library == null
                        ? Doctor.examine(new CudaDriver(), Kernels.fatbin(), index)
                        : List.of(hostCheck(library));
        PrintWriter out = output.out();
        boolean healthy = !has(checks, Doctor.State.FAILED);
        if (output.isJson()) {
            out.println(json(checks));
        } else {
            checks.forEach(check -> print(check, out));
            out.println(verdict(checks));
        }
        return healthy ? 0 : 1;
    }

    private static boolean has(List<Doctor.Check> checks, Doctor.State state) {
        return checks.stream().anyMatch(check -> check.state() == state);
    }

    static String verdict(List<Doctor.Check> checks) {
        if (has(checks, Doctor.State.FAILED)) {
            return "proofs are checked on the CPU";
        }
        return has(checks, Doctor.State.SLOWER)
                ? "works, slower: proofs can be checked on this device"
                : "works: proofs can be checked on this device";
    }

    private static Doctor.Check hostCheck(Path library) {
        String fix = "run kernels/build-host.sh";
        try (Device device = new HostDevice(library)) {
            Optional<String> mismatch = SelfTest.run(device);
            return mismatch.isEmpty()
                    ? new Doctor.Check("self-test", Doctor.State.OK, device.name(), "")
                    : new Doctor.Check("self-test", Doctor.State.FAILED, mismatch.get(), fix);
        } catch (GpuException e) {
            String detail = String.valueOf(e.getMessage());
            return new Doctor.Check("load", Doctor.State.FAILED, detail, fix);
        }
    }

    private static void print(Doctor.Check check, PrintWriter out) {
        out.printf("%-11s %-8s %s%n", check.name(), check.state(), check.detail());
        if (!check.fix().isEmpty()) {
            out.println("            fix: " + check.fix());
        }
    }

    private static String json(List<Doctor.Check> checks) throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root =
                mapper.createObjectNode()
                        .put("healthy", !has(checks, Doctor.State.FAILED))
                        .put("verdict", verdict(checks));
        ArrayNode list = root.putArray("checks");
        for (Doctor.Check check : checks) {
            list.addObject()
                    .put("name", check.name())
                    .put("state", check.state().name())
                    .put("detail", check.detail())
                    .put("fix", check.fix());
        }
        return mapper.writeValueAsString(root);
    }
}
