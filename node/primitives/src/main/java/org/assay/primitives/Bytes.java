package org.assay.primitives;

import java.util.Arrays;

/// An immutable byte string with value equality: the one class that owns a `byte[]`.
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;
    private int hashCode;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /// A copy of `array`.
    public static Bytes of(byte... array) {
        return array.length == 0 ? EMPTY : new Bytes(array.clone());
    }

    /// Takes ownership of `array`; the caller must not change it afterwards.
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array);
    }

    /// See [Hex#decode].
    public static Bytes fromHex(String text) {
        return wrap(Hex.decode(text));
    }

    public int size() {
        return array.length;
    }

    public boolean isEmpty() {
        return array.length == 0;
    }

    public byte get(int index) {
        return array[index];
    }

    /// A copy of the content.
    public byte[] toArray() {
        return array.clone();
    }

    /// Warning: the array itself, for hot paths that only read it.
    public byte[] unsafeArray() {
        return array;
    }

    /// The bytes in `[from, to)`.
    public Bytes slice(int from, int to) {
        return wrap(Arrays.copyOfRange(array, from, to));
    }

    public Bytes concat(Bytes other) {
        byte[] joined = Arrays.copyOf(array, array.length + other.array.length);
        System.arraycopy(other.array, 0, joined, array.length, other.array.length);
        return wrap(joined);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        int hash = hashCode;
        if (hash == 0) {
            hash = Arrays.hashCode(array);
            hashCode = hash;
        }
        return hash;
    }

    /// Unsigned lexicographic order.
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    /// `0x`-prefixed hexadecimal.
    @Override
    public String toString() {
        return Hex.encode(array);
    }
}
