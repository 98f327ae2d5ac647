package org.assay.storage.trie;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.Test;

final class PatriciaTrieTest {
    private static final int STEPS = 30;

    @Test
    void rootOfNothingIsEmpty() {
        assertThat(TrieRoot.of(List.of())).isEqualTo(TrieRoot.EMPTY);
        assertThat(new TrieFixture().root()).isEqualTo(TrieRoot.EMPTY);
    }

    @Seeds(150)
    void incrementalRootIsTheRootFromScratch(RandomGenerator random) {
        TrieFixture trie = new TrieFixture();
        TreeMap<Hash, Bytes> entries = new TreeMap<>();
        int changesMax = random.nextBoolean() ? 8 : 400;
        for (int step = 0; step < STEPS; step++) {
            NavigableMap<Hash, Bytes> changes = randomChanges(random, entries, changesMax);
            List<PatriciaTrie.Change> list = new ArrayList<>();
            changes.forEach(
                    (key, value) -> {
                        // Known at times, as it is to a caller.
                        Bytes before = random.nextBoolean() ? entries.get(key) : null;
                        list.add(
                                new PatriciaTrie.Change(
                                        key, before == null ? Bytes.EMPTY : before, value));
                    });
            trie.change(list);
            apply(entries, changes);
            assertThat(trie.root()).isEqualTo(rootOf(entries));
        }
        TrieFixture fresh = new TrieFixture();
        fresh.change(list(entries));
        assertThat(trie.nodeCount()).as("nodes kept").isEqualTo(fresh.nodeCount());
        TreeMap<Hash, Bytes> deletions = new TreeMap<>(entries);
        deletions.replaceAll((key, value) -> Bytes.EMPTY);
        trie.change(list(deletions));
        assertThat(trie.root()).isEqualTo(TrieRoot.EMPTY);
        assertThat(trie.nodeCount()).isZero();
    }

    @Seeds(100)
    void provesWhatIsThereAndWhatIsNot(RandomGenerator random) {
        TrieFixture trie = new TrieFixture();
        NavigableMap<Hash, Bytes> entries = randomChanges(random, new TreeMap<>(), 300);
        trie.change(list(entries));
        entries.values().removeIf(Bytes::isEmpty);
        for (int i = 0; i < 30; i++) {
            Hash key = randomKey(random, entries);
            MerkleProof proof = PatriciaTrie.prove(trie, trie.root(), key);
            Bytes value = entries.get(key);
            MerkleProof.Verdict expected =
                    value == null
                            ? new MerkleProof.Verdict.Absent()
                            : new MerkleProof.Verdict.Present(value);
            assertThat(proof.verify(trie.root(), key)).isEqualTo(expected);
            assertThat(PatriciaTrie.get(trie, trie.root(), key)).isEqualTo(value);
            assertThat(mutated(proof, random).verify(trie.root(), key))
                    .isInstanceOf(MerkleProof.Verdict.Invalid.class);
        }
    }

    /// A proof with one byte, or one node, wrong. Never the same proof.
    private static MerkleProof mutated(MerkleProof proof, RandomGenerator random) {
        List<Bytes> nodes = new ArrayList<>(proof.nodes());
        if (nodes.isEmpty()) {
            return new MerkleProof(List.of(Bytes.of((byte) 0x80)));
        }
        int index = random.nextInt(nodes.size());
        switch (random.nextInt(4)) {
            case 0 -> nodes.remove(index);
            case 1 -> nodes.add(index, nodes.get(random.nextInt(nodes.size())));
            case 2 -> nodes.set(index, nodes.get(index).slice(0, nodes.get(index).size() - 1));
            default -> {
                byte[] node = nodes.get(index).toArray();
                node[random.nextInt(node.length)] ^= (byte) (1 << random.nextInt(8));
                nodes.set(index, Bytes.wrap(node));
            }
        }
        return new MerkleProof(nodes);
    }

    @Seeds(300)
    void survivesRandomNodes(RandomGenerator random) {
        byte[] node = new byte[random.nextInt(600)];
        random.nextBytes(node);
        if (node.length > 3) {
            node[0] = (byte) 0xf9;
            node[1] = (byte) ((node.length - 3) >> 8);
            node[2] = (byte) (node.length - 3);
        }
        Hash root = org.assay.primitives.crypto.Keccak.hash256(node);
        assertThat(new MerkleProof(List.of(Bytes.wrap(node))).verify(root, Hash.ZERO))
                .isNotInstanceOf(MerkleProof.Verdict.Present.class);
    }

    private static NavigableMap<Hash, Bytes> randomChanges(
            RandomGenerator random, NavigableMap<Hash, Bytes> entries, int countMax) {
        TreeMap<Hash, Bytes> changes = new TreeMap<>();
        int count = 1 + random.nextInt(countMax);
        boolean deleting = random.nextInt(3) == 0;
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[random.nextInt(10) == 0 ? 100 : 1 + random.nextInt(3)];
            random.nextBytes(value);
            value[0] |= 1;
            boolean deletes = random.nextInt(4) < (deleting ? 3 : 1);
            changes.put(randomKey(random, entries), deletes ? Bytes.EMPTY : Bytes.wrap(value));
        }
        return changes;
    }

    /// Often one that is there; else one that shares a long prefix with others, so that
    /// extensions come, split and merge and short nodes are inlined.
    private static Hash randomKey(RandomGenerator random, NavigableMap<Hash, Bytes> entries) {
        if (!entries.isEmpty() && random.nextInt(3) == 0) {
            Hash probe = new Hash(random.nextLong(), 0, 0, 0);
            Hash found = entries.ceilingKey(probe);
            return found == null ? entries.firstKey() : found;
        }
        long mask = random.nextLong();
        long sparse = mask & random.nextLong();
        return switch (random.nextInt(4)) {
            case 0 -> new Hash(random.nextLong(), random.nextLong(), 1, 2);
            case 1 -> new Hash(sparse & 0x11L << 56, 0, 0, random.nextLong() & 0x33);
            case 2 -> new Hash(random.nextInt(4), 0, 0, sparse & 0xff);
            default -> new Hash(sparse, 0, sparse, 0);
        };
    }

    private static void apply(
            NavigableMap<Hash, Bytes> entries, NavigableMap<Hash, Bytes> changes) {
        entries.putAll(changes);
        entries.values().removeIf(Bytes::isEmpty);
    }

    private static List<PatriciaTrie.Change> list(Map<Hash, Bytes> changes) {
        List<PatriciaTrie.Change> list = new ArrayList<>();
        changes.forEach((key, value) -> list.add(new PatriciaTrie.Change(key, value)));
        return list;
    }

    private static Hash rootOf(NavigableMap<Hash, Bytes> entries) {
        TreeMap<Bytes, Bytes> plain = new TreeMap<>();
        entries.forEach((key, value) -> plain.put(key.toBytes(), value));
        return TrieRoot.of(plain);
    }
}
