package org.assay.chain.system;

import java.util.Arrays;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// Reads ABI words in order from a position. Every read throws [IllegalArgumentException] where
/// the input ends too early or an offset, length or small integer is out of range.
public final class AbiReader {
    private final byte[] input;
    private final int base;
    private int position;

    private AbiReader(byte[] input, int base) {
        this.input = input;
        this.base = base;
        this.position = base;
    }

    /// A reader over `input` from `offset`, to which the offsets inside are relative.
    public static AbiReader at(Bytes input, int offset) {
        return new AbiReader(input.unsafeArray(), offset);
    }

    public static AbiReader of(Bytes input) {
        return at(input, 0);
    }

    public UInt256 readUInt256() {
        if (position > input.length - 32) {
            throw new IllegalArgumentException("the ABI input ends at byte " + input.length);
        }
        UInt256 word = UInt256.at(input, position);
        position += 32;
        return word;
    }

    /// Below 2^64, unsigned in the bits of the long.
    public long readUnsignedLong() {
        UInt256 word = readUInt256();
        if ((word.w0() | word.w1() | word.w2()) != 0) {
            throw new IllegalArgumentException("an integer of 2^64 or more");
        }
        return word.w3();
    }

    /// Below `limit`.
    public int readInt(int limit) {
        UInt256 word = readUInt256();
        if (!word.fitsLong() || word.w3() >= limit) {
            throw new IllegalArgumentException("an integer of " + limit + " or more");
        }
        return (int) word.w3();
    }

    public boolean readBoolean() {
        return readInt(2) == 1;
    }

    public Hash readHash() {
        return readUInt256().toHash();
    }

    public Address readAddress() {
        UInt256 word = readUInt256();
        if (word.w0() != 0 || (word.w1() >>> 32) != 0) {
            throw new IllegalArgumentException("an address of more than 20 bytes");
        }
        return Address.ofWord(word);
    }

    /// A reader at the place that the next word points to, relative to this reader's start.
    public AbiReader follow() {
        return new AbiReader(input, base + readInt(input.length - base + 1));
    }

    /// The number of items of an array, at most `itemsMax`; offsets inside count from here on.
    public int readCount(int itemsMax) {
        return readInt(itemsMax + 1);
    }

    /// A reader whose offsets count from the current position.
    public AbiReader rebased() {
        return new AbiReader(input, position);
    }

    /// The byte string that starts here: length, then content; at most `bytesMax` bytes.
    public Bytes readText(int bytesMax) {
        int size = readInt(bytesMax + 1);
        if (position > input.length - size) {
            throw new IllegalArgumentException("the ABI input ends inside a byte string");
        }
        Bytes text = Bytes.wrap(Arrays.copyOfRange(input, position, position + size));
        position += (size + 31) / 32 * 32;
        return text;
    }
}
