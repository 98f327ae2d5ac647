package org.assay.primitives;

/// A quotient and a remainder of 256-bit numbers, by Knuth's algorithm D on 32-bit digits (The
/// Art of Computer Programming 4.3.1). 64-bit digits would want a division of 128 by 64 bits,
/// which Java does not offer.
record Division(UInt256 quotient, UInt256 remainder) {
    private static final long DIGIT = 0xffffffffL;

    /// `divisor` is not zero and not above `dividend`.
    static Division of(UInt256 dividend, UInt256 divisor) {
        int[] v = digits(divisor);
        int n = size(v);
        int[] u = digits(dividend);
        int m = size(u);
        return n == 1 ? byDigit(u, m, v[0] & DIGIT) : byDigits(u, m, v, n);
    }

    /// Little-endian, with a place for the digit that normalising pushes out.
    private static int[] digits(UInt256 number) {
        long[] words = {number.w3(), number.w2(), number.w1(), number.w0()};
        int[] digits = new int[9];
        for (int i = 0; i < 4; i++) {
            digits[2 * i] = (int) words[i];
            digits[2 * i + 1] = (int) (words[i] >>> 32);
        }
        return digits;
    }

    private static int size(int[] digits) {
        int size = 8;
        while (digits[size - 1] == 0) {
            size--;
        }
        return size;
    }

    private static UInt256 number(int[] digits) {
        return new UInt256(word(digits, 6), word(digits, 4), word(digits, 2), word(digits, 0));
    }

    private static long word(int[] digits, int at) {
        return ((long) digits[at + 1] << 32) | (digits[at] & DIGIT);
    }

    private static Division byDigit(int[] u, int m, long divisor) {
        int[] quotient = new int[8];
        long rest = 0;
        for (int i = m - 1; i >= 0; i--) {
            long part = (rest << 32) | (u[i] & DIGIT);
            quotient[i] = (int) Long.divideUnsigned(part, divisor);
            rest = Long.remainderUnsigned(part, divisor);
        }
        return new Division(number(quotient), UInt256.of(rest));
    }

    private static Division byDigits(int[] u, int m, int[] v, int n) {
        int shift = Integer.numberOfLeadingZeros(v[n - 1]);
        shiftLeft(u, shift);
        shiftLeft(v, shift);
        int[] quotient = new int[8];
        long top = v[n - 1] & DIGIT;
        long next = v[n - 2] & DIGIT;
        for (int j = m - n; j >= 0; j--) {
            long head = ((long) u[j + n] << 32) | (u[j + n - 1] & DIGIT);
            long guess = Long.divideUnsigned(head, top);
            long rest = Long.remainderUnsigned(head, top);
            while (guess > DIGIT
                    || Long.compareUnsigned(guess * next, (rest << 32) | (u[j + n - 2] & DIGIT))
                            > 0) {
                guess--;
                rest += top;
                if (rest > DIGIT) {
                    break;
                }
            }
            if (subtractProduct(u, j, v, n, guess)) {
                guess--;
                addBack(u, j, v, n);
            }
            quotient[j] = (int) guess;
        }
        shiftRight(u, shift);
        return new Division(number(quotient), number(u));
    }

    /// `u[j, j + n] -= guess · v`; whether that went below zero.
    private static boolean subtractProduct(int[] u, int j, int[] v, int n, long guess) {
        long carry = 0;
        long borrow = 0;
        for (int i = 0; i < n; i++) {
            long product = guess * (v[i] & DIGIT) + carry;
            carry = product >>> 32;
            long difference = (u[i + j] & DIGIT) - (product & DIGIT) + borrow;
            u[i + j] = (int) difference;
            borrow = difference >> 32;
        }
        long difference = (u[j + n] & DIGIT) - carry + borrow;
        u[j + n] = (int) difference;
        return difference < 0;
    }

    private static void addBack(int[] u, int j, int[] v, int n) {
        long carry = 0;
        for (int i = 0; i < n; i++) {
            long sum = (u[i + j] & DIGIT) + (v[i] & DIGIT) + carry;
            u[i + j] = (int) sum;
            carry = sum >>> 32;
        }
        u[j + n] += (int) carry;
    }

    private static void shiftLeft(int[] digits, int shift) {
        long carry = 0;
        for (int i = 0; i < digits.length; i++) {
            long wide = ((digits[i] & DIGIT) << shift) | carry;
            digits[i] = (int) wide;
            carry = wide >>> 32;
        }
    }

    private static void shiftRight(int[] digits, int shift) {
        for (int i = 0; i < digits.length - 1; i++) {
            long pair = ((long) digits[i + 1] << 32) | (digits[i] & DIGIT);
            digits[i] = (int) (pair >>> shift);
        }
        digits[digits.length - 1] >>>= shift;
    }
}
