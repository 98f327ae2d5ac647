package org.assay.verifier.storage;

import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.Merkle;
import org.assay.verifier.Reason;
import org.assay.verifier.Verdict;

/// The two sides of a storage audit. Pure functions.
public final class StorageAudit {
    private StorageAudit() {}

    /// The provider's answer to `mix`.
    public static Bytes prove(StorageObject.Encoded held, Hash mix) {
        StorageObject object = held.object();
        byte[] proof = new byte[object.proofBytes()];
        int at = 0;
        for (int leaf : object.drawn(mix)) {
            byte[] coded = held.coded().unsafeArray();
            int from = leaf * StorageObject.LEAF_BYTES;
            System.arraycopy(coded, from, proof, at, StorageObject.LEAF_BYTES);
            at += StorageObject.LEAF_BYTES;
            for (int level = 0; level < object.depth(); level++) {
                held.tree().node(level, (leaf >> level) ^ 1).writeTo(proof, at);
                at += Hash.SIZE;
            }
        }
        return Bytes.wrap(proof);
    }

    /// PASS with 0 work units, BAD_ENCODING for a wrong length, BAD_PATH for a leaf that is not
    /// under the root.
    public static Verdict verify(StorageObject object, Hash mix, Bytes proof) {
        if (proof.size() != object.proofBytes()) {
            return Verdict.failed(
                    Reason.BAD_ENCODING, proof.size() + " bytes, not " + object.proofBytes());
        }
        byte[] from = proof.unsafeArray();
        int at = 0;
        for (int leaf : object.drawn(mix)) {
            byte[] hash = StorageObject.leafHash(leaf, from, at).toArray();
            int path = at + StorageObject.LEAF_BYTES;
            Hash root = Merkle.rootOf(new int[] {leaf}, hash, object.depth(), from, path);
            if (!root.equals(object.root())) {
                return Verdict.failed(Reason.BAD_PATH, "leaf " + leaf);
            }
            at = path + Hash.SIZE * object.depth();
        }
        return Verdict.passed(0);
    }
}
