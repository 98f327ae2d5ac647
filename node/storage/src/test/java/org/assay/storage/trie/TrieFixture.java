package org.assay.storage.trie;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.crypto.Keccak;
import org.jspecify.annotations.Nullable;

/// A trie whose nodes are in a map, changed step by step, that checks every node it hands out.
final class TrieFixture implements NodeSource {
    private final Map<Bytes, Bytes> nodes = new HashMap<>();
    private Hash root = TrieRoot.EMPTY;

    Hash root() {
        return root;
    }

    int nodeCount() {
        return nodes.size();
    }

    void change(List<PatriciaTrie.Change> changes) {
        PatriciaTrie.Update update = PatriciaTrie.update(this, root, changes);
        update.writes()
                .forEach(
                        (path, node) -> {
                            if (node.isDeleted()) {
                                nodes.remove(path);
                            } else {
                                nodes.put(path, node.encoded());
                            }
                        });
        root = update.root();
    }

    @Override
    public byte[] node(Bytes path, Hash hash) {
        Bytes node = nodes.get(path);
        Invariant.check(node != null, "the node at " + path + " is there");
        byte[] encoded = java.util.Objects.requireNonNull(node).unsafeArray();
        Invariant.check(Keccak.hash256(encoded).equals(hash), "the node at " + path + " is right");
        return encoded;
    }

    @Override
    public byte @Nullable [] nodeInMemory(Bytes path, Hash hash) {
        return null;
    }
}
