package org.assay.verifier.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.testkit.Seeds;
import org.assay.verifier.Reason;
import org.assay.verifier.Scene;
import org.assay.verifier.Verdict;
import org.junit.jupiter.api.Test;

class StorageAuditTest {
    private static Bytes data(RandomGenerator random, int size) {
        byte[] data = new byte[size];
        random.nextBytes(data);
        return Bytes.wrap(data);
    }

    @Seeds(20)
    void anyHalfOfTheCodedLeavesGivesTheDataBack(RandomGenerator random) {
        int n = 1 << random.nextInt(6);
        int leafBytes = 2 * (1 + random.nextInt(8));
        byte[] data = data(random, n * leafBytes).toArray();
        byte[] coded = ErasureCode.encode(data, leafBytes);
        assertThat(Arrays.copyOf(coded, data.length)).isEqualTo(data);
        boolean[] present = new boolean[2 * n];
        for (int kept = 0; kept < n; ) {
            int leaf = random.nextInt(2 * n);
            kept += present[leaf] ? 0 : 1;
            present[leaf] = true;
        }
        for (int i = 0; i < 2 * n; i++) {
            if (!present[i]) {
                Arrays.fill(coded, i * leafBytes, (i + 1) * leafBytes, (byte) 0x5a);
            }
        }
        assertThat(ErasureCode.recover(coded, present, leafBytes)).isEqualTo(data);
        for (int i = 0; i < 2 * n; i++) {
            if (present[i]) {
                present[i] = false;
                break;
            }
        }
        assertThatThrownBy(() -> ErasureCode.recover(coded, present, leafBytes))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Seeds(20)
    void passesWhatIsHeldAndRefusesEveryChangedByte(RandomGenerator random, long seed) {
        StorageObject.Encoded held =
                StorageObject.encode(data(random, 1 + random.nextInt(600_000)));
        Hash mix = Scene.hash("mix", seed);
        Bytes proof = StorageAudit.prove(held, mix);
        assertThat(StorageAudit.verify(held.object(), mix, proof)).isEqualTo(Verdict.passed(0));
        byte[] changed = proof.toArray();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        assertThat(StorageAudit.verify(held.object(), mix, Bytes.wrap(changed)).reason())
                .isEqualTo(Reason.BAD_PATH);
        assertThat(
                        StorageAudit.verify(held.object(), mix, proof.slice(0, proof.size() - 1))
                                .reason())
                .isEqualTo(Reason.BAD_ENCODING);
        if (held.object().leaves() > StorageObject.DRAWS) {
            Hash other = Scene.hash("another mix", seed);
            assertThat(StorageAudit.verify(held.object(), other, proof).reason())
                    .isEqualTo(Reason.BAD_PATH);
        }
    }

    /// PROOFS section 4d: 187 KB at depth 18. Here: the largest object, depth 16.
    @Test
    void proofsHaveTheStatedSize() {
        StorageObject largest = new StorageObject(Hash.ZERO, StorageObject.LEAVES_MAX);
        assertThat(largest.proofBytes()).isEqualTo(40 * (4096 + 16 * 32));
        assertThat(largest.drawn(Hash.ZERO)).hasSize(40).doesNotHaveDuplicates();
    }

    /// A provider that lost half of the leaves answers all 40 with probability 2^-40: no escape
    /// in a thousand epochs; one that lost a tenth escapes at 0.9^40 = 1.5 %.
    @Test
    void missingLeavesAreCaughtAtTheStatedRate() {
        StorageObject object = new StorageObject(Hash.ZERO, 1024);
        int[] escaped = new int[2];
        int epochs = 2000;
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] drawn = object.drawn(Scene.hash("epoch", epoch));
            escaped[0] += Arrays.stream(drawn).noneMatch(leaf -> leaf < 512) ? 1 : 0;
            escaped[1] += Arrays.stream(drawn).noneMatch(leaf -> leaf < 102) ? 1 : 0;
        }
        assertThat(escaped[0]).isZero();
        assertThat(escaped[1]).isBetween(8, 60);
    }
}
