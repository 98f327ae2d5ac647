package org.assay.verifier.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Sha256;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// The queue's digests against the JDK's, one message after the other.
class Sha256QueueTest {
    private static byte[] digest(byte[] head, int headSize, byte[] from, int at, int size) {
        var sha = Sha256.digest();
        sha.update(head, 0, headSize);
        sha.update(from, at, size);
        return sha.digest();
    }

    /// Any number of messages of any sizes, more sizes at once than the queue holds.
    @Seeds(30)
    void digestsAreThoseOfTheJdk(RandomGenerator random) {
        byte[] from = new byte[4096];
        random.nextBytes(from);
        int count = 1 + random.nextInt(100);
        int[] sizes = random.ints(6, 0, 300).toArray();
        Sha256Queue queue = new Sha256Queue();
        byte[] got = new byte[count * Hash.SIZE];
        byte[] want = new byte[got.length];
        byte[] head = new byte[Sha256Queue.HEAD_BYTES_MAX];
        for (int i = 0; i < count; i++) {
            random.nextBytes(head);
            int headSize = random.nextInt(3) == 0 ? random.nextInt(head.length + 1) : 50;
            int size = sizes[random.nextInt(sizes.length)];
            int at = random.nextInt(from.length - size);
            queue.add(head, headSize, from, at, size, got, i);
            byte[] own = digest(head, headSize, from, at, size);
            System.arraycopy(own, 0, want, i * Hash.SIZE, Hash.SIZE);
        }
        queue.finish();
        assertThat(Arrays.mismatch(got, want)).isEqualTo(-1);
    }

    /// Every edge of the padding, with sixteen messages each, so that vectors hash them where
    /// there are any.
    @Test
    void everyEndOfABlockIsPaddedRightly() {
        byte[] from = new byte[400];
        for (int i = 0; i < from.length; i++) {
            from[i] = (byte) (31 * i + 7);
        }
        byte[] head = Arrays.copyOf(from, Sha256Queue.HEAD_BYTES_MAX);
        for (int headSize : new int[] {0, 1, 9, 13, 50, 64}) {
            for (int size = 0; size <= 200; size++) {
                Sha256Queue queue = new Sha256Queue();
                byte[] got = new byte[16 * Hash.SIZE];
                for (int i = 0; i < 16; i++) {
                    queue.add(head, headSize, from, 5 * i, size, got, i);
                }
                for (int i = 0; i < 16; i++) {
                    byte[] own = Arrays.copyOfRange(got, 32 * i, 32 * i + 32);
                    assertThat(own)
                            .as("%d + %d bytes", headSize, size)
                            .isEqualTo(digest(head, headSize, from, 5 * i, size));
                }
            }
        }
    }

    @Test
    void aQueueIsEmptyAfterItsEnd() {
        Sha256Queue queue = new Sha256Queue();
        byte[] to = new byte[Hash.SIZE];
        queue.add(new byte[0], 0, new byte[3], 0, 3, to, 0);
        queue.finish();
        byte[] first = to.clone();
        Arrays.fill(to, (byte) 9);
        queue.finish();
        assertThat(to).containsOnly(9);
        assertThat(first).isEqualTo(Sha256.hash(new byte[3]).toBytes().toArray());
    }
}
