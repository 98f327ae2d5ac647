package org.assay.primitives.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.CellProofs;
import org.assay.primitives.crypto.Kzg;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// What travels with a blob transaction and is not in the block (EIP-4844, EIP-7594). `version` 0
/// carries one proof a blob, version 1 one for each of its 128 cells.
public record BlobSidecar(
        int version, List<Bytes> blobs, List<Bytes> commitments, List<Bytes> proofs) {
    public static final int CELLS = CellProofs.CELLS;

    /// A transaction in its network form.
    public record Wrapped(Transaction transaction, BlobSidecar sidecar) {}

    /// Bytes of blobs, commitments and proofs.
    public long sizeBytes() {
        return (long) blobs.size() * Kzg.BLOB_BYTES
                + (long) commitments.size() * Kzg.COMMITMENT_BYTES
                + (long) proofs.size() * Kzg.PROOF_BYTES;
    }

    /// The same blobs with a proof for each cell: version 1. Only for a sidecar without
    /// [#problem].
    public BlobSidecar withCellProofs() {
        if (version == 1) {
            return this;
        }
        List<Bytes> cells = new ArrayList<>();
        blobs.forEach(blob -> cells.addAll(CellProofs.of(blob)));
        return new BlobSidecar(1, blobs, commitments, List.copyOf(cells));
    }

    /// Whether `encoded` is a blob transaction with its sidecar, `3 ‖ rlp([[…], blobs, …])`.
    public static boolean isWrapped(Bytes encoded) {
        if (encoded.size() < 2 || encoded.get(0) != Transaction.BLOB) {
            return false;
        }
        RlpReader reader = RlpReader.of(encoded.slice(1, encoded.size()));
        return reader.nextIsList() && reader.readList().nextIsList();
    }

    /// Throws [RlpException] for anything else.
    public static Wrapped decode(Bytes encoded) {
        return RlpReader.decode(
                encoded.slice(1, encoded.size()),
                reader -> {
                    RlpReader items = reader.readList();
                    byte[] list = items.readRaw().toArray();
                    Transaction transaction =
                            Transaction.decode(
                                    Bytes.wrap(Transaction.withType(Transaction.BLOB, list)));
                    int version = items.nextIsList() ? 0 : items.readInt();
                    if (version > 1) {
                        throw new RlpException("a blob sidecar of version " + version);
                    }
                    int count = Transaction.BLOBS_MAX;
                    List<Bytes> blobs = items.readList(count, i -> i.readBytes(Kzg.BLOB_BYTES));
                    List<Bytes> commitments =
                            items.readList(count, i -> i.readBytes(Kzg.COMMITMENT_BYTES));
                    List<Bytes> proofs =
                            items.readList(count * CELLS, i -> i.readBytes(Kzg.PROOF_BYTES));
                    items.requireEnd();
                    return new Wrapped(
                            transaction, new BlobSidecar(version, blobs, commitments, proofs));
                });
    }

    /// `transaction` with this sidecar, in network form.
    public Bytes wrap(Transaction transaction) {
        Bytes encoded = transaction.encoded();
        byte[] list =
                RlpWriter.encodeList(
                        items -> {
                            items.writeRaw(encoded.slice(1, encoded.size()));
                            if (version > 0) {
                                items.writeLong(version);
                            }
                            items.writeList(blobs, RlpWriter::writeBytes);
                            items.writeList(commitments, RlpWriter::writeBytes);
                            items.writeList(proofs, RlpWriter::writeBytes);
                        });
        return Bytes.wrap(Transaction.withType(Transaction.BLOB, list));
    }

    /// What is wrong with this sidecar for `transaction`, or nothing. Every proof is verified:
    /// milliseconds a blob, and a second or two for the first of version 1.
    public Optional<String> problem(Transaction transaction) {
        List<Hash> hashes = transaction.blobVersionedHashes();
        int proofCount = version == 0 ? hashes.size() : hashes.size() * CELLS;
        if (blobs.size() != hashes.size()
                || commitments.size() != hashes.size()
                || proofs.size() != proofCount) {
            return Optional.of(
                    "a sidecar of "
                            + blobs.size()
                            + " blobs, "
                            + commitments.size()
                            + " commitments and "
                            + proofs.size()
                            + " proofs for "
                            + hashes.size()
                            + " hashes");
        }
        for (int i = 0; i < hashes.size(); i++) {
            if (!Kzg.versionedHash(commitments.get(i).toArray()).equals(hashes.get(i))) {
                return Optional.of("commitment " + i + " does not have the hash that is stated");
            }
            if (blobs.get(i).size() != Kzg.BLOB_BYTES) {
                return Optional.of("blob " + i + " has not 131072 bytes");
            }
            if (!isProven(i)) {
                return Optional.of("invalid kzg proof of blob " + i);
            }
        }
        return Optional.empty();
    }

    private boolean isProven(int i) {
        return version == 0
                ? Kzg.verifyBlob(
                        blobs.get(i), commitments.get(i).toArray(), proofs.get(i).toArray())
                : CellProofs.verify(
                        blobs.get(i),
                        commitments.get(i),
                        proofs.subList(i * CELLS, (i + 1) * CELLS));
    }
}
