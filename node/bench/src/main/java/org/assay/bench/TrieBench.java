package org.assay.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.storage.trie.NodeSource;
import org.assay.storage.trie.PatriciaTrie;
import org.assay.storage.trie.TrieNode;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The new root after a block that changes 200 accounts of 72 bytes, all nodes in memory.
@State(Scope.Thread)
public class TrieBench {
    private static final int CHANGES = 200;

    @Param({"10000", "1000000"})
    public int accounts;

    private Hash root = TrieRoot.EMPTY;
    private final Map<Bytes, byte[]> nodes = new HashMap<>();
    private List<PatriciaTrie.Change> changes = List.of();

    private final NodeSource source =
            new NodeSource() {
                @Override
                public byte[] node(Bytes path, Hash hash) {
                    byte[] node = nodes.get(path);
                    if (node == null) {
                        throw new IllegalStateException("no node at " + path);
                    }
                    return node;
                }

                @Override
                public byte @Nullable [] nodeInMemory(Bytes path, Hash hash) {
                    return nodes.get(path);
                }
            };

    @Setup
    public void grow() {
        SplittableRandom random = new SplittableRandom(3);
        TreeMap<Hash, PatriciaTrie.Change> all = new TreeMap<>();
        while (all.size() < accounts) {
            PatriciaTrie.Change change = change(random, bytes(random, 32));
            all.put(change.key(), change);
        }
        PatriciaTrie.Update update = PatriciaTrie.update(source, root, List.copyOf(all.values()));
        root = update.root();
        update.writes().forEach(this::keep);
        List<Hash> keys = new ArrayList<>(all.keySet());
        TreeMap<Hash, PatriciaTrie.Change> next = new TreeMap<>();
        while (next.size() < CHANGES) {
            Hash key = keys.get(random.nextInt(keys.size()));
            next.put(key, change(random, key.toArray()));
        }
        changes = List.copyOf(next.values());
    }

    private void keep(Bytes path, TrieNode node) {
        nodes.put(path, node.encoded().toArray());
    }

    private static PatriciaTrie.Change change(SplittableRandom random, byte[] key) {
        return new PatriciaTrie.Change(Hash.of(Bytes.wrap(key)), Bytes.wrap(bytes(random, 72)));
    }

    private static byte[] bytes(SplittableRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Benchmark
    public Hash update() {
        return PatriciaTrie.update(source, root, changes).root();
    }
}
