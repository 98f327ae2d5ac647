package org.assay.verifier;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;

/// What a job computes: shapes and constants, without the weights. Registered by its canonical
/// bytes `u8 ver = 1|u8 kind|u16 flags = 0|32B modelRoot|u64 macsPerRow|dims`
/// (ModelRegistry.sol).
public sealed interface Template permits MatmulInt8, MlpInt8, TransformerInt8 {
    int VERSION = 1;
    int HEADER_SIZE = 44;
    int DIMS_BYTES_MAX = 1024;

    int KIND_MATMUL = 1;
    int KIND_MLP = 2;
    int KIND_TRANSFORMER = 3;

    /// `KIND_…`; also the kind of a Commit for it.
    int kind();

    Hash modelRoot();

    /// int8 multiply-adds of one row, at least 1.
    long macsPerRow();

    /// The kind's own part of the canonical bytes.
    Bytes dims();

    default Bytes canonical() {
        byte[] header = new byte[HEADER_SIZE];
        header[0] = VERSION;
        header[1] = (byte) kind();
        modelRoot().writeTo(header, 4);
        LittleEndian.putLong(header, 36, macsPerRow());
        return Bytes.wrap(header).concat(dims());
    }

    default Hash templateId() {
        return Keccak.hash256(canonical());
    }

    /// The template with these canonical bytes; empty for any others.
    static Optional<Template> decode(Bytes canonical) {
        byte[] array = canonical.unsafeArray();
        if (array.length < HEADER_SIZE || array.length > HEADER_SIZE + DIMS_BYTES_MAX) {
            return Optional.empty();
        }
        Hash modelRoot = Hash.at(array, 4);
        Bytes dims = canonical.slice(HEADER_SIZE, array.length);
        Optional<? extends Template> template =
                switch (array[1]) {
                    case KIND_MATMUL -> MatmulInt8.decode(dims);
                    case KIND_MLP -> MlpInt8.decode(modelRoot, dims);
                    case KIND_TRANSFORMER -> TransformerInt8.decode(modelRoot, dims);
                    default -> Optional.empty();
                };
        // Encoding again is the check that every other field has its one value.
        return template.filter(decoded -> decoded.canonical().equals(canonical))
                .map(decoded -> decoded);
    }
}
