package org.assay.verifier.gpu;

import java.util.Optional;
import java.util.function.Consumer;
import org.assay.verifier.ProofRules;
import org.assay.verifier.Verifier;
import org.assay.verifier.prover.RowProduct;

/// Which verifier a node runs, and which executor a provider.
public final class Verifiers {
    private Verifiers() {}

    /// One with the machine's GPU where the packaged kernels run on it and pass their self-test,
    /// else with the CPU alone. `log` hears which, and later if the GPU is retired.
    public static Verifier pick(ProofRules rules, Consumer<String> log) {
        Optional<Device> device =
                CudaDriver.first(why -> log.accept("proofs are checked on the CPU: " + why));
        if (device.isEmpty()) {
            return new Verifier(rules);
        }
        log.accept("proofs are checked on " + device.get().name());
        return new Verifier(
                rules,
                new DeviceProjection(device.get()),
                why -> log.accept("the GPU is retired, the CPU goes on: " + why));
    }

    /// The products of a provider's executor: on the machine's GPU where one passes its
    /// self-test, else on the CPU. `log` hears which, and later if the GPU is retired.
    public static RowProduct executor(Consumer<String> log) {
        Optional<Device> device =
                CudaDriver.first(why -> log.accept("jobs run on the CPU: " + why));
        if (device.isEmpty()) {
            return RowProduct.fastest();
        }
        log.accept("jobs run on " + device.get().name());
        return new DeviceRowProduct(
                device.get(), why -> log.accept("the GPU is retired, the CPU goes on: " + why));
    }
}
