package org.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.testkit.Seeds;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.storage.StorageAudit;
import org.assay.verifier.storage.StorageObject;

/// Every decoder on random and on damaged input: no exception, and what decodes encodes back to
/// the same bytes. 20 seeds of a thousand inputs in every build; `-Dassay.fuzz.inputs=500000`
/// makes it ten million.
class FuzzTest {
    private static final int INPUTS = Integer.getInteger("assay.fuzz.inputs", 1_000);

    private static final List<Bytes> VALID = valid();

    private static List<Bytes> valid() {
        ProofTask task = Scene.of(3, 1).prove(Fault.NONE);
        return List.of(
                task.commit().encode(),
                task.open().encode(),
                task.model().template().canonical(),
                new MatmulInt8(3, 5).canonical(),
                new TransformerInt8(
                                Hash.ZERO,
                                new TransformerInt8.Shape(60, 32, 2, 4, 2, 8, 48, 40),
                                3,
                                true)
                        .canonical());
    }

    private static Bytes input(RandomGenerator random) {
        Bytes valid = VALID.get(random.nextInt(VALID.size()));
        byte[] bytes = valid.toArray();
        switch (random.nextInt(5)) {
            case 4 -> {
                // Lengths as an attacker would choose them: small, negative, huge.
                bytes = new byte[8 * random.nextInt(1, 20)];
                for (int at = 0; at < bytes.length; at += 4) {
                    int value = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(42);
                    LittleEndian.putInt(bytes, at, value);
                }
            }
            case 0 -> {
                bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
            }
            case 1 -> bytes = java.util.Arrays.copyOf(bytes, random.nextInt(400));
            default -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
        }
        return Bytes.wrap(bytes);
    }

    @Seeds(20)
    void decodersRefuseOrRoundTrip(RandomGenerator random) {
        for (int i = 0; i < INPUTS; i++) {
            Bytes input = input(random);
            Commit.decode(input).ifPresent(commit -> assertThat(commit.encode()).isEqualTo(input));
            Open.decode(input).ifPresent(open -> assertThat(open.encode()).isEqualTo(input));
            Template.decode(input)
                    .ifPresent(template -> assertThat(template.canonical()).isEqualTo(input));
            Model.decode(input).ifPresent(model -> assertThat(model.encode()).isEqualTo(input));
            lengthsAreRefusedOrPossible(input, random);
            assertThat(StorageAudit.verify(STORED, Hash.ZERO, input).pass()).isFalse();
        }
    }

    private static final StorageObject STORED = new StorageObject(Hash.ZERO, 8);
    private static final TransformerInt8.Shape SHAPE =
            new TransformerInt8.Shape(60, 32, 2, 4, 2, 8, 48, 40);

    private static void lengthsAreRefusedOrPossible(Bytes input, RandomGenerator random) {
        int seqs = random.nextInt(1, 20);
        int rows = random.nextInt(1, 400);
        TransformerLengths.read(input, SHAPE, seqs, rows)
                .ifPresent(
                        lengths -> {
                            TransformerTrace trace = lengths.trace(SHAPE);
                            assertThat(trace.rows()).isEqualTo(rows);
                            int last = (int) trace.leafCount() - 1;
                            assertThat(trace.placeOf(last).type()).isEqualTo(Leaf.KEY_VALUE);
                        });
    }

    private static final Bytes MODEL = Digits.model().encode();

    /// Damage to the first bytes of a model file: sizes that an attacker would choose.
    @Seeds(40)
    void modelFilesAreRefusedWithoutAllocatingByTheirClaims(RandomGenerator random) {
        byte[] file = MODEL.toArray();
        int at = random.nextInt(130);
        byte changed = (byte) random.nextInt();
        if (file[at] != changed) {
            file[at] = changed;
            assertThat(Model.decode(Bytes.wrap(file))).isEmpty();
        }
        Bytes cut = Bytes.wrap(file).slice(0, random.nextInt(file.length));
        assertThat(Model.decode(cut)).isEmpty();
    }

    /// A random sidecar of the right or any size, correctly rooted and signed, never escapes a
    /// verdict.
    @Seeds(60)
    void randomSidecarsGetAVerdict(RandomGenerator random, long seed) {
        Scene scene = Scene.of(3, 1);
        ProofTask honest = HONEST;
        byte[] sidecar =
                new byte[seed % 2 == 0 ? honest.sidecar().size() : random.nextInt(100_000)];
        random.nextBytes(sidecar);
        Bytes bytes = Bytes.wrap(sidecar);
        Open open =
                Open.sign(
                        honest.commit().commitId(),
                        honest.open().cells(),
                        bytes.size(),
                        Leaf.sidecarRoot(bytes),
                        scene.key());
        ProofTask task =
                new ProofTask(
                        honest.job(), honest.commit(), open, bytes, honest.mixes(), honest.model());
        assertThat(new Verifier(Scene.RULES).verify(task).pass()).isFalse();
    }

    private static final ProofTask HONEST = Scene.of(3, 1).prove(Fault.NONE);
}
