package org.assay.consensus.message;

import java.util.List;
import java.util.function.Function;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.primitives.Address;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A payload with its signature and the address that the signature recovers to.
public record SignedPayload<P extends Payload>(P payload, Signature signature, Address author) {
    public void writeTo(RlpWriter writer) {
        writer.writeList(
                list -> {
                    payload.writeTo(list);
                    Signatures.write(list, signature);
                });
    }

    /// Recovers the author: the one expensive step of decoding (about 50 µs).
    static <P extends Payload> SignedPayload<P> readFrom(
            RlpReader reader, Function<RlpReader, P> readPayload) {
        RlpReader items = reader.readList();
        P payload = readPayload.apply(items);
        Signature signature = Signatures.read(items);
        items.requireEnd();
        return recover(payload, signature);
    }

    /// The prepares of a certificate.
    public static List<SignedPayload<PreparePayload>> readPrepares(RlpReader reader) {
        return reader.readList(
                ExtraData.VALIDATORS_MAX, item -> readFrom(item, PreparePayload::readFrom));
    }

    /// Throws [RlpException] where no key made `signature`, or its s is high.
    static <P extends Payload> SignedPayload<P> recover(P payload, Signature signature) {
        if (!signature.isLowS()) {
            throw new RlpException("a message signature with a high s");
        }
        Address author =
                Secp256k1.recoverAddress(payload.signedHash(), signature)
                        .orElseThrow(() -> new RlpException("a signature of no key"));
        return new SignedPayload<>(payload, signature, author);
    }
}
