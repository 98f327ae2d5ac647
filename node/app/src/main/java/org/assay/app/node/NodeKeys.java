package org.assay.app.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.assay.app.keys.Signer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A validator's keys. `signer` signs messages and transactions; `key` is the node's identity
/// among peers, the validator's own key where that is on this machine; `blsSecret` makes the
/// beacon's reveals.
@SuppressWarnings("ArrayRecordComponent") // a secret is never compared
public record NodeKeys(Signer signer, SecretKey key, byte[] blsSecret) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeKeys.class);

    /// One secret to keep: the others are derived from it.
    public static NodeKeys of(SecretKey key) {
        return new NodeKeys(Signer.local(key), key, beaconSecret(key));
    }

    /// HKDF-derived from keccak256("ASSAY-BLS" ‖ key).
    public static byte[] beaconSecret(SecretKey key) {
        byte[] tag = "ASSAY-BLS".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return Bls.secretFromSeed(Keccak.hash256(tag, key.toArray()).toArray());
    }

    public Address address() {
        return signer.address();
    }

    /// Has `message` signed: at once with a key of our own; later, by `loop`, with a remote one,
    /// which may also never answer: then this node says nothing, and the others go on without it.
    void whenSigned(Bytes message, Consumer<Runnable> loop, Consumer<Signature> then) {
        CompletableFuture<Signature> answer = signer.sign(message);
        if (answer.state() == Future.State.SUCCESS) {
            then.accept(answer.resultNow());
            return;
        }
        var _ =
                answer.whenComplete(
                        (signature, failure) -> {
                            if (failure == null) {
                                loop.accept(() -> then.accept(signature));
                            } else {
                                LOG.warn("the signer gave no signature: {}", failure.getMessage());
                            }
                        });
    }

    public Bytes blsPublicKey() {
        return Bls.publicKey(blsSecret);
    }

    @Override
    public String toString() {
        return "NodeKeys[" + address() + "]";
    }
}
