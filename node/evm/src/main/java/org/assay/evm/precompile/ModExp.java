package org.assay.evm.precompile;

import java.math.BigInteger;
import org.assay.evm.Fork;
import org.assay.primitives.UInt256;

/// 0x05: `B^E mod M` of numbers with their lengths in front (EIP-198; prices of EIP-2565 and
/// EIP-7883, bounds of EIP-7823).
final class ModExp implements Precompile {
    private static final int HEADER_BYTES = 96;

    /// From Osaka on (EIP-7823).
    private static final int OPERAND_BYTES_MAX = 1024;

    /// No [BigInteger] is longer. A longer exponent costs more than 100 million gas even at the
    /// prices of Byzantium, a longer base or modulus far more.
    private static final int LENGTH_MAX = (1 << 28) - 1;

    private static final int GAS_MIN_BERLIN = 200;
    private static final int GAS_MIN_OSAKA = 500;

    @Override
    public long gas(byte[] input, Fork fork) {
        UInt256 baseWord = Input.word(input, 0);
        UInt256 exponentWord = Input.word(input, 32);
        UInt256 modulusWord = Input.word(input, 64);
        boolean osaka = fork.isAtLeast(Fork.OSAKA);
        if (osaka && !(isBounded(baseWord) && isBounded(exponentWord) && isBounded(modulusWord))) {
            return -1;
        }
        if (!osaka && baseWord.isZero() && modulusWord.isZero()) {
            return fork.isAtLeast(Fork.BERLIN) ? GAS_MIN_BERLIN : 0; // an exponent of any length
        }
        int base = length(baseWord);
        int exponent = length(exponentWord);
        int modulus = length(modulusWord);
        if (base > LENGTH_MAX || exponent > LENGTH_MAX || modulus > LENGTH_MAX) {
            return Long.MAX_VALUE;
        }
        long headOffset = (long) HEADER_BYTES + base;
        int headBits = headOffset < input.length ? headBits(input, (int) headOffset, exponent) : 0;
        long size = Math.max(base, modulus);
        if (osaka) {
            long complexity = size <= 32 ? 16 : 2 * square((size + 7) / 8);
            return Math.max(GAS_MIN_OSAKA, times(complexity, iterations(exponent, headBits, 16)));
        }
        long iterations = iterations(exponent, headBits, 8);
        return fork.isAtLeast(Fork.BERLIN)
                ? Math.max(GAS_MIN_BERLIN, times(square((size + 7) / 8), iterations) / 3)
                : times(byzantiumComplexity(size), iterations) / 20;
    }

    private static boolean isBounded(UInt256 length) {
        return length.fitsLong() && length.w3() <= OPERAND_BYTES_MAX;
    }

    private static int length(UInt256 word) {
        return word.fitsLong() && word.w3() <= LENGTH_MAX ? (int) word.w3() : Integer.MAX_VALUE;
    }

    /// The bit length of the exponent's first 32 bytes, or of all where it is shorter.
    private static int headBits(byte[] input, int offset, int exponentLength) {
        int size = Math.min(32, exponentLength);
        return UInt256.of(Input.slice(input, offset, size)).bitLength();
    }

    private static long iterations(int exponentLength, int headBits, int perByte) {
        long tail = exponentLength > 32 ? (long) perByte * (exponentLength - 32) : 0;
        return Math.max(1, tail + Math.max(0, headBits - 1));
    }

    /// EIP-198's mult_complexity.
    private static long byzantiumComplexity(long size) {
        if (size <= 64) {
            return square(size);
        }
        return size <= 1024
                ? square(size) / 4 + 96 * size - 3072
                : square(size) / 16 + 480 * size - 199_680;
    }

    /// Exact: `size` is below 2^28.
    private static long square(long size) {
        return size * size;
    }

    private static long times(long complexity, long iterations) {
        return Math.multiplyHigh(complexity, iterations) == 0 && complexity * iterations >= 0
                ? complexity * iterations
                : Long.MAX_VALUE;
    }

    @Override
    public byte[] run(byte[] input) {
        int modulusLength = length(Input.word(input, 64));
        if (modulusLength == 0) {
            return Input.EMPTY; // the other two lengths cost nothing here and may be anything
        }
        int baseLength = length(Input.word(input, 0));
        int exponentLength = length(Input.word(input, 32));
        long exponentOffset = (long) HEADER_BYTES + baseLength;
        long modulusOffset = exponentOffset + exponentLength;
        BigInteger modulus = number(input, modulusOffset, modulusLength);
        byte[] output = new byte[modulusLength];
        if (modulus.signum() == 0) {
            return output;
        }
        BigInteger base = number(input, HEADER_BYTES, baseLength);
        BigInteger exponent = number(input, exponentOffset, exponentLength);
        byte[] power = base.modPow(exponent, modulus).toByteArray();
        int skipped = power[0] == 0 ? 1 : 0; // the sign's byte
        int size = power.length - skipped;
        System.arraycopy(power, skipped, output, modulusLength - size, size);
        return output;
    }

    private static BigInteger number(byte[] input, long offset, int length) {
        if (offset >= input.length) {
            return BigInteger.ZERO;
        }
        int present = (int) Math.min(length, input.length - offset);
        BigInteger head = new BigInteger(1, input, (int) offset, present);
        return head.shiftLeft(8 * (length - present));
    }
}
