package org.assay.consensus.message;

import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// Signatures as QBFT writes them: one string of 65 bytes, the last of which is 0 or 1.
final class Signatures {
    private Signatures() {}

    static void write(RlpWriter writer, Signature signature) {
        writer.writeBytes(signature.toBytes());
    }

    static Signature read(RlpReader reader) {
        byte[] array = reader.readArray(Signature.SIZE);
        if (array[Signature.SIZE - 1] != 0 && array[Signature.SIZE - 1] != 1) {
            throw new RlpException("a signature whose v is neither 0 nor 1");
        }
        return Signature.ofArray(array);
    }
}
