package org.assay.storage.trie;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.storage.trie.Node.Branch;
import org.assay.storage.trie.Node.Extension;
import org.assay.storage.trie.Node.Leaf;
import org.assay.storage.trie.Node.Reference;
import org.jspecify.annotations.Nullable;

/// All that lies under one path of a trie: taken out as leaves, and built again from them.
/// Whoever knows how the parent names a subtree (its *reference*: `a0` and a hash, or the node
/// itself where that is shorter than 32 bytes) can tell whether leaves are exactly the ones under
/// it: none changed, none left out, none added.
public final class Subtrie {
    /// Nibbles of a key.
    public static final int PATH_NIBBLES_MAX = 2 * Hash.SIZE;

    /// A leaf: its whole key and its value.
    public record Entry(Hash key, Bytes value) {}

    /// What lies under a path.
    public sealed interface Part {
        /// All the leaves, by key.
        record Leaves(List<Entry> entries) implements Part {}

        /// There are more leaves than were asked for: the node itself.
        record Inner(Bytes node) implements Part {}

        /// No node begins at this path.
        record Nothing() implements Part {}
    }

    /// A child of a node: where it begins, and its reference.
    public record Child(Bytes path, Bytes reference) {}

    /// A subtree with its reference and the nodes to write, by path from the trie's root.
    public record Built(Bytes reference, Map<Bytes, TrieNode> writes) {}

    private Subtrie() {}

    /// How a parent names the node with this hash.
    public static Bytes reference(Hash hash) {
        return Bytes.wrap(Reference.ofHash(hash).array());
    }

    /// What lies under `path` (one nibble a byte) of the trie under `root`, with `leavesMax`
    /// leaves at most.
    public static Part read(NodeSource source, Hash root, Bytes path, int leavesMax) {
        byte[] way = path.unsafeArray();
        if (root.equals(TrieRoot.EMPTY) || !isPath(way)) {
            return new Part.Nothing();
        }
        Node node = Reference.ofHash(root);
        int depth = 0;
        while (depth < way.length) {
            Node loaded = load(source, node, way, depth);
            switch (loaded) {
                case Branch branch -> {
                    Node child = branch.children[way[depth]];
                    if (child == null) {
                        return new Part.Nothing();
                    }
                    node = child;
                    depth++;
                }
                case Extension extension -> {
                    int end = depth + extension.path.length;
                    if (end > way.length
                            || !Arrays.equals(
                                    extension.path, 0, extension.path.length, way, depth, end)) {
                        return new Part.Nothing();
                    }
                    node = extension.child;
                    depth = end;
                }
                case Leaf ignored -> {
                    return new Part.Nothing();
                }
                case Reference ignored -> throw new IllegalStateException("a loaded node");
            }
        }
        byte[] key = Arrays.copyOf(way, PATH_NIBBLES_MAX);
        List<Entry> entries = new ArrayList<>();
        if (collect(source, node, key, depth, leavesMax, entries)) {
            return new Part.Leaves(List.copyOf(entries));
        }
        Reference reference = (Reference) node; // a node within its parent has few leaves
        return new Part.Inner(
                Bytes.wrap(source.node(PatriciaTrie.path(way, depth), reference.hash())));
    }

    private static boolean isPath(byte[] way) {
        for (byte nibble : way) {
            if (nibble < 0 || nibble > 15) {
                return false;
            }
        }
        return way.length <= PATH_NIBBLES_MAX;
    }

    private static Node load(NodeSource source, Node node, byte[] way, int depth) {
        if (!(node instanceof Reference reference)) {
            return node;
        }
        if (!reference.isHash()) {
            return java.util.Objects.requireNonNull(
                    Node.decode(
                            reference.array(), reference.offset(), reference.size(), reference));
        }
        byte[] encoded = source.node(PatriciaTrie.path(way, depth), reference.hash());
        return PatriciaTrie.decode(encoded, reference);
    }

    /// Adds the leaves under `node`, at `key[0, depth)`; false when there are more than `max`.
    private static boolean collect(
            NodeSource source, Node node, byte[] key, int depth, int max, List<Entry> entries) {
        switch (load(source, node, key, depth)) {
            case Leaf leaf -> {
                System.arraycopy(leaf.path, 0, key, depth, leaf.path.length);
                entries.add(new Entry(Nibbles.toHash(key), Bytes.wrap(leaf.value)));
                return entries.size() <= max;
            }
            case Extension extension -> {
                System.arraycopy(extension.path, 0, key, depth, extension.path.length);
                int below = depth + extension.path.length;
                return collect(source, extension.child, key, below, max, entries);
            }
            case Branch branch -> {
                for (int i = 0; i < branch.children.length; i++) {
                    Node child = branch.children[i];
                    if (child != null) {
                        key[depth] = (byte) i;
                        if (!collect(source, child, key, depth + 1, max, entries)) {
                            return false;
                        }
                    }
                }
                return true;
            }
            case Reference ignored -> throw new IllegalStateException("a loaded node");
        }
    }

    /// The children of the node with this encoding at `path`; empty where it is not the node that
    /// `reference` names, or not one that has children.
    public static Optional<List<Child>> children(Bytes node, Bytes path, Bytes reference) {
        byte[] encoded = node.unsafeArray();
        boolean isNamed =
                reference.size() == 1 + Hash.SIZE
                        && Keccak.hash256(encoded).equals(Hash.at(reference.unsafeArray(), 1));
        Node decoded = isNamed ? Node.decode(encoded, 0, encoded.length, null) : null;
        List<Child> children = new ArrayList<>();
        switch (decoded) {
            case Branch branch -> {
                for (int i = 0; i < branch.children.length; i++) {
                    Node child = branch.children[i];
                    if (child != null) {
                        children.add(child(path.concat(Bytes.of((byte) i)), child));
                    }
                }
            }
            case Extension extension ->
                    children.add(child(path.concat(Bytes.of(extension.path)), extension.child));
            case null, default -> {
                return Optional.empty();
            }
        }
        boolean tooDeep = children.stream().anyMatch(child -> child.path.size() > PATH_NIBBLES_MAX);
        return tooDeep ? Optional.empty() : Optional.of(List.copyOf(children));
    }

    private static Child child(Bytes path, Node node) {
        Reference reference = java.util.Objects.requireNonNull(node.clean());
        int from = reference.offset();
        return new Child(
                path,
                Bytes.wrap(Arrays.copyOfRange(reference.array(), from, from + reference.size())));
    }

    /// The subtree of these leaves at `path`. Empty where the keys do not ascend, or do not lie
    /// under the path; there is at least one.
    public static Optional<Built> build(List<Entry> entries, Bytes path) {
        byte[] way = path.unsafeArray();
        List<PatriciaTrie.Change> changes = new ArrayList<>(entries.size());
        @Nullable Hash before = null;
        for (Entry entry : entries) {
            byte[] key = Nibbles.of(entry.key.toArray());
            boolean ascends = before == null || before.compareTo(entry.key) < 0;
            if (!ascends
                    || entry.value.isEmpty()
                    || !Arrays.equals(key, 0, way.length, way, 0, way.length)) {
                return Optional.empty();
            }
            before = entry.key;
            changes.add(new PatriciaTrie.Change(entry.key, entry.value));
        }
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        TrieUpdate update = new TrieUpdate(NOWHERE);
        Changes sorted = Changes.of(changes);
        Node node = update.update(null, sorted, 0, sorted.count(), way.length);
        byte[] scratch = Arrays.copyOf(way, PATH_NIBBLES_MAX);
        Reference reference =
                update.finish(java.util.Objects.requireNonNull(node), scratch, way.length);
        int from = reference.offset();
        return Optional.of(
                new Built(
                        Bytes.wrap(
                                Arrays.copyOfRange(
                                        reference.array(), from, from + reference.size())),
                        update.writes()));
    }

    /// A trie that is built from nothing loads nothing.
    private static final NodeSource NOWHERE =
            new NodeSource() {
                @Override
                public byte[] node(Bytes path, Hash hash) {
                    throw new IllegalStateException("a new trie has no older nodes");
                }

                @Override
                public byte @Nullable [] nodeInMemory(Bytes path, Hash hash) {
                    return null;
                }
            };
}
