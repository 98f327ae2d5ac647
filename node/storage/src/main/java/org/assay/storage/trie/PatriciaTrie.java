package org.assay.storage.trie;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.storage.trie.Node.Branch;
import org.assay.storage.trie.Node.Extension;
import org.assay.storage.trie.Node.Leaf;
import org.assay.storage.trie.Node.Reference;
import org.jspecify.annotations.Nullable;

/// A trie with 32-byte keys (hashes of addresses or slots) whose nodes are in a [NodeSource].
/// Functions of their arguments: an update says which nodes to write and leaves that to the
/// caller.
public final class PatriciaTrie {
    private PatriciaTrie() {}

    /// A new value for a key; empty deletes. `before` is the value so far where the caller
    /// knows it, else empty: it spares loading the leaf.
    public record Change(Hash key, Bytes before, Bytes value) {
        public Change(Hash key, Bytes value) {
            this(key, Bytes.EMPTY, value);
        }
    }

    /// The trie after a change: `writes` are the nodes to put or to delete, by path (one nibble
    /// a byte), nearly in order.
    public record Update(Hash root, Map<Bytes, TrieNode> writes) {}

    /// The trie under `root` with `changes`, which are in ascending order of keys, each key
    /// once.
    public static Update update(NodeSource source, Hash root, List<Change> changes) {
        if (changes.isEmpty()) {
            return new Update(root, Map.of());
        }
        Changes sorted = Changes.of(changes);
        TrieUpdate update = new TrieUpdate(source);
        Node node = root.equals(TrieRoot.EMPTY) ? null : Reference.ofHash(root);
        Node changed = update.update(node, sorted, 0, sorted.count(), 0);
        Hash changedRoot = changed == null ? TrieRoot.EMPTY : update.finish(changed).hash();
        return new Update(changedRoot, update.writes());
    }

    /// The value of `key`; null where there is none.
    public static @Nullable Bytes get(NodeSource source, Hash root, Hash key) {
        byte[] value = walk(source, root, Nibbles.of(key.toArray()), new ArrayList<>());
        return value == null ? null : Bytes.wrap(value);
    }

    /// How many keys the trie holds. Loads all of it.
    public static long countLeaves(NodeSource source, Hash root) {
        return root.equals(TrieRoot.EMPTY)
                ? 0
                : countLeaves(source, Reference.ofHash(root), new byte[2 * Hash.SIZE], 0);
    }

    private static long countLeaves(NodeSource source, Node node, byte[] path, int depth) {
        return switch (node) {
            case Reference reference -> {
                byte[] encoded = source.node(path(path, depth), reference.hash());
                yield countLeaves(source, decode(encoded, reference), path, depth);
            }
            case Leaf leaf -> {
                Invariant.check(
                        depth + leaf.path.length == path.length, "all keys are equally long");
                yield 1;
            }
            case Extension extension -> {
                System.arraycopy(extension.path, 0, path, depth, extension.path.length);
                yield countLeaves(source, extension.child, path, depth + extension.path.length);
            }
            case Branch branch -> {
                long count = 0;
                for (int i = 0; i < branch.children.length; i++) {
                    Node child = branch.children[i];
                    if (child != null) {
                        path[depth] = (byte) i;
                        count += countLeaves(source, child, path, depth + 1);
                    }
                }
                yield count;
            }
        };
    }

    /// The nodes on the way to `key`.
    public static MerkleProof prove(NodeSource source, Hash root, Hash key) {
        List<Bytes> nodes = new ArrayList<>();
        walk(source, root, Nibbles.of(key.toArray()), nodes);
        return new MerkleProof(List.copyOf(nodes));
    }

    private static byte @Nullable [] walk(
            NodeSource source, Hash root, byte[] key, List<Bytes> nodes) {
        Node node = root.equals(TrieRoot.EMPTY) ? null : Reference.ofHash(root);
        int depth = 0;
        while (node != null) {
            switch (node) {
                case Reference reference -> {
                    byte[] encoded = source.node(path(key, depth), reference.hash());
                    nodes.add(Bytes.wrap(encoded));
                    node = decode(encoded, reference);
                }
                case Leaf leaf -> {
                    boolean found =
                            Arrays.equals(leaf.path, 0, leaf.path.length, key, depth, key.length);
                    return found ? leaf.value : null;
                }
                case Extension extension -> {
                    int end = depth + extension.path.length;
                    if (end > key.length
                            || !Arrays.equals(
                                    extension.path, 0, extension.path.length, key, depth, end)) {
                        return null;
                    }
                    depth = end;
                    node = extension.child;
                }
                case Branch branch -> node = branch.children[key[depth++]];
            }
        }
        return null;
    }

    static Bytes path(byte[] key, int depth) {
        return Bytes.wrap(Arrays.copyOf(key, depth));
    }

    static Node decode(byte[] encoded, Reference reference) {
        Node node = Node.decode(encoded, 0, encoded.length, reference);
        Invariant.check(node != null, "a node that hashes right decodes");
        return java.util.Objects.requireNonNull(node);
    }
}
