package org.assay.storage.trie;

import java.util.Arrays;
import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.storage.trie.Node.Branch;
import org.assay.storage.trie.Node.Extension;
import org.assay.storage.trie.Node.Leaf;
import org.assay.storage.trie.Node.Reference;

/// The nodes (RLP) from a trie's root down to a key, or to where the key would be: proves the
/// value or its absence. Empty for the empty trie. Nodes shorter than 32 bytes are inside their
/// parents.
public record MerkleProof(List<Bytes> nodes) {
    /// A key of 64 nibbles needs no more.
    public static final int NODES_MAX = 65;

    /// What a proof says about a key.
    public sealed interface Verdict {
        record Present(Bytes value) implements Verdict {}

        record Absent() implements Verdict {}

        record Invalid(Reason reason) implements Verdict {}
    }

    public enum Reason {
        /// A node's hash is not the one its parent (or the root) names.
        WRONG_HASH,
        /// Not the encoding of a trie node.
        MALFORMED_NODE,
        /// It ends before the key's place is reached.
        TOO_SHORT,
        /// Nodes are left over.
        TOO_LONG
    }

    /// What this proves about `key` (already hashed) in the trie under `root`. All of the proof
    /// must be used.
    public Verdict verify(Hash root, Hash key) {
        if (nodes.size() > NODES_MAX) {
            return new Verdict.Invalid(Reason.TOO_LONG);
        }
        byte[] path = Nibbles.of(key.toArray());
        Node node = root.equals(TrieRoot.EMPTY) ? null : Reference.ofHash(root);
        int used = 0;
        int depth = 0;
        Verdict verdict = new Verdict.Absent();
        while (node != null) {
            switch (node) {
                case Reference reference -> {
                    if (used == nodes.size()) {
                        return new Verdict.Invalid(Reason.TOO_SHORT);
                    }
                    byte[] encoded = nodes.get(used++).unsafeArray();
                    if (!Keccak.hash256(encoded).equals(reference.hash())) {
                        return new Verdict.Invalid(Reason.WRONG_HASH);
                    }
                    node = Node.decode(encoded, 0, encoded.length, reference);
                    if (node == null) {
                        return new Verdict.Invalid(Reason.MALFORMED_NODE);
                    }
                }
                case Leaf leaf -> {
                    if (leaf.path.length != path.length - depth) {
                        return new Verdict.Invalid(Reason.MALFORMED_NODE);
                    }
                    if (Arrays.equals(leaf.path, 0, leaf.path.length, path, depth, path.length)) {
                        verdict = new Verdict.Present(Bytes.wrap(leaf.value));
                    }
                    node = null;
                }
                case Extension extension -> {
                    int end = depth + extension.path.length;
                    if (end >= path.length) {
                        return new Verdict.Invalid(Reason.MALFORMED_NODE);
                    }
                    boolean matches =
                            Arrays.equals(
                                    extension.path, 0, extension.path.length, path, depth, end);
                    depth = end;
                    node = matches ? extension.child : null;
                }
                case Branch branch -> {
                    if (depth == path.length) {
                        return new Verdict.Invalid(Reason.MALFORMED_NODE);
                    }
                    node = branch.children[path[depth++]];
                }
            }
        }
        return used == nodes.size() ? verdict : new Verdict.Invalid(Reason.TOO_LONG);
    }
}
