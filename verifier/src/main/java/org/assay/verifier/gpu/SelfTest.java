package org.assay.verifier.gpu;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.cpu.Digits;
import org.assay.verifier.cpu.Sig16;

/// Whether a device computes what its CPU twins do: SIG16 over shapes 0 rows and 1, 31, 32, 33
/// and 131,008 terms with the worst accumulator, the executor's product over every edge of its
/// tiles, leaves and nodes of every edge of a SHA-256 block.
public final class SelfTest {
    private static final int[] ROWS = {0, 1, 31, 32, 33};
    private static final int[] TERMS = {1, 31, 32, 33, 1000};
    private static final int HEADER_BYTES = 50;

    private SelfTest() {}

    /// What differs first; empty where nothing does.
    public static Optional<String> run(Device device) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        for (int rows : ROWS) {
            for (int terms : TERMS) {
                byte[] a = bytes(random, rows * terms);
                byte[] digits = bytes(random, terms * Digits.PER_EXTENSION);
                if (!sig16Agrees(device, a, rows, terms, digits)) {
                    return Optional.of("sig16 of %d rows of %d terms".formatted(rows, terms));
                }
            }
        }
        byte[] worst = new byte[2 * Sig16.TERMS_MAX];
        Arrays.fill(worst, (byte) -128);
        byte[] worstDigits = new byte[Sig16.TERMS_MAX * Digits.PER_EXTENSION];
        Arrays.fill(worstDigits, (byte) -128);
        if (!sig16Agrees(device, worst, 2, Sig16.TERMS_MAX, worstDigits)) {
            return Optional.of("sig16 of 131,008 terms of -128, whose sum is 2,146,435,072");
        }
        Optional<String> products = products(device, random);
        return products.isPresent() ? products : hashes(device, random);
    }

    /// The executor's product over every edge of its tiles.
    private static Optional<String> products(Device device, RandomGenerator random) {
        for (int rows : new int[] {1, 8, 9, 31, 32, 33, 65}) {
            for (int outputs : new int[] {1, 31, 32, 33}) {
                for (int terms : new int[] {1, 31, 32, 33, 64, 2049}) {
                    byte[] x = bytes(random, rows * terms);
                    byte[] transposed = bytes(random, outputs * terms);
                    if (!productAgrees(device, x, transposed, rows, outputs)) {
                        return Optional.of(
                                "product of %d x %d x %d".formatted(rows, terms, outputs));
                    }
                }
            }
        }
        byte[] worst = new byte[2 * Sig16.TERMS_MAX];
        Arrays.fill(worst, (byte) -128);
        return productAgrees(device, worst, worst, 2, 2)
                ? Optional.empty()
                : Optional.of("product of 131,008 terms of -128");
    }

    static boolean productAgrees(
            Device device, byte[] x, byte[] transposed, int rows, int outputs) {
        int terms = transposed.length / outputs;
        int[] expected = new int[rows * outputs];
        for (int m = 0; m < rows; m++) {
            for (int j = 0; j < outputs; j++) {
                for (int i = 0; i < terms; i++) {
                    expected[m * outputs + j] += x[m * terms + i] * transposed[j * terms + i];
                }
            }
        }
        int[] got = new int[expected.length];
        try (Device.Matrix w = device.upload(transposed, 0, outputs, terms)) {
            device.product(x, 0, rows, w, got);
        }
        return Arrays.equals(expected, got);
    }

    private static byte[] bytes(RandomGenerator random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    /// `digits` row-major [terms, 16], as the twin takes them.
    static boolean sig16Agrees(Device device, byte[] a, int rows, int terms, byte[] digits) {
        int stride = Device.pitch(terms);
        byte[] columns = new byte[stride * Digits.PER_EXTENSION];
        for (int j = 0; j < terms; j++) {
            for (int c = 0; c < Digits.PER_EXTENSION; c++) {
                columns[c * stride + j] = digits[j * Digits.PER_EXTENSION + c];
            }
        }
        int[] expected = new int[rows * Digits.PER_EXTENSION];
        Sig16.multiply(a, rows, terms, digits, expected);
        int[] got = new int[expected.length];
        try (Device.Matrix matrix = device.upload(a, 0, rows, terms)) {
            device.sig16(matrix, columns, stride, got);
        }
        return Arrays.equals(expected, got);
    }

    private static Optional<String> hashes(Device device, RandomGenerator random) {
        for (int size : new int[] {0, 1, 4, 5, 8, 13, 14, 60, 64, 65, 1024, 8192}) {
            for (int count : new int[] {1, 31, 33}) {
                byte[] headers = bytes(random, count * HEADER_BYTES);
                byte[] data = bytes(random, count * size);
                byte[] got = new byte[count * Hash.SIZE];
                device.sha256Leaves(headers, data, size, count, got);
                if (!Arrays.equals(leaves(headers, data, size, count), got)) {
                    return Optional.of("sha256_leaves of %d x %d bytes".formatted(count, size));
                }
            }
        }
        byte[] children = bytes(random, 66 * Hash.SIZE);
        byte[] got = new byte[33 * Hash.SIZE];
        device.sha256Nodes(children, 33, got);
        return Arrays.equals(parents(children), got)
                ? Optional.empty()
                : Optional.of("sha256_nodes");
    }

    private static byte[] leaves(byte[] headers, byte[] data, int size, int count) {
        byte[] hashes = new byte[count * Hash.SIZE];
        var sha = Sha256.digest();
        for (int i = 0; i < count; i++) {
            sha.update(headers, i * HEADER_BYTES, HEADER_BYTES);
            sha.update(data, i * size, size);
            System.arraycopy(sha.digest(), 0, hashes, i * Hash.SIZE, Hash.SIZE);
        }
        return hashes;
    }

    private static byte[] parents(byte[] children) {
        byte[] hashes = new byte[children.length / 2];
        var sha = Sha256.digest();
        for (int i = 0; i < hashes.length / Hash.SIZE; i++) {
            sha.update((byte) 1);
            sha.update(children, 2 * i * Hash.SIZE, 2 * Hash.SIZE);
            System.arraycopy(sha.digest(), 0, hashes, i * Hash.SIZE, Hash.SIZE);
        }
        return hashes;
    }
}
