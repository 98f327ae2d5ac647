package org.assay.app.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Damages valid inputs: flips, edges, cuts, insertions, repetitions, splices of two.
final class Mutator {
    /// Bytes of an input.
    static final int INPUT_BYTES_MAX = 64 << 10;

    private static final int ROUNDS_MAX = 6;
    private static final int PIECE_BYTES_MAX = 64;
    private static final int NOISE_BYTES_MAX = 512;

    /// Bytes at which encodings change their meaning: RLP's prefixes, signs, limits, types.
    private static final byte[] EDGES = {
        0,
        1,
        2,
        3,
        4,
        0x7f,
        (byte) 0x80,
        (byte) 0x81,
        (byte) 0xb7,
        (byte) 0xb8,
        (byte) 0xbf,
        (byte) 0xc0,
        (byte) 0xc1,
        (byte) 0xf7,
        (byte) 0xf8,
        (byte) 0xff
    };

    private final RandomGenerator random;

    Mutator(RandomGenerator random) {
        this.random = random;
    }

    /// One of `valid`, damaged; now and then noise, or one of them as it is.
    byte[] next(List<byte[]> valid) {
        if (valid.isEmpty() || random.nextInt(16) == 0) {
            byte[] noise = new byte[random.nextInt(NOISE_BYTES_MAX)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] input = pick(valid).clone();
        for (int round = random.nextInt(ROUNDS_MAX); round > 0; round--) {
            input = change(input, valid);
        }
        return input.length > INPUT_BYTES_MAX ? Arrays.copyOf(input, INPUT_BYTES_MAX) : input;
    }

    private byte[] pick(List<byte[]> valid) {
        return valid.get(random.nextInt(valid.size()));
    }

    private byte[] change(byte[] input, List<byte[]> valid) {
        if (input.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(input.length);
        int size = 1 + random.nextInt(Math.min(PIECE_BYTES_MAX, input.length - at));
        switch (random.nextInt(8)) {
            case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> input[at] = EDGES[random.nextInt(EDGES.length)];
            case 2 -> input[at] = (byte) random.nextInt();
            case 3 -> {
                return Arrays.copyOf(input, at);
            }
            case 4 -> {
                return joined(input, at, Arrays.copyOfRange(input, at, at + size), at);
            }
            case 5 -> {
                return joined(input, at, new byte[0], at + size);
            }
            case 6 -> {
                byte[] other = pick(valid);
                int from = random.nextInt(other.length + 1);
                int to = Math.min(other.length, from + random.nextInt(PIECE_BYTES_MAX));
                return joined(input, at, Arrays.copyOfRange(other, from, to), at);
            }
            default -> Arrays.fill(input, at, at + size, EDGES[random.nextInt(EDGES.length)]);
        }
        return input;
    }

    /// The start of `input`, the piece, and `input` from `rest` on.
    private static byte[] joined(byte[] input, int start, byte[] piece, int rest) {
        byte[] joined = new byte[start + piece.length + input.length - rest];
        System.arraycopy(input, 0, joined, 0, start);
        System.arraycopy(piece, 0, joined, start, piece.length);
        System.arraycopy(input, rest, joined, start + piece.length, input.length - rest);
        return joined;
    }
}
