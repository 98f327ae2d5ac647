package org.assay.evm;

/// 256-bit arithmetic in place on a stack of words, four longs each, most significant first.
/// Every operation takes `sp`, the index behind the top word; operands are popped from there down
/// and the result takes the place of the deepest. Division is in [Division].
final class Arithmetic {
    private Arithmetic() {}

    static void add(long[] s, int sp) {
        addTo(s, sp - 4, sp - 8);
    }

    /// Adds the word at `a` to the one at `b`.
    static void addTo(long[] s, int a, int b) {
        long x = s[a + 3];
        long r = x + s[b + 3];
        s[b + 3] = r;
        long carry = r + Long.MIN_VALUE < x + Long.MIN_VALUE ? 1 : 0;
        x = s[a + 2];
        long y = s[b + 2];
        r = x + y + carry;
        s[b + 2] = r;
        carry = ((x & y) | ((x | y) & ~r)) >>> 63;
        x = s[a + 1];
        y = s[b + 1];
        r = x + y + carry;
        s[b + 1] = r;
        carry = ((x & y) | ((x | y) & ~r)) >>> 63;
        s[b] = s[a] + s[b] + carry;
    }

    /// Top minus the word below.
    static void sub(long[] s, int sp) {
        subtract(s, sp - 4, sp - 8, sp - 8);
    }

    /// The word at `a` minus the one at `b`, written to `o`.
    static void subtract(long[] s, int a, int b, int o) {
        long x = s[a + 3];
        long y = s[b + 3];
        s[o + 3] = x - y;
        long borrow = x + Long.MIN_VALUE < y + Long.MIN_VALUE ? 1 : 0;
        x = s[a + 2];
        y = s[b + 2];
        long r = x - y - borrow;
        s[o + 2] = r;
        borrow = ((~x & y) | (~(x ^ y) & r)) >>> 63;
        x = s[a + 1];
        y = s[b + 1];
        r = x - y - borrow;
        s[o + 1] = r;
        borrow = ((~x & y) | (~(x ^ y) & r)) >>> 63;
        s[o] = s[a] - s[b] - borrow;
    }

    static void mul(long[] s, int sp) {
        multiply(s, sp - 4, s, sp - 8, s, sp - 8);
    }

    /// `out = a * b mod 2^256`; the ranges may coincide.
    static void multiply(long[] p, int a, long[] q, int b, long[] out, int o) {
        long a3 = p[a + 3];
        long b3 = q[b + 3];
        long a2 = p[a + 2];
        long b2 = q[b + 2];
        long a1 = p[a + 1];
        long b1 = q[b + 1];
        long a0 = p[a];
        long b0 = q[b];
        long r3 = a3 * b3;
        long r2 = Math.unsignedMultiplyHigh(a3, b3);
        if ((a0 | a1 | a2 | b0 | b1 | b2) == 0) {
            out[o] = 0;
            out[o + 1] = 0;
            out[o + 2] = r2;
            out[o + 3] = r3;
            return;
        }
        long low = a2 * b3;
        long r1 = Math.unsignedMultiplyHigh(a2, b3);
        r2 += low;
        r1 += Long.compareUnsigned(r2, low) < 0 ? 1 : 0;
        long r0 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
        low = a3 * b2;
        r2 += low;
        long high = Math.unsignedMultiplyHigh(a3, b2) + (Long.compareUnsigned(r2, low) < 0 ? 1 : 0);
        r1 += high;
        r0 += Long.compareUnsigned(r1, high) < 0 ? 1 : 0;
        low = a1 * b3;
        r1 += low;
        r0 += Math.unsignedMultiplyHigh(a1, b3) + (Long.compareUnsigned(r1, low) < 0 ? 1 : 0);
        low = a2 * b2;
        r1 += low;
        r0 += Math.unsignedMultiplyHigh(a2, b2) + (Long.compareUnsigned(r1, low) < 0 ? 1 : 0);
        low = a3 * b1;
        r1 += low;
        r0 += Math.unsignedMultiplyHigh(a3, b1) + (Long.compareUnsigned(r1, low) < 0 ? 1 : 0);
        out[o] = r0;
        out[o + 1] = r1;
        out[o + 2] = r2;
        out[o + 3] = r3;
    }

    /// Writes 0 or 1 at `o`.
    static void setFlag(long[] s, int o, boolean flag) {
        s[o] = 0;
        s[o + 1] = 0;
        s[o + 2] = 0;
        s[o + 3] = flag ? 1 : 0;
    }

    static void setLong(long[] s, int o, long value) {
        s[o] = 0;
        s[o + 1] = 0;
        s[o + 2] = 0;
        s[o + 3] = value;
    }

    /// Whether the word at `a` is below the word at `b`, unsigned.
    static boolean isBelow(long[] s, int a, int b) {
        long x = s[a];
        long y = s[b];
        if (x == y) {
            x = s[a + 1];
            y = s[b + 1];
            if (x == y) {
                x = s[a + 2];
                y = s[b + 2];
                if (x == y) {
                    x = s[a + 3];
                    y = s[b + 3];
                }
            }
        }
        return x + Long.MIN_VALUE < y + Long.MIN_VALUE;
    }

    /// The same in two's complement.
    static boolean isBelowSigned(long[] s, int a, int b) {
        return s[a] == s[b] ? isBelow(s, a, b) : s[a] < s[b];
    }

    static boolean isEqual(long[] s, int a, int b) {
        return ((s[a] ^ s[b])
                        | (s[a + 1] ^ s[b + 1])
                        | (s[a + 2] ^ s[b + 2])
                        | (s[a + 3] ^ s[b + 3]))
                == 0;
    }

    static boolean isZero(long[] s, int a) {
        return (s[a] | s[a + 1] | s[a + 2] | s[a + 3]) == 0;
    }

    /// Whether the word is above `limit`, which is not negative.
    static boolean exceeds(long[] s, int a, long limit) {
        return (s[a] | s[a + 1] | s[a + 2]) != 0 || s[a + 3] < 0 || s[a + 3] > limit;
    }

    /// The word as a long, [Long#MAX_VALUE] where it is larger.
    static long clamped(long[] s, int a) {
        return (s[a] | s[a + 1] | s[a + 2]) != 0 || s[a + 3] < 0 ? Long.MAX_VALUE : s[a + 3];
    }

    static void byteOf(long[] s, int sp) {
        int a = sp - 4;
        int b = sp - 8;
        if (exceeds(s, a, 31)) {
            setLong(s, b, 0);
            return;
        }
        int index = (int) s[a + 3];
        long word = s[b + (index >> 3)];
        setLong(s, b, (word >>> (56 - 8 * (index & 7))) & 0xff);
    }

    static void signExtend(long[] s, int sp) {
        int a = sp - 4;
        int b = sp - 8;
        if (exceeds(s, a, 30)) {
            return;
        }
        int index = (int) s[a + 3]; // counts bytes from the least significant
        int word = 3 - (index >> 3);
        int shift = 56 - 8 * (index & 7);
        long extended = (s[b + word] << shift) >> shift;
        s[b + word] = extended;
        for (int i = 0; i < word; i++) {
            s[b + i] = extended >> 63;
        }
    }

    static void shl(long[] s, int sp) {
        int a = sp - 4;
        int b = sp - 8;
        if (exceeds(s, a, 255)) {
            setLong(s, b, 0);
        } else {
            shiftLeft(s, b, (int) s[a + 3]);
        }
    }

    /// `bits` below 256.
    static void shiftLeft(long[] s, int b, int bits) {
        long w0 = s[b];
        long w1 = s[b + 1];
        long w2 = s[b + 2];
        long w3 = s[b + 3];
        if ((bits & 128) != 0) {
            w0 = w2;
            w1 = w3;
            w2 = 0;
            w3 = 0;
        }
        if ((bits & 64) != 0) {
            w0 = w1;
            w1 = w2;
            w2 = w3;
            w3 = 0;
        }
        int n = bits & 63;
        // Two shifts, for a shift by 64 is one by 0.
        s[b] = (w0 << n) | (w1 >>> 1 >>> (63 - n));
        s[b + 1] = (w1 << n) | (w2 >>> 1 >>> (63 - n));
        s[b + 2] = (w2 << n) | (w3 >>> 1 >>> (63 - n));
        s[b + 3] = w3 << n;
    }

    static void shr(long[] s, int sp) {
        int a = sp - 4;
        int b = sp - 8;
        if (exceeds(s, a, 255)) {
            setLong(s, b, 0);
        } else {
            shiftRight(s, b, (int) s[a + 3], 0);
        }
    }

    static void sar(long[] s, int sp) {
        int a = sp - 4;
        int b = sp - 8;
        long sign = s[b] >> 63;
        if (exceeds(s, a, 255)) {
            s[b] = sign;
            s[b + 1] = sign;
            s[b + 2] = sign;
            s[b + 3] = sign;
        } else {
            shiftRight(s, b, (int) s[a + 3], sign);
        }
    }

    /// `bits` below 256; `fill` is what comes in from the left, 0 or -1.
    static void shiftRight(long[] s, int b, int bits, long fill) {
        long w0 = s[b];
        long w1 = s[b + 1];
        long w2 = s[b + 2];
        long w3 = s[b + 3];
        if ((bits & 128) != 0) {
            w3 = w1;
            w2 = w0;
            w1 = fill;
            w0 = fill;
        }
        if ((bits & 64) != 0) {
            w3 = w2;
            w2 = w1;
            w1 = w0;
            w0 = fill;
        }
        int n = bits & 63;
        s[b + 3] = (w3 >>> n) | (w2 << 1 << (63 - n));
        s[b + 2] = (w2 >>> n) | (w1 << 1 << (63 - n));
        s[b + 1] = (w1 >>> n) | (w0 << 1 << (63 - n));
        s[b] = (w0 >>> n) | (fill << 1 << (63 - n));
    }

    /// EIP-7939: leading zero bits of the word at `a`, in its place.
    static void clz(long[] s, int a) {
        int zeros = Long.numberOfLeadingZeros(s[a]);
        for (int i = 1; i < 4 && zeros == 64 * i; i++) {
            zeros += Long.numberOfLeadingZeros(s[a + i]);
        }
        setLong(s, a, zeros);
    }

    /// Bytes of the word at `a` without leading zeros: what EXP is priced by.
    static int byteSize(long[] s, int a) {
        for (int i = 0; i < 4; i++) {
            if (s[a + i] != 0) {
                return 8 * (4 - i) - (Long.numberOfLeadingZeros(s[a + i]) >> 3);
            }
        }
        return 0;
    }

    /// Top to the power of the word below, by squaring.
    static void exp(long[] s, int sp, long[] scratch) {
        int base = sp - 4;
        int exponent = sp - 8;
        long e0 = s[exponent];
        long e1 = s[exponent + 1];
        long e2 = s[exponent + 2];
        long e3 = s[exponent + 3];
        if (s[base + 3] == 2 && (s[base] | s[base + 1] | s[base + 2]) == 0) {
            boolean large = exceeds(s, exponent, 255);
            setLong(s, exponent, large ? 0 : 1);
            if (!large) {
                shiftLeft(s, exponent, (int) e3);
            }
            return;
        }
        setLong(scratch, 0, 1);
        int bits = bitLength(e0, e1, e2, e3);
        for (int bit = bits - 1; bit >= 0; bit--) {
            multiply(scratch, 0, scratch, 0, scratch, 0);
            long word = bit >= 192 ? e0 : bit >= 128 ? e1 : bit >= 64 ? e2 : e3;
            if ((word >>> bit & 1) != 0) {
                multiply(scratch, 0, s, base, scratch, 0);
            }
        }
        System.arraycopy(scratch, 0, s, exponent, 4);
    }

    private static int bitLength(long w0, long w1, long w2, long w3) {
        if (w0 != 0) {
            return 256 - Long.numberOfLeadingZeros(w0);
        }
        if (w1 != 0) {
            return 192 - Long.numberOfLeadingZeros(w1);
        }
        return w2 != 0 ? 128 - Long.numberOfLeadingZeros(w2) : 64 - Long.numberOfLeadingZeros(w3);
    }
}
