package org.assay.evm.precompile;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.assay.evm.Fork;
import org.assay.primitives.Words;
import org.jspecify.annotations.Nullable;

/// 0x09: BLAKE2b's compression function with a chosen number of rounds (EIP-152, RFC 7693 §3.2).
/// Input: `rounds[4] ‖ h[64] ‖ m[128] ‖ t[16] ‖ final[1]`; numbers little-endian but for rounds.
final class Blake2F implements Precompile {
    private static final int INPUT_BYTES = 213;

    private static final VarHandle LITTLE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// The square roots of the first eight primes, fractions (RFC 7693 §2.6).
    private static final long[] IV = {
        0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
        0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L
    };

    /// The message words of each round, [10, 16] (RFC 7693 §2.7).
    private static final byte[] SIGMA = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, //
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3, //
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4, //
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8, //
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13, //
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9, //
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11, //
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10, //
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5, //
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0
    };

    @Override
    public long gas(byte[] input, Fork fork) {
        return isWellFormed(input) ? Words.getInt(input, 0) & 0xffffffffL : -1;
    }

    private static boolean isWellFormed(byte[] input) {
        return input.length == INPUT_BYTES && (input[212] & 0xfe) == 0;
    }

    @Override
    public byte @Nullable [] run(byte[] input) {
        if (!isWellFormed(input)) {
            return null;
        }
        long[] v = new long[16];
        for (int i = 0; i < 8; i++) {
            v[i] = (long) LITTLE.get(input, 4 + 8 * i);
            v[8 + i] = IV[i];
        }
        v[12] ^= (long) LITTLE.get(input, 196);
        v[13] ^= (long) LITTLE.get(input, 204);
        if (input[212] == 1) {
            v[14] = ~v[14];
        }
        long[] m = new long[16];
        for (int i = 0; i < 16; i++) {
            m[i] = (long) LITTLE.get(input, 68 + 8 * i);
        }
        compress(Words.getInt(input, 0) & 0xffffffffL, v, m);
        byte[] output = new byte[64];
        for (int i = 0; i < 8; i++) {
            LITTLE.set(output, 8 * i, (long) LITTLE.get(input, 4 + 8 * i) ^ v[i] ^ v[8 + i]);
        }
        return output;
    }

    private static void compress(long rounds, long[] v, long[] m) {
        int row = 0;
        for (long round = 0; round < rounds; round++) {
            round(v, m, row);
            row = row == 144 ? 0 : row + 16;
        }
    }

    private static void round(long[] v, long[] m, int row) {
        mix(v, 0, 4, 8, 12, m[SIGMA[row]], m[SIGMA[row + 1]]);
        mix(v, 1, 5, 9, 13, m[SIGMA[row + 2]], m[SIGMA[row + 3]]);
        mix(v, 2, 6, 10, 14, m[SIGMA[row + 4]], m[SIGMA[row + 5]]);
        mix(v, 3, 7, 11, 15, m[SIGMA[row + 6]], m[SIGMA[row + 7]]);
        mix(v, 0, 5, 10, 15, m[SIGMA[row + 8]], m[SIGMA[row + 9]]);
        mix(v, 1, 6, 11, 12, m[SIGMA[row + 10]], m[SIGMA[row + 11]]);
        mix(v, 2, 7, 8, 13, m[SIGMA[row + 12]], m[SIGMA[row + 13]]);
        mix(v, 3, 4, 9, 14, m[SIGMA[row + 14]], m[SIGMA[row + 15]]);
    }

    /// RFC 7693's G.
    private static void mix(long[] v, int a, int b, int c, int d, long x, long y) {
        long va = v[a] + v[b] + x;
        long vd = Long.rotateRight(v[d] ^ va, 32);
        long vc = v[c] + vd;
        long vb = Long.rotateRight(v[b] ^ vc, 24);
        va = va + vb + y;
        vd = Long.rotateRight(vd ^ va, 16);
        vc = vc + vd;
        v[a] = va;
        v[b] = Long.rotateRight(vb ^ vc, 63);
        v[c] = vc;
        v[d] = vd;
    }
}
