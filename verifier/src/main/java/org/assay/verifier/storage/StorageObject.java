package org.assay.verifier.storage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashSet;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.Merkle;
import org.assay.verifier.WordStream;

/// What is stored, as its owner signed it: the root over `leaves` coded leaves, a power of two of
/// at least 2 and at most 65,536.
public record StorageObject(Hash root, int leaves) {
    public static final int LEAF_BYTES = 4096;
    public static final int LEAVES_MAX = 1 << ErasureCode.BITS;

    /// Leaves asked for each epoch: half of all missing escapes with 2^-40.
    public static final int DRAWS = 40;

    private static final byte LEAF_TAG = 5;
    private static final byte[] ID_TAG = "ASSAY-STORAGE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DRAW_TAG = "STORE".getBytes(StandardCharsets.US_ASCII);

    public StorageObject {
        if (leaves < 2 || leaves > LEAVES_MAX || Integer.bitCount(leaves) != 1) {
            throw new IllegalArgumentException(leaves + " coded leaves");
        }
    }

    /// Coded leaves with the tree over them: what an owner signs and a provider keeps.
    public record Encoded(StorageObject object, Bytes coded, Merkle tree) {}

    /// Codes `data`, 1 byte to 128 MiB.
    public static Encoded encode(Bytes data) {
        int needed = Math.max(1, Math.ceilDiv(data.size(), LEAF_BYTES));
        int count = Merkle.width(needed);
        if (data.size() == 0 || 2 * count > LEAVES_MAX) {
            throw new IllegalArgumentException(data.size() + " bytes in one object");
        }
        byte[] padded = Arrays.copyOf(data.unsafeArray(), count * LEAF_BYTES);
        byte[] coded = ErasureCode.encode(padded, LEAF_BYTES);
        byte[] hashes = new byte[2 * count * Hash.SIZE];
        for (int i = 0; i < 2 * count; i++) {
            leafHash(i, coded, i * LEAF_BYTES).writeTo(hashes, i * Hash.SIZE);
        }
        Merkle tree = Merkle.of(hashes, 2 * count);
        return new Encoded(new StorageObject(tree.root(), 2 * count), Bytes.wrap(coded), tree);
    }

    static Hash leafHash(int index, byte[] from, int offset) {
        MessageDigest sha = Sha256.digest();
        byte[] head = new byte[5];
        head[0] = LEAF_TAG;
        LittleEndian.putInt(head, 1, index);
        sha.update(head);
        sha.update(from, offset, LEAF_BYTES);
        return Hash.of(sha.digest());
    }

    public int depth() {
        return Integer.numberOfTrailingZeros(leaves);
    }

    public Hash objectId() {
        byte[] count = new byte[4];
        LittleEndian.putInt(count, 0, leaves);
        return Keccak.hash256(ID_TAG, root.toArray(), count);
    }

    /// The leaves that `mix` asks for, in the order drawn; all of them where there are no more.
    public int[] drawn(Hash mix) {
        LinkedHashSet<Integer> drawn = new LinkedHashSet<>();
        if (leaves <= DRAWS) {
            for (int i = 0; i < leaves; i++) {
                drawn.add(i);
            }
        } else {
            Hash seed = Keccak.hash256(DRAW_TAG, mix.toArray(), objectId().toArray());
            WordStream words = WordStream.of(seed);
            while (drawn.size() < DRAWS) {
                drawn.add((int) words.uniform(leaves));
            }
        }
        return drawn.stream().mapToInt(leaf -> leaf).toArray();
    }

    /// Bytes of a proof.
    public int proofBytes() {
        return Math.min(DRAWS, leaves) * (LEAF_BYTES + Hash.SIZE * depth());
    }
}
