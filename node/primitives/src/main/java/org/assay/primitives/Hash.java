package org.assay.primitives;

/// A 32-byte value, as four big-endian words: `w0` holds the first eight bytes.
public record Hash(long w0, long w1, long w2, long w3) implements Comparable<Hash> {
    public static final int SIZE = 32;
    public static final Hash ZERO = new Hash(0, 0, 0, 0);

    /// The hash in `array[offset, offset + 32)`.
    public static Hash at(byte[] array, int offset) {
        return new Hash(
                Words.getLong(array, offset),
                Words.getLong(array, offset + 8),
                Words.getLong(array, offset + 16),
                Words.getLong(array, offset + 24));
    }

    /// Throws [IllegalArgumentException] unless `array` has 32 bytes.
    public static Hash of(byte[] array) {
        if (array.length != SIZE) {
            throw new IllegalArgumentException("a hash has 32 bytes, not " + array.length);
        }
        return at(array, 0);
    }

    public static Hash of(Bytes bytes) {
        return of(bytes.unsafeArray());
    }

    public static Hash fromHex(String text) {
        return of(Hex.decode(text));
    }

    public byte[] toArray() {
        byte[] array = new byte[SIZE];
        writeTo(array, 0);
        return array;
    }

    public Bytes toBytes() {
        return Bytes.wrap(toArray());
    }

    public void writeTo(byte[] array, int offset) {
        Words.putLong(array, offset, w0);
        Words.putLong(array, offset + 8, w1);
        Words.putLong(array, offset + 16, w2);
        Words.putLong(array, offset + 24, w3);
    }

    public UInt256 toUInt256() {
        return new UInt256(w0, w1, w2, w3);
    }

    public boolean isZero() {
        return (w0 | w1 | w2 | w3) == 0;
    }

    /// Well mixed already: any word serves.
    @Override
    public int hashCode() {
        return Long.hashCode(w0 ^ w3);
    }

    /// Unsigned lexicographic order.
    @Override
    public int compareTo(Hash other) {
        int order = Long.compareUnsigned(w0, other.w0);
        if (order == 0) {
            order = Long.compareUnsigned(w1, other.w1);
        }
        if (order == 0) {
            order = Long.compareUnsigned(w2, other.w2);
        }
        return order == 0 ? Long.compareUnsigned(w3, other.w3) : order;
    }

    /// `0x`-prefixed hexadecimal.
    @Override
    public String toString() {
        return Hex.encode(toArray());
    }
}
