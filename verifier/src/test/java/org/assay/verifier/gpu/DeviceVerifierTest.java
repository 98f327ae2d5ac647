package org.assay.verifier.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.testkit.Seeds;
import org.assay.verifier.Leaf;
import org.assay.verifier.Open;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Reason;
import org.assay.verifier.Scene;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.Plays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A validator with a device says what one without says, whatever the device does.
class DeviceVerifierTest {
    private static final ProofTask HONEST = Scene.of(30, 1).prove(Fault.NONE);

    private static Verifier with(Device device, List<String> retired) {
        return new Verifier(Scene.RULES, new DeviceProjection(device), retired::add);
    }

    /// An honest proof, a fake one, or one with a byte changed and signed again.
    private static Plays.Proven proof(RandomGenerator random, long seed) {
        Fault fault = new Fault(Fault.Kind.SKIPPED, 100, seed);
        Fault which = random.nextBoolean() ? Fault.NONE : fault;
        Plays.Proven proven =
                random.nextBoolean() ? Plays.decoder(which, seed) : Plays.product(which, seed);
        if (random.nextInt(3) > 0) {
            return proven;
        }
        ProofTask task = proven.task();
        byte[] sidecar = task.sidecar().toArray();
        sidecar[random.nextInt(sidecar.length)] ^= (byte) (1 << random.nextInt(8));
        Bytes bytes = Bytes.wrap(sidecar);
        Open open =
                Open.sign(
                        task.commit().commitId(),
                        task.open().cells(),
                        bytes.size(),
                        Leaf.sidecarRoot(bytes),
                        proven.key());
        return new Plays.Proven(
                proven.run(),
                new ProofTask(task.job(), task.commit(), open, bytes, task.mixes(), task.model()),
                proven.key(),
                proven.work());
    }

    /// The kernels' own arithmetic, built for the CPU, behind every check of a proof.
    @Seeds(60)
    void theHostBuiltKernelsAgreeOnEveryVerdict(RandomGenerator random, long seed) {
        ProofTask task = proof(random, seed).task();
        try (HostDevice device = HostKernels.device()) {
            Verdict alone = new Verifier(Plays.FINE).verify(task);
            Verdict projected = new Verifier(Plays.FINE, new DeviceProjection(device)).verify(task);
            assertThat(projected).isEqualTo(alone);
            List<String> retired = new ArrayList<>();
            Verifier beside = new Verifier(Plays.FINE, new DeviceProjection(device), retired::add);
            assertThat(beside.verify(task)).isEqualTo(alone);
            assertThat(retired).isEmpty();
        }
    }

    @Test
    void theHostBuiltKernelsPassTheSelfTest() {
        try (HostDevice device = HostKernels.device()) {
            assertThat(SelfTest.run(device)).isEmpty();
        }
    }

    @Test
    void anHonestDeviceStaysAndIsCheckedOnceInSixtyFour() {
        List<String> retired = new ArrayList<>();
        LyingDevice device = new LyingDevice(LyingDevice.Manner.HONEST, 1);
        Verifier verifier = with(device, retired);
        for (int i = 0; i < 3; i++) {
            assertThat(verifier.verify(HONEST).pass()).isTrue();
        }
        assertThat(verifier.usesDevice()).isTrue();
        assertThat(retired).isEmpty();
    }

    /// A reject of an honest proof: the CPU's verdict stands, and the device goes.
    @Test
    void aFalseRejectIsRecomputedAndRetiresTheDevice() {
        List<String> retired = new ArrayList<>();
        Verifier verifier = with(new LyingDevice(LyingDevice.Manner.WRONG_SUM, 10), retired);
        assertThat(verifier.verify(HONEST).pass()).isTrue();
        assertThat(verifier.usesDevice()).isFalse();
        assertThat(retired).singleElement().asString().contains("BAD_ROW");
        assertThat(verifier.verify(HONEST).pass()).isTrue();
        assertThat(retired).hasSize(1);
    }

    /// A device for which every row holds accepts forged products; the first accept is checked.
    @Test
    void aFalseAcceptIsFoundByTheSample() {
        ProofTask forged = Scene.of(30, 2).prove(new Fault(Fault.Kind.FORGED, 1000, 7));
        assertThat(new Verifier(Scene.RULES).verify(forged).reason()).isEqualTo(Reason.BAD_ROW);
        List<String> retired = new ArrayList<>();
        Verifier verifier = with(new LyingDevice(LyingDevice.Manner.ZERO, 1), retired);
        assertThat(verifier.verify(forged).reason()).isEqualTo(Reason.BAD_ROW);
        assertThat(retired).singleElement().asString().contains("CPU says");
    }

    /// Both ways of failing: while the key is computed ahead, and in the middle of a proof.
    @Test
    void aFailingDeviceFallsBackToTheCpu() {
        for (int call : new int[] {1, 5}) {
            List<String> retired = new ArrayList<>();
            Verifier verifier = with(new LyingDevice(LyingDevice.Manner.FAILING, call), retired);
            verifier.prepare(HONEST.model(), HONEST.mixes().projection());
            assertThat(verifier.verify(HONEST).pass()).isTrue();
            assertThat(verifier.usesDevice()).isFalse();
            assertThat(retired).containsExactly("an illegal memory access was encountered");
        }
    }

    /// The same on a real GPU, where this machine has one.
    @Test
    @Tag("gpu")
    void aRealGpuAgreesOnEveryVerdict() {
        List<String> why = new ArrayList<>();
        var device = CudaDriver.first(why::add);
        Assumptions.assumeTrue(device.isPresent(), () -> "no GPU: " + why);
        Verifier gpu = new Verifier(Plays.FINE, new DeviceProjection(device.orElseThrow()));
        Verifier cpu = new Verifier(Plays.FINE);
        int proofs = Integer.getInteger("assay.gpu.proofs", 100);
        for (long seed = 0; seed < proofs; seed++) {
            RandomGenerator random =
                    java.util.random.RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            ProofTask task = proof(random, seed).task();
            assertThat(gpu.verify(task)).as("seed " + seed).isEqualTo(cpu.verify(task));
        }
    }
}
