package org.assay.storage.trie;

import java.util.Arrays;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;

/// Writes the RLP of one trie node (YP appendix D). Its own encoder, because hashing a trie is
/// mostly this: items go into one growing array with room for the header in front, where the
/// general writer would allocate for each.
final class NodeWriter {
    /// The longest header of a list whose size fits an int.
    private static final int HEADER_MAX = 5;

    /// References at least this long are replaced by their hash.
    static final int HASHED_FROM = 32;

    private byte[] buffer = new byte[HEADER_MAX + 17 * 33];
    private int end = HEADER_MAX;

    /// `rlp(index)`, the key of the index-th entry of an ordered trie.
    static byte[] encodeIndex(int index) {
        if (index == 0) {
            return new byte[] {(byte) 0x80};
        }
        if (index < 0x80) {
            return new byte[] {(byte) index};
        }
        int size = (39 - Integer.numberOfLeadingZeros(index)) / 8;
        byte[] key = new byte[1 + size];
        key[0] = (byte) (0x80 + size);
        for (int i = 0; i < size; i++) {
            key[size - i] = (byte) (index >>> (8 * i));
        }
        return key;
    }

    void reset() {
        end = HEADER_MAX;
    }

    void putEmpty() {
        reserve(1);
        buffer[end++] = (byte) 0x80;
    }

    void putString(byte[] value) {
        putString(value, 0, value.length);
    }

    void putString(byte[] value, int offset, int size) {
        if (size == 1 && value[offset] >= 0) {
            reserve(1);
            buffer[end++] = value[offset];
            return;
        }
        reserve(size + HEADER_MAX);
        end = putHeader(buffer, end, size, 0x80);
        System.arraycopy(value, offset, buffer, end, size);
        end += size;
    }

    /// An item that is encoded already.
    void putRaw(byte[] encoded, int offset, int size) {
        reserve(size);
        System.arraycopy(encoded, offset, buffer, end, size);
        end += size;
    }

    /// A child given by its encoding: itself if short, else its hash.
    void putReference(byte[] node) {
        if (node.length < HASHED_FROM) {
            putRaw(node, 0, node.length);
        } else {
            reserve(33);
            buffer[end] = (byte) 0xa0;
            Keccak.hash256(node).writeTo(buffer, end + 1);
            end += 33;
        }
    }

    /// The hex-prefix encoding (YP appendix C) of `nibbles[from, to)`.
    void putPath(byte[] nibbles, int from, int to, boolean leaf) {
        int count = to - from;
        int size = 1 + count / 2;
        reserve(size + 2);
        boolean odd = (count & 1) != 0;
        int flags = (leaf ? 0x20 : 0) | (odd ? 0x10 | nibbles[from] : 0);
        if (size > 1) {
            buffer[end++] = (byte) (0x80 + size);
        }
        buffer[end++] = (byte) flags;
        for (int i = odd ? from + 1 : from; i < to; i += 2) {
            buffer[end++] = (byte) (nibbles[i] << 4 | nibbles[i + 1]);
        }
    }

    /// The list of all that was put.
    byte[] list() {
        return Arrays.copyOfRange(buffer, putListHeader(), end);
    }

    /// The hash of [#list], without making it.
    Hash hash() {
        int start = putListHeader();
        return Keccak.hash256(buffer, start, end - start);
    }

    /// Writes the list's header right before the items; where it begins.
    private int putListHeader() {
        int size = end - HEADER_MAX;
        int headerSize = size < 56 ? 1 : 1 + (39 - Integer.numberOfLeadingZeros(size)) / 8;
        putHeader(buffer, HEADER_MAX - headerSize, size, 0xc0);
        return HEADER_MAX - headerSize;
    }

    private static int putHeader(byte[] target, int at, int size, int offset) {
        if (size < 56) {
            target[at] = (byte) (offset + size);
            return at + 1;
        }
        int sizeSize = (39 - Integer.numberOfLeadingZeros(size)) / 8;
        target[at] = (byte) (offset + 55 + sizeSize);
        for (int i = 0; i < sizeSize; i++) {
            target[at + sizeSize - i] = (byte) (size >>> (8 * i));
        }
        return at + 1 + sizeSize;
    }

    private void reserve(int size) {
        if (buffer.length - end < size) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, end + size));
        }
    }
}
