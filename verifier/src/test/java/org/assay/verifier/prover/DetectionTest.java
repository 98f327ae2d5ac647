package org.assay.verifier.prover;

import static org.assertj.core.api.Assertions.assertThat;

import org.assay.primitives.Hash;
import org.assay.verifier.Mixes;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Scene;
import org.assay.verifier.Verifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cheating fractions against the bound (1 − φ)^s of PROOFS section 5, s = 16, over many beacons.
class DetectionTest {
    private static final int ROWS = 300;
    private static final int BEACONS = 300;

    @ParameterizedTest
    @CsvSource({"50", "100", "500"})
    void catchesFakesAtTheStatedRate(int permille) {
        Scene scene = Scene.of(ROWS, 11);
        ProverRun run = scene.run(new Fault(Fault.Kind.SKIPPED, permille, 3));
        Verifier verifier = new Verifier(Scene.RULES);
        int escaped = 0;
        for (int i = 0; i < BEACONS; i++) {
            Hash cells = Scene.hash("beacon", i);
            ProverRun.Opened opened = run.open(cells, scene.key());
            Mixes mixes = new Mixes(cells, scene.mixes().projection(), Hash.ZERO);
            ProofTask task =
                    new ProofTask(
                            scene.job(),
                            run.commit(),
                            opened.open(),
                            opened.sidecar(),
                            mixes,
                            scene.model());
            escaped += verifier.verify(task).pass() ? 1 : 0;
        }
        double bound = Math.pow(1 - permille / 1000.0, 16);
        double rate = (double) escaped / BEACONS;
        double deviation = Math.sqrt(bound * (1 - bound) / BEACONS);
        System.out.printf(
                "faked %.0f %%: escaped %.4f of %d beacons, bound %.4f%n",
                permille / 10.0, rate, BEACONS, bound);
        assertThat(rate).isLessThanOrEqualTo(bound + 4 * deviation + 0.001);
        assertThat(rate).isGreaterThanOrEqualTo(bound - 4 * deviation - 0.03);
    }
}
