package org.assay.verifier.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What stands between a machine and verdicts with its GPU: one check after the other, each
/// failure with its fix.
public final class Doctor {
    /// The oldest compute capability among the packaged kernels: 7.5, Turing.
    private static final int MAJOR_MIN = 7;

    private static final int MINOR_MIN = 5;

    /// CUDA 13's fatbins need a driver of release 580; it calls itself 13.0.
    private static final int DRIVER_MIN = 13_000;

    /// Room for the weights of a small model and its rows.
    private static final long MEMORY_BYTES_MIN = 2L << 30;

    private static final long COPY_BYTES = 256L << 20;
    private static final int COPY_RUNS = 10;

    private Doctor() {}

    /// One check. `fix` is empty where all is well.
    public record Check(String name, State state, String detail, String fix) {
        static Check ok(String name, String detail) {
            return new Check(name, State.OK, detail, "");
        }

        static Check slower(String name, String detail, String fix) {
            return new Check(name, State.SLOWER, detail, fix);
        }

        static Check failed(String name, String detail, String fix) {
            return new Check(name, State.FAILED, detail, fix);
        }
    }

    /// How a check ended. After one that is slower proofs are checked on the device, by another
    /// way than the fastest; one is skipped where an earlier one makes it pointless.
    public enum State {
        OK,
        SLOWER,
        FAILED,
        SKIPPED
    }

    static boolean capable(Driver.Facts facts) {
        return facts.major() > MAJOR_MIN
                || (facts.major() == MAJOR_MIN && facts.minor() >= MINOR_MIN);
    }

    private static final List<String> NAMES =
            List.of(
                    "driver",
                    "device",
                    "capability",
                    "memory",
                    "kernels",
                    "load",
                    "cublas",
                    "self-test",
                    "bandwidth");

    /// Every check in order on device `index`; those after a failure are skipped.
    public static List<Check> examine(Driver driver, Optional<byte[]> fatbin, int index) {
        List<Check> checks = new ArrayList<>();
        try {
            examine(driver, fatbin, index, checks);
        } catch (GpuException e) {
            checks.add(
                    Check.failed(
                            NAMES.get(checks.size()),
                            String.valueOf(e.getMessage()),
                            "look at nvidia-smi and the kernel log for the device's own errors"));
        }
        for (String name : NAMES.subList(checks.size(), NAMES.size())) {
            checks.add(new Check(name, State.SKIPPED, "", ""));
        }
        return List.copyOf(checks);
    }

    private static boolean add(List<Check> checks, Check check) {
        checks.add(check);
        return check.state == State.OK || check.state == State.SLOWER;
    }

    private static void examine(
            Driver driver, Optional<byte[]> fatbin, int index, List<Check> checks) {
        if (!add(checks, driverCheck(driver)) || !add(checks, deviceCheck(driver, index))) {
            return;
        }
        Driver.Facts facts = driver.facts(index);
        if (!add(checks, capabilityCheck(facts))
                || !add(checks, memoryCheck(facts))
                || !add(checks, kernelsCheck(fatbin))) {
            return;
        }
        Device device;
        try {
            device = driver.open(index, fatbin.orElseThrow());
        } catch (GpuException e) {
            add(
                    checks,
                    Check.failed(
                            "load",
                            String.valueOf(e.getMessage()),
                            "install a driver of release 580 or newer, or rebuild the kernels with"
                                    + " kernels/build.sh and this machine's nvcc"));
            return;
        }
        Optional<String> mismatch;
        try (device) {
            add(checks, Check.ok("load", device.name()));
            add(checks, cublasCheck(driver));
            mismatch = SelfTest.run(device);
            if (mismatch.isEmpty()) {
                add(checks, Check.ok("self-test", "bit-identical with the CPU twins"));
                add(checks, bandwidthCheck(device));
            }
        }
        if (mismatch.isPresent()) {
            withoutTensorCores(driver, fatbin.orElseThrow(), index, mismatch.get(), checks);
        }
    }

    /// A node goes on so where tensor cores or cuBLAS do not what the CPU does.
    private static void withoutTensorCores(
            Driver driver, byte[] fatbin, int index, String mismatch, List<Check> checks) {
        try (Device plain = driver.openPlain(index, fatbin)) {
            Optional<String> again = SelfTest.run(plain);
            if (again.isEmpty()) {
                add(
                        checks,
                        Check.slower(
                                "self-test",
                                "bit-identical with the CPU twins by dp4a; with tensor cores and"
                                        + " cuBLAS it differs: "
                                        + mismatch,
                                "try another driver or another release of cuBLAS, and report it"
                                        + " with this line"));
                add(checks, bandwidthCheck(plain));
            } else {
                add(
                        checks,
                        Check.failed(
                                "self-test",
                                "differs from the CPU: " + mismatch + "; by dp4a: " + again.get(),
                                "do not use this GPU: test its memory, remove overclocking, try"
                                        + " another driver"));
            }
        }
    }

    private static Check cublasCheck(Driver driver) {
        return driver.cublas()
                .map(library -> Check.ok("cublas", library))
                .orElseGet(
                        () ->
                                Check.slower(
                                        "cublas",
                                        "not on this machine: our own kernel computes large"
                                                + " products, for provers",
                                        "install cuBLAS 13 or 12 (libcublas of NVIDIA's"
                                                + " repository, or of the CUDA toolkit); checking"
                                                + " proofs does not need it"));
    }

    private static Check bandwidthCheck(Device device) {
        double rate = device.copyBytesPerSecond(COPY_BYTES, COPY_RUNS);
        return Check.ok("bandwidth", String.format(Locale.ROOT, "%.0f GB/s copied", rate / 1e9));
    }

    private static Check driverCheck(Driver driver) {
        Optional<String> failure = driver.load();
        if (failure.isPresent()) {
            return Check.failed(
                    "driver",
                    failure.get(),
                    "install NVIDIA's driver, release 580 or newer (it brings libcuda.so.1); in a"
                            + " container, start it with the GPU passed through");
        }
        int version = driver.version();
        String name = "CUDA %d.%d".formatted(version / 1000, version % 1000 / 10);
        return version >= DRIVER_MIN
                ? Check.ok("driver", name)
                : Check.failed("driver", name, "update the driver to release 580 or newer");
    }

    private static Check deviceCheck(Driver driver, int index) {
        int count = driver.deviceCount();
        if (count == 0) {
            return Check.failed(
                    "device",
                    "the driver sees no GPU",
                    "check nvidia-smi, CUDA_VISIBLE_DEVICES and the permissions of /dev/nvidia*");
        }
        return index < count
                ? Check.ok("device", driver.facts(index).name() + ", one of " + count)
                : Check.failed(
                        "device",
                        "no device " + index + " among " + count,
                        "use --device 0 to " + (count - 1));
    }

    private static Check capabilityCheck(Driver.Facts facts) {
        String has = facts.major() + "." + facts.minor();
        return capable(facts)
                ? Check.ok("capability", has)
                : Check.failed(
                        "capability",
                        has + ", older than 7.5",
                        "use a GPU of Turing (2018) or newer; the CPU checks proofs as well");
    }

    private static Check memoryCheck(Driver.Facts facts) {
        String has = (facts.memoryBytes() >> 20) + " MiB";
        return facts.memoryBytes() >= MEMORY_BYTES_MIN
                ? Check.ok("memory", has)
                : Check.failed("memory", has, "use a GPU with at least 2048 MiB");
    }

    private static Check kernelsCheck(Optional<byte[]> fatbin) {
        return fatbin.isPresent()
                ? Check.ok("kernels", fatbin.get().length + " bytes, sm_75 to sm_120")
                : Check.failed(
                        "kernels",
                        "this build has no kernels in it",
                        "run kernels/build.sh with nvcc 13 and build again");
    }
}
