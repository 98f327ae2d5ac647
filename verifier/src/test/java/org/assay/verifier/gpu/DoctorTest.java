package org.assay.verifier.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final Optional<byte[]> KERNELS = Optional.of(new byte[10]);

    /// The check that fails, on a machine that is healthy but for `change`.
    private static Doctor.Check failure(
            Device device, Optional<byte[]> fatbin, Consumer<LyingDevice.Machine> change) {
        LyingDevice.Machine machine = new LyingDevice.Machine(device);
        change.accept(machine);
        List<Doctor.Check> checks = Doctor.examine(machine, fatbin, 0);
        assertThat(checks).hasSize(9);
        List<Doctor.Check> failed =
                checks.stream().filter(check -> check.state() == Doctor.State.FAILED).toList();
        assertThat(failed).hasSize(1);
        assertThat(failed.getFirst().fix()).isNotBlank();
        int at = checks.indexOf(failed.getFirst());
        assertThat(checks.subList(at + 1, 9))
                .allMatch(check -> check.state() == Doctor.State.SKIPPED);
        return failed.getFirst();
    }

    private static Doctor.Check failure(Consumer<LyingDevice.Machine> change) {
        return failure(new LyingDevice(LyingDevice.Manner.HONEST, 1), KERNELS, change);
    }

    @Test
    void aHealthyDevicePassesEveryCheck() {
        HostDevice device = HostKernels.device();
        List<Doctor.Check> checks = Doctor.examine(new LyingDevice.Machine(device), KERNELS, 0);
        assertThat(checks).hasSize(9).allMatch(check -> check.state() == Doctor.State.OK);
        assertThat(checks.getLast().detail()).contains("GB/s");
    }

    @Test
    void everyFailureIsNamedWithItsFix() {
        assertThat(failure(machine -> machine.failure = Optional.of("no libcuda")).name())
                .isEqualTo("driver");
        assertThat(failure(machine -> machine.version = 12_080).fix()).contains("580");
        assertThat(failure(machine -> machine.devices = 0).name()).isEqualTo("device");
        assertThat(
                        failure(machine -> machine.facts = new Driver.Facts("Old", 7, 0, 8L << 30))
                                .name())
                .isEqualTo("capability");
        assertThat(
                        failure(
                                        machine ->
                                                machine.facts =
                                                        new Driver.Facts("Small", 8, 6, 1L << 30))
                                .name())
                .isEqualTo("memory");
        assertThat(failure(machine -> machine.loadFailure = Optional.of("no image")).name())
                .isEqualTo("load");
        Device honest = new LyingDevice(LyingDevice.Manner.HONEST, 1);
        assertThat(failure(honest, Optional.empty(), machine -> {}).name()).isEqualTo("kernels");
    }

    @Test
    void aWrongSumByEitherWayFailsTheSelfTestAndTheDeviceIsClosed() {
        LyingDevice lying = new LyingDevice(LyingDevice.Manner.WRONG_SUM, 7);
        LyingDevice plain = new LyingDevice(LyingDevice.Manner.WRONG_SUM, 7);
        Doctor.Check check = failure(lying, KERNELS, machine -> machine.plain = plain);
        assertThat(check.name()).isEqualTo("self-test");
        assertThat(check.detail()).contains("by dp4a");
        assertThat(plain.closed).isTrue();
        assertThat(lying.closed).isTrue();
    }

    @Test
    void aDeviceWhoseTensorCoresAreWrongWorksSlower() {
        LyingDevice lying = new LyingDevice(LyingDevice.Manner.WRONG_SUM, 7);
        LyingDevice.Machine machine = new LyingDevice.Machine(lying);
        machine.plain = HostKernels.device();
        List<Doctor.Check> checks = Doctor.examine(machine, KERNELS, 0);
        assertThat(checks).noneMatch(check -> check.state() == Doctor.State.FAILED);
        Doctor.Check slower = checks.get(7);
        assertThat(slower.name()).isEqualTo("self-test");
        assertThat(slower.state()).isEqualTo(Doctor.State.SLOWER);
        assertThat(slower.detail()).contains("dp4a").contains("sig16 of");
        assertThat(slower.fix()).isNotBlank();
        assertThat(checks.getLast().detail()).contains("GB/s");
        assertThat(lying.closed).isTrue();
    }

    @Test
    void withoutCublasLargeProductsAreSlower() {
        LyingDevice.Machine machine = new LyingDevice.Machine(HostKernels.device());
        machine.cublas = Optional.empty();
        List<Doctor.Check> checks = Doctor.examine(machine, KERNELS, 0);
        assertThat(checks.get(6).name()).isEqualTo("cublas");
        assertThat(checks.get(6).state()).isEqualTo(Doctor.State.SLOWER);
        assertThat(checks.get(6).fix()).contains("libcublas");
        checks.stream()
                .filter(check -> !check.name().equals("cublas"))
                .forEach(check -> assertThat(check.state()).isEqualTo(Doctor.State.OK));
    }

    @Test
    void aDeviceThatDiesInTheSelfTestIsReported() {
        Device dying = new LyingDevice(LyingDevice.Manner.FAILING, 3);
        assertThat(failure(dying, KERNELS, machine -> {}).detail()).contains("illegal memory");
    }

    @Test
    void turingIsTheOldestThatTheKernelsRunOn() {
        assertThat(Doctor.capable(new Driver.Facts("T4", 7, 5, 0))).isTrue();
        assertThat(Doctor.capable(new Driver.Facts("V100", 7, 0, 0))).isFalse();
        assertThat(Doctor.capable(new Driver.Facts("B200", 10, 0, 0))).isTrue();
    }

    @Test
    void theKernelsArePackaged() {
        assertThat(Kernels.fatbin()).isPresent();
    }
}
