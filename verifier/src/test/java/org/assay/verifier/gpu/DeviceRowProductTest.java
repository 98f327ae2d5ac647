package org.assay.verifier.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.testkit.Seeds;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.Plays;
import org.assay.verifier.prover.ProverRun;
import org.assay.verifier.prover.RowProduct;
import org.junit.jupiter.api.Test;

/// A provider with a device commits to what one without commits to, whatever the device does.
class DeviceRowProductTest {
    private static byte[] bytes(RandomGenerator random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    @Seeds(40)
    void theHostBuiltKernelsGiveThePlainProducts(RandomGenerator random) {
        int[] edges = {1, 8, 9, 31, 32, 33, 64, 65, 130};
        int rows = edges[random.nextInt(edges.length)];
        int inputs = edges[random.nextInt(edges.length)];
        int outputs = edges[random.nextInt(edges.length)];
        byte[] x = bytes(random, 3 + rows * inputs);
        byte[] w = bytes(random, inputs * outputs);
        int[] expected = new int[rows * outputs];
        RowProduct.PLAIN.multiply(x, 3, rows, inputs, w, expected);
        try (DeviceRowProduct product = new DeviceRowProduct(HostKernels.device(), _ -> {})) {
            int[] got = new int[expected.length];
            product.multiply(x, 3, rows, inputs, w, got);
            assertThat(got).isEqualTo(expected);
            assertThat(product.usesDevice()).isTrue();
        }
    }

    /// Batches of rows change no byte of a commitment, for each template.
    @Seeds(4)
    void commitmentsAreTheSame(RandomGenerator random, long seed) {
        for (Plays.Proven play :
                List.of(Plays.decoder(Fault.NONE, seed), Plays.product(Fault.NONE, seed))) {
            List<String> retired = new ArrayList<>();
            try (DeviceRowProduct product =
                    new DeviceRowProduct(HostKernels.device(), retired::add)) {
                ProverRun again = ProverRun.run(play.work().on(product), play.key());
                assertThat(again.commit()).isEqualTo(play.task().commit());
                assertThat(again.answers()).isEqualTo(play.run().answers());
            }
            assertThat(retired).isEmpty();
        }
    }

    @Test
    void aFailingDeviceIsRetiredAndTheProductIsRight() {
        byte[] x = {1, 2, 3, -4};
        byte[] w = {5, -6, 7, 8};
        int[] expected = {19, 10, -13, -50};
        for (LyingDevice.Manner manner :
                List.of(LyingDevice.Manner.FAILING, LyingDevice.Manner.WRONG_SUM)) {
            List<String> retired = new ArrayList<>();
            DeviceRowProduct product =
                    new DeviceRowProduct(new LyingDevice(manner, 1), retired::add);
            for (int i = 0; i < 3; i++) {
                int[] y = new int[4];
                product.multiply(x, 0, 2, 2, w, y);
                assertThat(y).isEqualTo(expected);
            }
            assertThat(retired).hasSize(1);
            assertThat(product.usesDevice()).isFalse();
        }
    }
}
