package org.assay.primitives;

import java.util.Locale;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpWriter;

/// A 20-byte account address: `a0` holds its first eight bytes, `a2` its last four.
public record Address(long a0, long a1, int a2) implements Comparable<Address> {
    public static final int SIZE = 20;
    public static final Address ZERO = new Address(0, 0, 0);

    /// The address in `array[offset, offset + 20)`.
    public static Address at(byte[] array, int offset) {
        return new Address(
                Words.getLong(array, offset),
                Words.getLong(array, offset + 8),
                Words.getInt(array, offset + 16));
    }

    /// Throws [IllegalArgumentException] unless `array` has 20 bytes.
    public static Address of(byte[] array) {
        if (array.length != SIZE) {
            throw new IllegalArgumentException("an address has 20 bytes, not " + array.length);
        }
        return at(array, 0);
    }

    public static Address of(Bytes bytes) {
        return of(bytes.unsafeArray());
    }

    public static Address fromHex(String text) {
        return of(Hex.decode(text));
    }

    /// The low 20 bytes of a stack word.
    public static Address ofWord(UInt256 word) {
        return new Address(
                (word.w1() << 32) | (word.w2() >>> 32),
                (word.w2() << 32) | (word.w3() >>> 32),
                (int) word.w3());
    }

    /// The precompile or system address with this number.
    public static Address ofNumber(int number) {
        return new Address(0, 0, number);
    }

    /// `keccak256(publicKey)[12..]` of an uncompressed 64-byte key (YP §4.3).
    public static Address ofPublicKey(byte[] publicKey64) {
        return at(Keccak.hash256(publicKey64).toArray(), 12);
    }

    /// The address of a contract created by `sender` at `nonce` (YP §7).
    public static Address ofCreate(Address sender, long nonce) {
        byte[] rlp =
                RlpWriter.encodeList(
                        writer -> {
                            writer.writeAddress(sender);
                            writer.writeLong(nonce);
                        });
        return at(Keccak.hash256(rlp).toArray(), 12);
    }

    /// The address of a contract created with CREATE2 (EIP-1014).
    public static Address ofCreate2(Address sender, Hash salt, Hash initCodeHash) {
        byte[] input = new byte[85];
        input[0] = (byte) 0xff;
        sender.writeTo(input, 1);
        salt.writeTo(input, 21);
        initCodeHash.writeTo(input, 53);
        return at(Keccak.hash256(input).toArray(), 12);
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
        Words.putLong(array, offset, a0);
        Words.putLong(array, offset + 8, a1);
        Words.putInt(array, offset + 16, a2);
    }

    /// The address as the low 20 bytes of a word.
    public UInt256 toWord() {
        return new UInt256(0, a0 >>> 32, (a0 << 32) | (a1 >>> 32), (a1 << 32) | (a2 & 0xffffffffL));
    }

    /// The mixed-case checksum form of EIP-55.
    public String toChecksum() {
        String digits = Hex.encodeBare(toArray());
        byte[] hash =
                Keccak.hash256(digits.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .toArray();
        StringBuilder text = new StringBuilder("0x");
        for (int i = 0; i < digits.length(); i++) {
            int nibble = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xf;
            String digit = digits.substring(i, i + 1);
            text.append(nibble >= 8 ? digit.toUpperCase(Locale.ROOT) : digit);
        }
        return text.toString();
    }

    @Override
    public int hashCode() {
        long mixed = (a0 * 0x9e3779b97f4a7c15L) ^ (a1 * 0xc2b2ae3d27d4eb4fL) ^ (a2 * 0x165667b1L);
        return (int) (mixed ^ (mixed >>> 32));
    }

    /// Unsigned lexicographic order.
    @Override
    public int compareTo(Address other) {
        int order = Long.compareUnsigned(a0, other.a0);
        if (order == 0) {
            order = Long.compareUnsigned(a1, other.a1);
        }
        return order == 0 ? Integer.compareUnsigned(a2, other.a2) : order;
    }

    /// Lower-case, `0x`-prefixed hexadecimal.
    @Override
    public String toString() {
        return Hex.encode(toArray());
    }
}
