package org.assay.primitives.block;

import static org.assertj.core.api.Assertions.assertThat;

import ethereum.ckzg4844.CKZG4844JNI;
import java.util.ArrayList;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.CellProofs;
import org.assay.primitives.crypto.Kzg;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;

/// Blobs beside a transaction: c-kzg makes what is checked here, both forms.
final class BlobSidecarTest {
    private static final Bytes BLOB = blob(7);
    private static final List<Bytes> CELL_PROOFS = CellProofs.of(BLOB);
    private static final Bytes COMMITMENT =
            Bytes.wrap(CKZG4844JNI.blobToKzgCommitment(BLOB.toArray()));
    private static final Bytes BLOB_PROOF =
            Bytes.wrap(CKZG4844JNI.computeBlobKzgProof(BLOB.toArray(), COMMITMENT.toArray()));

    private static Bytes blob(int salt) {
        byte[] blob = new byte[Kzg.BLOB_BYTES];
        for (int i = 0; i < blob.length; i++) {
            blob[i] = (byte) (i % 32 == 0 ? 0 : i * salt + i / 97);
        }
        return Bytes.wrap(blob);
    }

    private static Transaction transaction(Bytes commitment) {
        return Transaction.sign(
                new TransactionBody(
                        Transaction.BLOB,
                        UInt256.ONE,
                        0,
                        UInt256.ONE,
                        UInt256.ONE,
                        21_000,
                        Address.ZERO,
                        UInt256.ZERO,
                        Bytes.EMPTY,
                        List.of(),
                        UInt256.ONE,
                        List.of(Kzg.versionedHash(commitment.toArray())),
                        List.of()),
                SecretKey.of(new Hash(1, 2, 3, 4).toBytes().toArray()));
    }

    private static BlobSidecar cells(List<Bytes> proofs) {
        return new BlobSidecar(1, List.of(BLOB), List.of(COMMITMENT), proofs);
    }

    @Test
    void acceptsTheProofsOfEveryCellAndRefusesOneThatIsNotItsOwn() {
        Transaction transaction = transaction(COMMITMENT);
        assertThat(cells(CELL_PROOFS).problem(transaction)).isEmpty();

        List<Bytes> swapped = new ArrayList<>(CELL_PROOFS);
        swapped.set(127, CELL_PROOFS.get(0));
        assertThat(cells(swapped).problem(transaction)).hasValueSatisfying(isAbout("kzg proof"));

        List<Bytes> noPoint = new ArrayList<>(CELL_PROOFS);
        noPoint.set(3, Bytes.wrap(new byte[Kzg.PROOF_BYTES]));
        assertThat(cells(noPoint).problem(transaction)).hasValueSatisfying(isAbout("kzg proof"));

        assertThat(cells(CELL_PROOFS.subList(0, 127)).problem(transaction))
                .hasValueSatisfying(isAbout("127 proofs"));
        BlobSidecar other = new BlobSidecar(1, List.of(blob(9)), List.of(COMMITMENT), CELL_PROOFS);
        assertThat(other.problem(transaction)).hasValueSatisfying(isAbout("kzg proof"));
    }

    @Test
    void refusesAnElementAboveTheModulus() {
        byte[] blob = BLOB.toArray().clone();
        java.util.Arrays.fill(blob, 0, 32, (byte) 0xff);
        BlobSidecar sidecar =
                new BlobSidecar(1, List.of(Bytes.wrap(blob)), List.of(COMMITMENT), CELL_PROOFS);
        assertThat(sidecar.problem(transaction(COMMITMENT)))
                .hasValueSatisfying(isAbout("kzg proof"));
    }

    @Test
    void turnsTheProofOfABlobIntoThoseOfItsCells() {
        Transaction transaction = transaction(COMMITMENT);
        BlobSidecar old =
                new BlobSidecar(0, List.of(BLOB), List.of(COMMITMENT), List.of(BLOB_PROOF));
        assertThat(old.problem(transaction)).isEmpty();
        assertThat(old.withCellProofs()).isEqualTo(cells(CELL_PROOFS));
        BlobSidecar wrong =
                new BlobSidecar(
                        0, List.of(BLOB), List.of(COMMITMENT), List.of(CELL_PROOFS.getFirst()));
        assertThat(wrong.problem(transaction)).hasValueSatisfying(isAbout("kzg proof"));
    }

    @Test
    void theNetworkFormRoundTripsInBothVersions() {
        Transaction transaction = transaction(COMMITMENT);
        for (BlobSidecar sidecar :
                List.of(
                        cells(CELL_PROOFS),
                        new BlobSidecar(
                                0, List.of(BLOB), List.of(COMMITMENT), List.of(BLOB_PROOF)))) {
            Bytes wrapped = sidecar.wrap(transaction);
            assertThat(BlobSidecar.isWrapped(wrapped)).isTrue();
            assertThat(BlobSidecar.decode(wrapped))
                    .isEqualTo(new BlobSidecar.Wrapped(transaction, sidecar));
        }
        assertThat(BlobSidecar.isWrapped(transaction.encoded())).isFalse();
    }

    private static java.util.function.Consumer<String> isAbout(String words) {
        return problem -> assertThat(problem).contains(words);
    }
}
