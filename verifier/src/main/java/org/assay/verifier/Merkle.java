package org.assay.verifier;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.crypto.Sha256;

/// A SHA-256 tree: node = SHA256(1‖left‖right), leaves padded to a power of two with 32 zero
/// bytes, a single leaf its own root (PROOFS section 2). Immutable.
public final class Merkle {
    private static final byte NODE_TAG = 1;

    private final byte[] nodes;
    private final int width;

    /// `nodes` in heap order: node i at 32·i, its children 2i and 2i+1, leaf j at width + j.
    private Merkle(byte[] nodes, int width) {
        this.nodes = nodes;
        this.width = width;
    }

    /// The tree over `count` ≥ 1 leaf hashes of 32 bytes each.
    public static Merkle of(byte[] leaves, int count) {
        Invariant.check(count >= 1 && leaves.length >= count * Hash.SIZE, "a tree needs leaves");
        int width = width(count);
        byte[] nodes = new byte[Math.multiplyExact(2 * width, Hash.SIZE)];
        System.arraycopy(leaves, 0, nodes, width * Hash.SIZE, count * Hash.SIZE);
        MessageDigest sha = Sha256.digest();
        for (int i = width - 1; i >= 1; i--) {
            hashPair(sha, nodes, 2 * i * Hash.SIZE, nodes, (2 * i + 1) * Hash.SIZE, nodes, i);
        }
        return new Merkle(nodes, width);
    }

    /// The smallest power of two that holds `count` leaves.
    public static int width(int count) {
        return count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }

    public Hash root() {
        return Hash.at(nodes, Hash.SIZE);
    }

    /// The node `level` levels above the leaves, `index` from the left.
    public Hash node(int level, int index) {
        return Hash.at(nodes, ((width >> level) + index) * Hash.SIZE);
    }

    public int depth() {
        return Integer.numberOfTrailingZeros(width);
    }

    static void hashPair(
            MessageDigest sha,
            byte[] left,
            int leftAt,
            byte[] right,
            int rightAt,
            byte[] to,
            int i) {
        sha.update(NODE_TAG);
        sha.update(left, leftAt, Hash.SIZE);
        sha.update(right, rightAt, Hash.SIZE);
        try {
            sha.digest(to, i * Hash.SIZE, Hash.SIZE);
        } catch (DigestException e) {
            throw new IllegalStateException("32 bytes hold a SHA-256", e);
        }
    }

    /// The siblings that prove the leaves at `indices` (ascending, distinct) together: bottom
    /// level first, left to right.
    public byte[] multiproof(int[] indices) {
        byte[] proof = new byte[siblings(indices, indices.length, depth()) * Hash.SIZE];
        int[] level = indices.clone();
        int known = level.length;
        int written = 0;
        for (int size = width; size > 1; size >>= 1) {
            int parents = 0;
            for (int i = 0; i < known; i++) {
                if (i + 1 < known && level[i + 1] == (level[i] ^ 1)) {
                    level[parents++] = level[i++] >> 1;
                    continue;
                }
                int sibling = size + (level[i] ^ 1);
                System.arraycopy(nodes, sibling * Hash.SIZE, proof, written, Hash.SIZE);
                written += Hash.SIZE;
                level[parents++] = level[i] >> 1;
            }
            known = parents;
        }
        return proof;
    }

    /// How many siblings such a proof has.
    static int siblings(int[] indices, int count, int depth) {
        int[] level = Arrays.copyOf(indices, count);
        int known = count;
        int siblings = 0;
        for (int d = 0; d < depth; d++) {
            int parents = 0;
            for (int i = 0; i < known; i++) {
                if (i + 1 < known && level[i + 1] == (level[i] ^ 1)) {
                    level[parents++] = level[i++] >> 1;
                } else {
                    siblings++;
                    level[parents++] = level[i] >> 1;
                }
            }
            known = parents;
        }
        return siblings;
    }

    /// The root that `hashes` (32 bytes for each index, overwritten) and the siblings in
    /// `proof[offset..]` lead to.
    public static Hash rootOf(int[] indices, byte[] hashes, int depth, byte[] proof, int offset) {
        MessageDigest sha = Sha256.digest();
        int[] level = indices.clone();
        int known = level.length;
        int read = offset;
        for (int d = 0; d < depth; d++) {
            int parents = 0;
            for (int i = 0; i < known; i++) {
                int own = i * Hash.SIZE;
                int index = level[i];
                if (i + 1 < known && level[i + 1] == (index ^ 1)) {
                    hashPair(sha, hashes, own, hashes, own + Hash.SIZE, hashes, parents);
                    i++;
                } else if ((index & 1) == 0) {
                    hashPair(sha, hashes, own, proof, read, hashes, parents);
                    read += Hash.SIZE;
                } else {
                    hashPair(sha, proof, read, hashes, own, hashes, parents);
                    read += Hash.SIZE;
                }
                level[parents++] = index >> 1;
            }
            known = parents;
        }
        return Hash.at(hashes, 0);
    }
}
