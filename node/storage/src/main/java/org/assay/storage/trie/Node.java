package org.assay.storage.trie;

import java.util.Arrays;
import org.assay.primitives.Hash;
import org.jspecify.annotations.Nullable;

/// A node in memory. Immutable but for `clean`, which is set once the node is encoded.
sealed interface Node {
    /// How a parent's encoding names this node; null until it is encoded.
    @Nullable Reference clean();

    /// A child as its parent names it: `array[offset, offset + size)` is `a0` and its hash, or
    /// the child itself where that is shorter than 32 bytes.
    record Reference(@SuppressWarnings("ArrayRecordComponent") byte[] array, int offset, int size)
            implements Node {
        static Reference ofHash(Hash hash) {
            byte[] array = new byte[33];
            array[0] = (byte) 0xa0;
            hash.writeTo(array, 1);
            return new Reference(array, 0, 33);
        }

        boolean isHash() {
            return size == 33;
        }

        Hash hash() {
            return Hash.at(array, offset + 1);
        }

        @Override
        public Reference clean() {
            return this;
        }
    }

    /// `path` is what remains of the key, in nibbles.
    final class Leaf implements Node {
        final byte[] path;
        final byte[] value;
        @Nullable Reference clean;

        Leaf(byte[] path, byte[] value, @Nullable Reference clean) {
            this.path = path;
            this.value = value;
            this.clean = clean;
        }

        @Override
        public @Nullable Reference clean() {
            return clean;
        }
    }

    /// `path` is never empty; the child is a branch.
    final class Extension implements Node {
        final byte[] path;
        final Node child;
        @Nullable Reference clean;

        Extension(byte[] path, Node child, @Nullable Reference clean) {
            this.path = path;
            this.child = child;
            this.clean = clean;
        }

        @Override
        public @Nullable Reference clean() {
            return clean;
        }
    }

    /// Sixteen children, at least two of them present. No value: all keys are equally long.
    final class Branch implements Node {
        final @Nullable Node[] children;
        @Nullable Reference clean;

        Branch(@Nullable Node[] children, @Nullable Reference clean) {
            this.children = children;
            this.clean = clean;
        }

        @Override
        public @Nullable Reference clean() {
            return clean;
        }
    }

    /// The node that `array[offset, offset + size)` encodes, named `clean` by its parent; null
    /// if that is not the canonical encoding of a node of a trie with keys of equal length.
    static @Nullable Node decode(byte[] array, int offset, int size, @Nullable Reference clean) {
        NodeReader outer = new NodeReader(array, offset, offset + size);
        if (!outer.next() || !outer.isList() || !outer.atEnd()) {
            return null;
        }
        NodeReader items = new NodeReader(array, outer.start(), outer.start() + outer.size());
        if (!items.next()) {
            return null;
        }
        int firstOffset = items.itemStart();
        boolean firstIsList = items.isList();
        int firstStart = items.start();
        int firstSize = items.size();
        if (!items.next()) {
            return null;
        }
        if (items.atEnd()) {
            return firstIsList ? null : decodeShort(array, firstStart, firstSize, items, clean);
        }
        return decodeBranch(array, firstOffset, outer, clean);
    }

    private static @Nullable Node decodeShort(
            byte[] array, int start, int size, NodeReader second, @Nullable Reference clean) {
        if (size == 0) {
            return null;
        }
        int flags = array[start] & 0xff;
        boolean odd = (flags & 0x10) != 0;
        boolean leaf = (flags & 0x20) != 0;
        if ((flags & 0xc0) != 0 || (!odd && (flags & 0x0f) != 0)) {
            return null;
        }
        byte[] path = new byte[2 * (size - 1) + (odd ? 1 : 0)];
        int at = 0;
        if (odd) {
            path[at++] = (byte) (flags & 0x0f);
        }
        for (int i = 1; i < size; i++) {
            path[at++] = (byte) ((array[start + i] >> 4) & 0xf);
            path[at++] = (byte) (array[start + i] & 0xf);
        }
        if (leaf) {
            byte[] value =
                    Arrays.copyOfRange(array, second.start(), second.start() + second.size());
            return second.isList() || value.length == 0 ? null : new Leaf(path, value, clean);
        }
        Node child = child(array, second);
        return child == null || path.length == 0 ? null : new Extension(path, child, clean);
    }

    private static @Nullable Node decodeBranch(
            byte[] array, int firstOffset, NodeReader outer, @Nullable Reference clean) {
        NodeReader items = new NodeReader(array, firstOffset, outer.start() + outer.size());
        @Nullable Node[] children = new Node[16];
        int count = 0;
        for (int i = 0; i < 16; i++) {
            if (!items.next()) {
                return null;
            }
            if (items.isList() || items.size() != 0) {
                children[i] = child(array, items);
                if (children[i] == null) {
                    return null;
                }
                count++;
            }
        }
        boolean noValue = items.next() && !items.isList() && items.size() == 0 && items.atEnd();
        return noValue && count >= 2 ? new Branch(children, clean) : null;
    }

    private static @Nullable Node child(byte[] array, NodeReader item) {
        int start = item.itemStart();
        int size = item.start() + item.size() - start;
        if (item.isList()) {
            return size < NodeWriter.HASHED_FROM
                    ? decode(array, start, size, new Reference(array, start, size))
                    : null;
        }
        return item.size() == Hash.SIZE ? new Reference(array, start, size) : null;
    }
}
