package org.assay.storage.trie;

import java.util.List;
import java.util.SortedMap;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// Roots of tries that are built at once and thrown away.
public final class TrieRoot {
    /// keccak256(rlp("")): the root of the trie without entries.
    public static final Hash EMPTY =
            Hash.fromHex("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

    private TrieRoot() {}

    /// The root of the trie that holds `values[i]` under `rlp(i)`: transactions, receipts and
    /// withdrawals (YP §4.3). Values are not empty.
    public static Hash of(List<Bytes> values) {
        throw new UnsupportedOperationException("not there yet: " + values.size());
    }

    /// The root of the trie with these entries; keys of any length, as they stand (not hashed).
    /// Values are not empty.
    public static Hash of(SortedMap<Bytes, Bytes> entries) {
        throw new UnsupportedOperationException("not there yet: " + entries.size());
    }
}
