package org.assay.primitives.crypto;

import ethereum.ckzg4844.CKZG4844JNI;
import ethereum.ckzg4844.CKZGException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.assay.primitives.Bytes;
import org.assay.primitives.Invariant;

/// Proofs of the cells of extended blobs (EIP-7594), by c-kzg. Safe for many threads.
///
/// The setup of the mainnet ceremony (`trusted_setup.txt` of ethereum/c-kzg-4844, SHA-256
/// d39b9f2d…0f26b7) is a resource: 4,096 monomial points of G1, 4,096 Lagrange points of G1, 65
/// points of G2. It is read at the first use, which takes a second or two.
public final class CellProofs {
    /// Cells of one extended blob, each with a proof.
    public static final int CELLS = 128;

    private static final String SETUP = "kzg-setup.bin";
    private static final int G1_BYTES = 4_096 * 48;
    private static final int G2_BYTES = 65 * 96;

    private CellProofs() {}

    /// Loaded when it is first asked.
    private static final class Setup {
        private static final boolean LOADED = load();

        private static boolean load() {
            byte[] points;
            try (InputStream in =
                    Objects.requireNonNull(CellProofs.class.getResourceAsStream(SETUP))) {
                points = in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Invariant.check(points.length == 2 * G1_BYTES + G2_BYTES, "the setup is whole");
            CKZG4844JNI.loadNativeLibrary();
            CKZG4844JNI.loadTrustedSetup(
                    Arrays.copyOfRange(points, 0, G1_BYTES),
                    Arrays.copyOfRange(points, G1_BYTES, 2 * G1_BYTES),
                    Arrays.copyOfRange(points, 2 * G1_BYTES, points.length),
                    0);
            return true;
        }
    }

    /// Whether `proofs`, one for each of the [#CELLS], show that every cell of `blob` belongs to
    /// `commitment`. False as well for encodings that are no points or scalars.
    public static boolean verify(Bytes blob, Bytes commitment, List<Bytes> proofs) {
        if (!Setup.LOADED
                || blob.size() != Kzg.BLOB_BYTES
                || commitment.size() != Kzg.COMMITMENT_BYTES
                || proofs.size() != CELLS) {
            return false;
        }
        byte[] commitments = new byte[CELLS * Kzg.COMMITMENT_BYTES];
        byte[] all = new byte[CELLS * Kzg.PROOF_BYTES];
        long[] indices = new long[CELLS];
        for (int i = 0; i < CELLS; i++) {
            if (proofs.get(i).size() != Kzg.PROOF_BYTES) {
                return false;
            }
            indices[i] = i;
            put(commitment, commitments, i);
            put(proofs.get(i), all, i);
        }
        try {
            byte[] cells = CKZG4844JNI.computeCells(blob.toArray());
            return CKZG4844JNI.verifyCellKzgProofBatch(commitments, indices, cells, all);
        } catch (CKZGException notCanonical) {
            return false;
        }
    }

    private static void put(Bytes item, byte[] into, int index) {
        System.arraycopy(item.toArray(), 0, into, index * item.size(), item.size());
    }

    /// The proofs of the cells of `blob`, whose elements are known to be below the modulus.
    public static List<Bytes> of(Bytes blob) {
        Invariant.check(Setup.LOADED, "the setup is loaded");
        byte[] all = CKZG4844JNI.computeCellsAndKzgProofs(blob.toArray()).getProofs();
        List<Bytes> proofs = new ArrayList<>(CELLS);
        for (int i = 0; i < CELLS; i++) {
            proofs.add(
                    Bytes.wrap(
                            Arrays.copyOfRange(
                                    all, i * Kzg.PROOF_BYTES, (i + 1) * Kzg.PROOF_BYTES)));
        }
        return proofs;
    }
}
