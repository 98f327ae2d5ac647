package org.assay.storage.trie;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveTask;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.storage.trie.Node.Branch;
import org.assay.storage.trie.Node.Extension;
import org.assay.storage.trie.Node.Leaf;
import org.assay.storage.trie.Node.Reference;
import org.jspecify.annotations.Nullable;

/// One update of one trie, or of a subtree of it on another thread.
///
/// All changes go down together, so that each node is loaded, copied and hashed once. `writes`
/// is last-one-wins: a node that goes away is noted as deleted at its path, and whatever is
/// encoded for that path later replaces the note.
final class TrieUpdate {
    /// From this many changes below one branch its children are updated on several threads: at
    /// about 2 µs a change, well above what a fork costs.
    private static final int PARALLEL_FROM = 128;

    private final NodeSource source;
    private final NodeWriter writer = new NodeWriter();
    private final Map<Bytes, TrieNode> writes = new LinkedHashMap<>();

    TrieUpdate(NodeSource source) {
        this.source = source;
    }

    Map<Bytes, TrieNode> writes() {
        return writes;
    }

    /// `node` after the changes `[low, high)`, which share its path: their first `depth`
    /// nibbles. Null if nothing is left; `node` itself if nothing changed.
    @Nullable Node update(@Nullable Node node, Changes changes, int low, int high, int depth) {
        if (node == null) {
            return build(changes, low, high, depth);
        }
        byte[] key = changes.keys[low];
        Node updated =
                switch (node) {
                    case Reference reference -> {
                        Node loaded =
                                high - low == 1
                                        ? loadOne(reference, changes, low, depth)
                                        : load(reference, key, depth);
                        Node result = update(loaded, changes, low, high, depth);
                        yield same(result, loaded) ? reference : result;
                    }
                    case Leaf leaf -> updateLeaf(leaf, changes, low, high, depth);
                    case Extension extension ->
                            updateExtension(extension, changes, low, high, depth);
                    case Branch branch -> updateBranch(branch, changes, low, high, depth);
                };
        if (!same(updated, node)) {
            forget(node, key, depth);
        }
        return updated;
    }

    /// Nodes are compared by identity: an update that changes nothing returns what it was
    /// given.
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(@Nullable Node first, @Nullable Node second) {
        return first == second;
    }

    private Node load(Reference reference, byte[] key, int depth) {
        byte[] encoded = source.node(PatriciaTrie.path(key, depth), reference.hash());
        return PatriciaTrie.decode(encoded, reference);
    }

    /// `reference` for the one change `index`. If it is the leaf of that key, which it is for
    /// most changes at the end of their way down, then its value is known: one hash tells,
    /// where a read from disk costs ten times that. Leaves are therefore not cached.
    private Node loadOne(Reference reference, Changes changes, int index, int depth) {
        byte[] key = changes.keys[index];
        byte[] value = changes.before[index];
        Hash hash = reference.hash();
        byte[] cached = source.nodeInMemory(PatriciaTrie.path(key, depth), hash);
        if (cached != null) {
            return PatriciaTrie.decode(cached, reference);
        }
        if (value.length != 0) {
            writer.reset();
            writer.putPath(key, depth, key.length, true);
            writer.putString(value);
            if (writer.hash().equals(hash)) {
                return new Leaf(Arrays.copyOfRange(key, depth, key.length), value, reference);
            }
        }
        return load(reference, key, depth);
    }

    /// Notes that what was stored for `node` at `key[0, depth)` goes away.
    private void forget(Node node, byte[] key, int depth) {
        Reference clean = node.clean();
        if (clean != null && clean.isHash()) {
            writes.put(PatriciaTrie.path(key, depth), TrieNode.DELETED);
        }
    }

    /// A subtree of just these changes, deletions left out.
    private static @Nullable Node build(Changes changes, int low, int high, int depth) {
        int first = low;
        while (first < high && changes.deletes(first)) {
            first++;
        }
        int last = high - 1;
        while (last > first && changes.deletes(last)) {
            last--;
        }
        if (first >= high) {
            return null;
        }
        if (first == last) {
            byte[] key = changes.keys[first];
            byte[] rest = Arrays.copyOfRange(key, depth, key.length);
            return new Leaf(rest, changes.values[first], null);
        }
        int shared = Nibbles.mismatch(changes.keys[first], changes.keys[last], depth);
        if (shared > depth) {
            Node child = build(changes, first, last + 1, shared);
            byte[] path = Arrays.copyOfRange(changes.keys[first], depth, shared);
            return new Extension(path, java.util.Objects.requireNonNull(child), null);
        }
        @Nullable Node[] children = new Node[16];
        int from = first;
        while (from <= last) {
            int to = groupEnd(changes, from, last + 1, depth);
            children[changes.keys[from][depth]] = build(changes, from, to, depth + 1);
            from = to;
        }
        return new Branch(children, null);
    }

    /// The end of the changes from `from` on with the same nibble at `depth`.
    private static int groupEnd(Changes changes, int from, int high, int depth) {
        byte nibble = changes.keys[from][depth];
        int to = from + 1;
        while (to < high && changes.keys[to][depth] == nibble) {
            to++;
        }
        return to;
    }

    private static @Nullable Node updateLeaf(
            Leaf leaf, Changes changes, int low, int high, int depth) {
        for (int i = low; i < high; i++) {
            byte[] key = changes.keys[i];
            if (Arrays.equals(leaf.path, 0, leaf.path.length, key, depth, key.length)) {
                return high - low == 1 && Arrays.equals(leaf.value, changes.values[i])
                        ? leaf
                        : build(changes, low, high, depth);
            }
        }
        byte[] key = join(Arrays.copyOf(changes.keys[low], depth), leaf.path);
        return build(changes.with(low, high, key, leaf.value), 0, high - low + 1, depth);
    }

    private @Nullable Node updateExtension(
            Extension extension, Changes changes, int low, int high, int depth) {
        int size = extension.path.length;
        // Sorted: no change shares less with the path than the first or the last one does.
        int shared =
                Math.min(
                        sharedWith(extension, changes.keys[low], depth),
                        sharedWith(extension, changes.keys[high - 1], depth));
        if (shared == size) {
            Node child = update(extension.child, changes, low, high, depth + size);
            if (same(child, extension.child)) {
                return extension;
            }
            return child == null ? null : prepend(extension.path, child, changes.keys[low], depth);
        }
        Changes real = withoutAbsentDeletions(extension, changes, low, high, depth);
        if (real.count() < high - low) {
            return real.count() == 0
                    ? extension
                    : updateExtension(extension, real, 0, real.count(), depth);
        }
        @Nullable Node[] children = new Node[16];
        children[extension.path[shared]] =
                shared + 1 == size
                        ? extension.child
                        : new Extension(
                                Arrays.copyOfRange(extension.path, shared + 1, size),
                                extension.child,
                                null);
        Node branch = updateChildren(children, changes, low, high, depth + shared);
        if (branch == null || shared == 0) {
            return branch;
        }
        return prepend(Arrays.copyOf(extension.path, shared), branch, changes.keys[low], depth);
    }

    private static int sharedWith(Extension extension, byte[] key, int depth) {
        int shared = 0;
        while (shared < extension.path.length && extension.path[shared] == key[depth + shared]) {
            shared++;
        }
        return shared;
    }

    /// Without the deletions of keys that are not below the extension: they change nothing.
    private static Changes withoutAbsentDeletions(
            Extension extension, Changes changes, int low, int high, int depth) {
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        List<byte[]> before = new ArrayList<>();
        for (int i = low; i < high; i++) {
            byte[] value = changes.values[i];
            boolean below = sharedWith(extension, changes.keys[i], depth) == extension.path.length;
            if (value.length != 0 || below) {
                keys.add(changes.keys[i]);
                values.add(value);
                before.add(changes.before[i]);
            }
        }
        byte[][] none = new byte[0][];
        return new Changes(keys.toArray(none), values.toArray(none), before.toArray(none));
    }

    private @Nullable Node updateBranch(
            Branch branch, Changes changes, int low, int high, int depth) {
        @Nullable Node[] children = branch.children.clone();
        Node updated = updateChildren(children, changes, low, high, depth);
        return Arrays.equals(children, branch.children) ? branch : updated;
    }

    /// Changes `children` of a branch at `depth` in place; what the branch becomes.
    private @Nullable Node updateChildren(
            @Nullable Node[] children, Changes changes, int low, int high, int depth) {
        if (high - low >= PARALLEL_FROM) {
            updateInParallel(children, changes, low, high, depth);
        } else {
            int from = low;
            while (from < high) {
                int to = groupEnd(changes, from, high, depth);
                int nibble = changes.keys[from][depth];
                children[nibble] = update(children[nibble], changes, from, to, depth + 1);
                from = to;
            }
        }
        int count = 0;
        int only = 0;
        for (int i = 0; i < 16; i++) {
            if (children[i] != null) {
                count++;
                only = i;
            }
        }
        if (count > 1) {
            return new Branch(children, null);
        }
        Node child = children[only];
        if (child == null) {
            return null;
        }
        return prepend(new byte[] {(byte) only}, child, changes.keys[low], depth);
    }

    /// `child`, at `key[0, depth)` and then `prefix`, moved up to `key[0, depth)`.
    private Node prepend(byte[] prefix, Node child, byte[] key, int depth) {
        byte[] childKey = join(Arrays.copyOf(key, depth), prefix);
        Node node =
                child instanceof Reference reference
                        ? load(reference, childKey, childKey.length)
                        : child;
        return switch (node) {
            case Leaf leaf -> {
                forget(leaf, childKey, childKey.length);
                yield new Leaf(join(prefix, leaf.path), leaf.value, null);
            }
            case Extension extension -> {
                forget(extension, childKey, childKey.length);
                yield new Extension(join(prefix, extension.path), extension.child, null);
            }
            case Branch branch -> new Extension(prefix, branch, null);
            case Reference reference ->
                    throw new IllegalStateException("a loaded node is no reference");
        };
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /// One child's part of the work: updated and encoded.
    private static final class Part extends RecursiveTask<@Nullable Node> {
        private static final long serialVersionUID = 1L;

        final int nibble;
        final transient TrieUpdate update;
        private final transient @Nullable Node child;
        private final transient Changes changes;
        private final int low;
        private final int high;
        private final int depth;

        Part(
                TrieUpdate update,
                @Nullable Node child,
                Changes changes,
                int low,
                int high,
                int depth) {
            this.nibble = changes.keys[low][depth - 1];
            this.update = update;
            this.child = child;
            this.changes = changes;
            this.low = low;
            this.high = high;
            this.depth = depth;
        }

        @Override
        protected @Nullable Node compute() {
            Node updated = update.update(child, changes, low, high, depth);
            if (updated != null) {
                byte[] path = Arrays.copyOf(changes.keys[low], changes.keys[low].length);
                update.finish(updated, path, depth);
            }
            return updated;
        }
    }

    private void updateInParallel(
            @Nullable Node[] children, Changes changes, int low, int high, int depth) {
        List<Part> parts = new ArrayList<>(16);
        int from = low;
        while (from < high) {
            int to = groupEnd(changes, from, high, depth);
            Node child = children[changes.keys[from][depth]];
            parts.add(new Part(new TrieUpdate(source), child, changes, from, to, depth + 1));
            from = to;
        }
        ForkJoinTask.invokeAll(parts);
        for (Part part : parts) {
            children[part.nibble] = part.join();
            writes.putAll(part.update.writes);
        }
    }

    /// Encodes the root and all below it that is new.
    Reference finish(Node root) {
        return finish(root, new byte[2 * Hash.SIZE], 0);
    }

    /// Encodes `node`, at `path[0, depth)`, after its children; what lies in `path` behind that
    /// is scratch.
    Reference finish(Node node, byte[] path, int depth) {
        Reference clean = node.clean();
        if (clean != null) {
            return clean;
        }
        switch (node) {
            case Leaf leaf -> {
                writer.reset();
                writer.putPath(leaf.path, 0, leaf.path.length, true);
                writer.putString(leaf.value);
                clean = encoded(path, depth, true);
                leaf.clean = clean;
            }
            case Extension extension -> {
                System.arraycopy(extension.path, 0, path, depth, extension.path.length);
                Reference child = finish(extension.child, path, depth + extension.path.length);
                writer.reset();
                writer.putPath(extension.path, 0, extension.path.length, false);
                writer.putRaw(child.array(), child.offset(), child.size());
                clean = encoded(path, depth, false);
                extension.clean = clean;
            }
            case Branch branch -> {
                finishChildren(branch, path, depth);
                clean = encoded(path, depth, false);
                branch.clean = clean;
            }
            case Reference reference -> clean = reference;
        }
        return clean;
    }

    private void finishChildren(Branch branch, byte[] path, int depth) {
        for (int i = 0; i < 16; i++) {
            Node child = branch.children[i];
            if (child != null && child.clean() == null) {
                path[depth] = (byte) i;
                finish(child, path, depth + 1);
            }
        }
        writer.reset();
        for (Node child : branch.children) {
            Reference reference = child == null ? null : child.clean();
            if (reference == null) {
                writer.putEmpty();
            } else {
                writer.putRaw(reference.array(), reference.offset(), reference.size());
            }
        }
        writer.putEmpty();
    }

    /// The reference to the node in the writer. A root is never shorter than a hash here: the
    /// keys of 32 bytes see to that.
    private Reference encoded(byte[] path, int depth, boolean leaf) {
        byte[] node = writer.list();
        if (node.length < NodeWriter.HASHED_FROM) {
            return new Reference(node, 0, node.length);
        }
        Hash hash = Keccak.hash256(node);
        writes.put(PatriciaTrie.path(path, depth), new TrieNode(Bytes.wrap(node), hash, leaf));
        return Reference.ofHash(hash);
    }
}
