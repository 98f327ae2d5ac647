package org.assay.primitives.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/// scrypt (RFC 7914). Bouncy Castle's refuses a block size of 1 with N from 65536 on, which
/// published keystores have.
final class ScryptFunction {
    private static final VarHandle LITTLE =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /// Words of a Salsa20 block.
    private static final int SALSA_WORDS = 16;

    private ScryptFunction() {}

    /// PBKDF2 with HMAC-SHA-256.
    static byte[] pbkdf2(byte[] password, byte[] salt, int iterations, int size) {
        var generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
        generator.init(password, salt, iterations);
        return ((KeyParameter) generator.generateDerivedParameters(8 * size)).getKey();
    }

    /// Takes `128 · cost · blockSize` bytes of memory; the caller bounds that. `cost` is a power
    /// of two above 1.
    static byte[] derive(
            byte[] password, byte[] salt, int cost, int blockSize, int lanes, int size) {
        int laneWords = 2 * SALSA_WORDS * blockSize;
        byte[] blocks = pbkdf2(password, salt, 1, lanes * laneWords * 4);
        int[][] memory = new int[cost][laneWords];
        int[] lane = new int[laneWords];
        for (int i = 0; i < lanes; i++) {
            int offset = i * laneWords * 4;
            for (int k = 0; k < laneWords; k++) {
                lane[k] = (int) LITTLE.get(blocks, offset + 4 * k);
            }
            mixLane(lane, memory);
            for (int k = 0; k < laneWords; k++) {
                LITTLE.set(blocks, offset + 4 * k, lane[k]);
            }
        }
        return pbkdf2(password, blocks, 1, size);
    }

    /// scryptROMix.
    private static void mixLane(int[] lane, int[][] memory) {
        int[] from = lane.clone();
        int[] to = new int[lane.length];
        for (int[] row : memory) {
            System.arraycopy(from, 0, row, 0, from.length);
            mixBlock(from, to);
            int[] swap = from;
            from = to;
            to = swap;
        }
        int mask = memory.length - 1;
        for (int i = 0; i < memory.length; i++) {
            int[] row = memory[from[from.length - SALSA_WORDS] & mask];
            for (int k = 0; k < from.length; k++) {
                from[k] ^= row[k];
            }
            mixBlock(from, to);
            int[] swap = from;
            from = to;
            to = swap;
        }
        System.arraycopy(from, 0, lane, 0, lane.length);
    }

    /// scryptBlockMix: even blocks to the first half of `to`, odd ones to the second.
    private static void mixBlock(int[] from, int[] to) {
        int blocks = from.length / SALSA_WORDS;
        int[] x = new int[SALSA_WORDS];
        System.arraycopy(from, from.length - SALSA_WORDS, x, 0, SALSA_WORDS);
        int[] work = new int[SALSA_WORDS];
        for (int i = 0; i < blocks; i++) {
            for (int k = 0; k < SALSA_WORDS; k++) {
                x[k] ^= from[i * SALSA_WORDS + k];
            }
            salsa8(x, work);
            int place = i / 2 + (i % 2) * (blocks / 2);
            System.arraycopy(x, 0, to, place * SALSA_WORDS, SALSA_WORDS);
        }
    }

    /// Salsa20/8 of `x` in place.
    private static void salsa8(int[] x, int[] work) {
        System.arraycopy(x, 0, work, 0, SALSA_WORDS);
        for (int i = 0; i < 4; i++) {
            quarter(work, 0, 4, 8, 12);
            quarter(work, 5, 9, 13, 1);
            quarter(work, 10, 14, 2, 6);
            quarter(work, 15, 3, 7, 11);
            quarter(work, 0, 1, 2, 3);
            quarter(work, 5, 6, 7, 4);
            quarter(work, 10, 11, 8, 9);
            quarter(work, 15, 12, 13, 14);
        }
        for (int k = 0; k < SALSA_WORDS; k++) {
            x[k] += work[k];
        }
    }

    private static void quarter(int[] w, int a, int b, int c, int d) {
        int wb = w[b] ^ Integer.rotateLeft(w[a] + w[d], 7);
        int wc = w[c] ^ Integer.rotateLeft(wb + w[a], 9);
        int wd = w[d] ^ Integer.rotateLeft(wc + wb, 13);
        w[a] ^= Integer.rotateLeft(wd + wc, 18);
        w[b] = wb;
        w[c] = wc;
        w[d] = wd;
    }
}
