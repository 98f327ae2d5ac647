package org.assay.storage.trie;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;

/// Roots of tries that are built at once and thrown away.
public final class TrieRoot {
    /// keccak256(rlp("")): the root of the trie without entries.
    public static final Hash EMPTY =
            Hash.fromHex("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

    /// Keys as nibbles, sorted.
    private final byte[][] keys;

    private final byte[][] values;

    private TrieRoot(byte[][] keys, byte[][] values) {
        this.keys = keys;
        this.values = values;
    }

    /// The root of the trie that holds `values[i]` under `rlp(i)`: transactions, receipts and
    /// withdrawals (YP §4.3). Values are not empty.
    public static Hash of(List<Bytes> values) {
        Integer[] order = new Integer[values.size()];
        byte[][] paths = new byte[values.size()][];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
            paths[i] = Nibbles.of(NodeWriter.encodeIndex(i));
        }
        Arrays.sort(order, Comparator.comparing(i -> paths[i], Arrays::compareUnsigned));
        byte[][] keys = new byte[order.length][];
        byte[][] sorted = new byte[order.length][];
        for (int i = 0; i < order.length; i++) {
            keys[i] = paths[order[i]];
            sorted[i] = values.get(order[i]).unsafeArray();
        }
        return new TrieRoot(keys, sorted).root();
    }

    /// The root of the trie with these entries; keys of any length, as they stand (not hashed).
    /// Values are not empty.
    public static Hash of(SortedMap<Bytes, Bytes> entries) {
        byte[][] keys = new byte[entries.size()][];
        byte[][] values = new byte[keys.length][];
        int i = 0;
        for (Map.Entry<Bytes, Bytes> entry : entries.entrySet()) {
            keys[i] = Nibbles.of(entry.getKey().unsafeArray());
            values[i++] = entry.getValue().unsafeArray();
        }
        return new TrieRoot(keys, values).root();
    }

    private Hash root() {
        return keys.length == 0 ? EMPTY : Keccak.hash256(node(0, keys.length, 0));
    }

    /// The encoding of the node that holds the keys `[low, high)`, which share `depth` nibbles.
    private byte[] node(int low, int high, int depth) {
        NodeWriter writer = new NodeWriter();
        if (high - low == 1) {
            writer.putPath(keys[low], depth, keys[low].length, true);
            writer.putString(values[low]);
            return writer.list();
        }
        // Sorted: what the first and the last key share is shared by all.
        int shared = Nibbles.mismatch(keys[low], keys[high - 1], depth);
        if (shared > depth) {
            writer.putPath(keys[low], depth, shared, false);
            writer.putReference(node(low, high, shared));
            return writer.list();
        }
        boolean ends = keys[low].length == depth;
        int from = ends ? low + 1 : low;
        for (int nibble = 0; nibble < 16; nibble++) {
            int to = from;
            while (to < high && keys[to][depth] == nibble) {
                to++;
            }
            if (to == from) {
                writer.putEmpty();
            } else {
                writer.putReference(node(from, to, depth + 1));
            }
            from = to;
        }
        if (ends) {
            writer.putString(values[low]);
        } else {
            writer.putEmpty();
        }
        return writer.list();
    }
}
