package org.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.assay.primitives.Bytes;
import org.assay.verifier.cpu.PlainProjection;
import org.assay.verifier.cpu.VectorProjection;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.ProverRun;
import org.junit.jupiter.api.Test;

class MlpProofTest {
    private final Verifier verifier = new Verifier(Scene.RULES);

    @Test
    void passesAnHonestRunOnEveryImplementation() {
        ProofTask task = Scene.of(100, 1).prove(Fault.NONE);
        Verdict expected = Verdict.passed((109_184L * 100) >> 20);
        assertThat(verifier.verify(task)).isEqualTo(expected);
        assertThat(new Verifier(Scene.RULES, new PlainProjection()).verify(task))
                .isEqualTo(expected);
        assertThat(new Verifier(Scene.RULES, new VectorProjection()).verify(task))
                .isEqualTo(expected);
    }

    @Test
    void passesTheSmallestJobsWithAllTheirCells() {
        ProofRules fine = new ProofRules(16, 10, ProofRules.AUDIT_ALWAYS, 1 << 10, 1 << 20);
        for (int rows = 1; rows <= 9; rows++) {
            Scene scene = Scene.of(rows, rows);
            ProverRun run =
                    ProverRun.run(
                            new ProverRun.Work(scene.model(), scene.job(), scene.inputs(), fine),
                            scene.key());
            ProverRun.Opened opened = run.open(scene.mixes().cells(), scene.key());
            assertThat(opened.open().cells()).isBetween(Math.min(16, 3 * rows), 3 * rows);
            Verdict verdict =
                    new Verifier(fine)
                            .verify(
                                    new ProofTask(
                                            scene.job(),
                                            run.commit(),
                                            opened.open(),
                                            opened.sidecar(),
                                            scene.mixes(),
                                            scene.model()));
            assertThat(verdict).isEqualTo(Verdict.passed((109_184L * rows) >> 10));
        }
    }

    @Test
    void readsRealDigits() {
        Bytes answers = Scene.of(Digits.SAMPLES, 0).run(Fault.NONE).answers();
        Bytes labels = Digits.labels(0, Digits.SAMPLES);
        int right = 0;
        for (int i = 0; i < Digits.SAMPLES; i++) {
            right += answers.get(i) == labels.get(i) ? 1 : 0;
        }
        assertThat(right).isGreaterThanOrEqualTo(195);
    }

    @Test
    void refusesEachKindOfFakeWithItsReason() {
        Scene scene = Scene.of(60, 2);
        assertThat(reason(scene, Fault.Kind.SKIPPED)).isEqualTo(Reason.BAD_GLUE);
        assertThat(reason(scene, Fault.Kind.FORGED)).isEqualTo(Reason.BAD_ROW);
        assertThat(reason(scene, Fault.Kind.WRONG_ANSWER)).isEqualTo(Reason.BAD_OUTPUT);
    }

    private Reason reason(Scene scene, Fault.Kind kind) {
        return verifier.verify(scene.prove(new Fault(kind, 1000, 7))).reason();
    }

    @Test
    void refusesAnotherProvidersProof() {
        Scene victim = Scene.of(60, 3);
        Scene copier = Scene.of(60, 4);
        ProofTask theirs = victim.prove(Fault.NONE);
        ProofTask replayed =
                new ProofTask(
                        copier.job(),
                        theirs.commit(),
                        theirs.open(),
                        theirs.sidecar(),
                        copier.mixes(),
                        copier.model());
        assertThat(verifier.verify(replayed).reason()).isEqualTo(Reason.REPLAYED);
    }

    @Test
    void modelFileRoundTripsAndRefusesAChangedWeight() {
        Bytes file = Digits.model().encode();
        assertThat(Model.decode(file)).isPresent();
        byte[] changed = file.toArray();
        changed[1000] ^= 1;
        assertThat(Model.decode(Bytes.wrap(changed))).isEmpty();
        assertThat(Model.decode(file.slice(0, file.size() - 1))).isEmpty();
    }
}
