package org.assay.primitives;

import java.math.BigInteger;

/// An unsigned 256-bit integer as four big-endian words: `w0` is the most significant.
///
/// Plain operators wrap modulo 2^256 as the EVM's do; the `Exact` ones throw
/// [ArithmeticException] instead and are for money.
public record UInt256(long w0, long w1, long w2, long w3) implements Comparable<UInt256> {
    public static final UInt256 ZERO = new UInt256(0, 0, 0, 0);
    public static final UInt256 ONE = new UInt256(0, 0, 0, 1);
    public static final UInt256 MAX = new UInt256(-1, -1, -1, -1);

    /// `value` read as unsigned.
    public static UInt256 of(long value) {
        return value == 0 ? ZERO : new UInt256(0, 0, 0, value);
    }

    /// Throws [ArithmeticException] unless `0 <= value < 2^256`.
    public static UInt256 of(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > 256) {
            throw new ArithmeticException("outside the range of 256 unsigned bits: " + value);
        }
        return ofWrapped(value);
    }

    /// `value mod 2^256`; negative values in two's complement.
    public static UInt256 ofWrapped(BigInteger value) {
        return new UInt256(
                value.shiftRight(192).longValue(),
                value.shiftRight(128).longValue(),
                value.shiftRight(64).longValue(),
                value.longValue());
    }

    /// Up to 32 big-endian bytes. Throws [IllegalArgumentException] for more.
    public static UInt256 of(byte[] bigEndian) {
        if (bigEndian.length > 32) {
            throw new IllegalArgumentException("more than 32 bytes: " + bigEndian.length);
        }
        byte[] padded = bigEndian;
        if (bigEndian.length < 32) {
            padded = new byte[32];
            System.arraycopy(bigEndian, 0, padded, 32 - bigEndian.length, bigEndian.length);
        }
        return at(padded, 0);
    }

    /// The word in `array[offset, offset + 32)`.
    public static UInt256 at(byte[] array, int offset) {
        return new UInt256(
                Words.getLong(array, offset),
                Words.getLong(array, offset + 8),
                Words.getLong(array, offset + 16),
                Words.getLong(array, offset + 24));
    }

    /// Decimal, or hexadecimal after `0x` (leading zeros and an empty digit string allowed).
    public static UInt256 parse(String text) {
        if (text.startsWith("0x") || text.startsWith("0X")) {
            String digits = text.substring(2);
            return digits.isEmpty() ? ZERO : of(new BigInteger(digits, 16));
        }
        return of(new BigInteger(text));
    }

    public boolean isZero() {
        return (w0 | w1 | w2 | w3) == 0;
    }

    /// Whether the value is below 2^63.
    public boolean fitsLong() {
        return (w0 | w1 | w2) == 0 && w3 >= 0;
    }

    /// Throws [ArithmeticException] unless [#fitsLong].
    public long toLongExact() {
        if (!fitsLong()) {
            throw new ArithmeticException("does not fit a long: " + this);
        }
        return w3;
    }

    public BigInteger toBigInteger() {
        return fitsLong() ? BigInteger.valueOf(w3) : new BigInteger(1, toArray());
    }

    /// 32 big-endian bytes.
    public byte[] toArray() {
        byte[] array = new byte[32];
        writeTo(array, 0);
        return array;
    }

    public void writeTo(byte[] array, int offset) {
        Words.putLong(array, offset, w0);
        Words.putLong(array, offset + 8, w1);
        Words.putLong(array, offset + 16, w2);
        Words.putLong(array, offset + 24, w3);
    }

    /// Big-endian without leading zeros; zero is the empty array, as RLP wants it.
    public byte[] toMinimalArray() {
        int size = (bitLength() + 7) / 8;
        byte[] array = new byte[size];
        byte[] full = toArray();
        System.arraycopy(full, 32 - size, array, 0, size);
        return array;
    }

    public Hash toHash() {
        return new Hash(w0, w1, w2, w3);
    }

    public int bitLength() {
        if (w0 != 0) {
            return 256 - Long.numberOfLeadingZeros(w0);
        }
        if (w1 != 0) {
            return 192 - Long.numberOfLeadingZeros(w1);
        }
        return w2 != 0 ? 128 - Long.numberOfLeadingZeros(w2) : 64 - Long.numberOfLeadingZeros(w3);
    }

    public UInt256 add(UInt256 other) {
        long r3 = w3 + other.w3;
        long carry = Long.compareUnsigned(r3, w3) < 0 ? 1 : 0;
        long r2 = w2 + other.w2 + carry;
        carry = ((w2 & other.w2) | ((w2 | other.w2) & ~r2)) >>> 63;
        long r1 = w1 + other.w1 + carry;
        carry = ((w1 & other.w1) | ((w1 | other.w1) & ~r1)) >>> 63;
        return new UInt256(w0 + other.w0 + carry, r1, r2, r3);
    }

    public UInt256 subtract(UInt256 other) {
        long r3 = w3 - other.w3;
        long borrow = Long.compareUnsigned(w3, other.w3) < 0 ? 1 : 0;
        long r2 = w2 - other.w2 - borrow;
        borrow = ((~w2 & other.w2) | (~(w2 ^ other.w2) & r2)) >>> 63;
        long r1 = w1 - other.w1 - borrow;
        borrow = ((~w1 & other.w1) | (~(w1 ^ other.w1) & r1)) >>> 63;
        return new UInt256(w0 - other.w0 - borrow, r1, r2, r3);
    }

    public UInt256 multiply(UInt256 other) {
        long low = w3 * other.w3;
        long high = Math.unsignedMultiplyHigh(w3, other.w3);
        if ((w0 | w1 | w2 | other.w0 | other.w1 | other.w2) == 0) {
            return new UInt256(0, 0, high, low);
        }
        // Columns of the schoolbook product below 2^256, each with its carries into the next.
        long p = w2 * other.w3;
        long r2 = high + p;
        long carry = carry(r2, p);
        long q = w3 * other.w2;
        r2 += q;
        carry += carry(r2, q);

        long r1 = carry;
        carry = 0;
        p = Math.unsignedMultiplyHigh(w2, other.w3);
        r1 += p;
        carry += carry(r1, p);
        p = Math.unsignedMultiplyHigh(w3, other.w2);
        r1 += p;
        carry += carry(r1, p);
        p = w1 * other.w3;
        r1 += p;
        carry += carry(r1, p);
        p = w2 * other.w2;
        r1 += p;
        carry += carry(r1, p);
        p = w3 * other.w1;
        r1 += p;
        carry += carry(r1, p);

        long r0 =
                carry
                        + Math.unsignedMultiplyHigh(w1, other.w3)
                        + Math.unsignedMultiplyHigh(w2, other.w2)
                        + Math.unsignedMultiplyHigh(w3, other.w1)
                        + w0 * other.w3
                        + w1 * other.w2
                        + w2 * other.w1
                        + w3 * other.w0;
        return new UInt256(r0, r1, r2, low);
    }

    /// 1 where the sum that came out as `sum` carried, `addend` being one of its two terms.
    private static long carry(long sum, long addend) {
        return Long.compareUnsigned(sum, addend) < 0 ? 1 : 0;
    }

    /// Rounds down; zero when `divisor` is zero, as the EVM's DIV.
    public UInt256 divide(UInt256 divisor) {
        if (divisor.isZero()) {
            return ZERO;
        }
        if ((w0 | w1 | w2 | divisor.w0 | divisor.w1 | divisor.w2) == 0) {
            return of(Long.divideUnsigned(w3, divisor.w3));
        }
        return compareTo(divisor) < 0 ? ZERO : Division.of(this, divisor).quotient();
    }

    /// Zero when `divisor` is zero, as the EVM's MOD.
    public UInt256 mod(UInt256 divisor) {
        if (divisor.isZero()) {
            return ZERO;
        }
        if ((w0 | w1 | w2 | divisor.w0 | divisor.w1 | divisor.w2) == 0) {
            return of(Long.remainderUnsigned(w3, divisor.w3));
        }
        return compareTo(divisor) < 0 ? this : Division.of(this, divisor).remainder();
    }

    public UInt256 addExact(UInt256 other) {
        UInt256 sum = add(other);
        if (sum.compareTo(this) < 0) {
            throw new ArithmeticException("overflow: " + this + " + " + other);
        }
        return sum;
    }

    public UInt256 subtractExact(UInt256 other) {
        if (compareTo(other) < 0) {
            throw new ArithmeticException("underflow: " + this + " - " + other);
        }
        return subtract(other);
    }

    public UInt256 multiplyExact(UInt256 other) {
        return bitLength() + other.bitLength() <= 256
                ? multiply(other)
                : of(toBigInteger().multiply(other.toBigInteger()));
    }

    public UInt256 multiplyExact(long other) {
        return multiplyExact(of(other));
    }

    public UInt256 min(UInt256 other) {
        return compareTo(other) <= 0 ? this : other;
    }

    public UInt256 max(UInt256 other) {
        return compareTo(other) >= 0 ? this : other;
    }

    @Override
    public int hashCode() {
        long mixed = (w0 * 31 + w1) * 31 + w2;
        mixed = (mixed * 31 + w3) * 0x9e3779b97f4a7c15L;
        return (int) (mixed ^ (mixed >>> 32));
    }

    /// Unsigned order.
    @Override
    public int compareTo(UInt256 other) {
        int order = Long.compareUnsigned(w0, other.w0);
        if (order == 0) {
            order = Long.compareUnsigned(w1, other.w1);
        }
        if (order == 0) {
            order = Long.compareUnsigned(w2, other.w2);
        }
        return order == 0 ? Long.compareUnsigned(w3, other.w3) : order;
    }

    /// Minimal `0x` hexadecimal, as a JSON-RPC quantity.
    public String toQuantity() {
        return "0x" + toBigInteger().toString(16);
    }

    /// Decimal.
    @Override
    public String toString() {
        return toBigInteger().toString();
    }
}
