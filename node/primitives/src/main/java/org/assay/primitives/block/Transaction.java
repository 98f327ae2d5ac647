package org.assay.primitives.block;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.jspecify.annotations.Nullable;

/// A signed transaction of type 0 (legacy), 1 (EIP-2930), 2 (EIP-1559), 3 (EIP-4844) or 4
/// (EIP-7702), with its encoding and hash computed once. Equality is that of the encoding.
public final class Transaction {
    public static final int LEGACY = 0;
    public static final int ACCESS_LIST = 1;
    public static final int DYNAMIC_FEE = 2;
    public static final int BLOB = 3;
    public static final int SET_CODE = 4;

    /// The largest type known.
    public static final int TYPE_MAX = SET_CODE;

    /// Bytes of one transaction that decoding accepts: the block limit of EIP-7934 with slack.
    public static final int BYTES_MAX = 16 * 1024 * 1024;

    static final int BLOBS_MAX = 1_024;

    private final TransactionBody body;
    private final Signature signature;
    private final Bytes encoded;
    private @Nullable Hash hash;
    private @Nullable RecoveredTransaction recovered;

    private Transaction(TransactionBody body, Signature signature, Bytes encoded) {
        this.body = body;
        this.signature = signature;
        this.encoded = encoded;
    }

    /// `body` under `signature`, whoever made it.
    public static Transaction of(TransactionBody body, Signature signature) {
        byte[] list = RlpWriter.encodeList(writer -> body.writeSigned(writer, signature));
        return new Transaction(body, signature, Bytes.wrap(withType(body.type(), list)));
    }

    /// `body` signed with `key`.
    public static Transaction sign(TransactionBody body, SecretKey key) {
        return of(body, Secp256k1.sign(body.signingHash(), key));
    }

    /// `body` under a signature of its [TransactionBody#signingHash] made elsewhere.
    public static Transaction signed(TransactionBody body, Signature signature) {
        return of(body, signature);
    }

    /// `body` as if `sender` had signed it, for chains of one developer: r is the sender's number
    /// and s is zero, which no key can make, so that nobody takes it for a signature.
    public static Transaction impersonating(TransactionBody body, Address sender) {
        Transaction transaction =
                of(body, new Signature(UInt256.of(sender.toArray()), UInt256.ZERO, 0));
        transaction.recovered = new RecoveredTransaction(transaction, sender);
        return transaction;
    }

    /// Whether this has the form that [#impersonating] gives: a claim that anyone can make.
    public boolean isImpersonated() {
        return signature.s().isZero() && signature.r().bitLength() <= Address.SIZE * 8;
    }

    /// Believes the sender that [#impersonating] wrote down. Only for blocks that this machine
    /// built itself.
    public void trustImpersonation() {
        if (isImpersonated()) {
            Bytes sender = signature.r().toHash().toBytes();
            recovered =
                    new RecoveredTransaction(
                            this, Address.of(sender.slice(Hash.SIZE - Address.SIZE, Hash.SIZE)));
        }
    }

    public TransactionBody body() {
        return body;
    }

    public Signature signature() {
        return signature;
    }

    public int type() {
        return body.type();
    }

    /// Unsigned 64-bit.
    public long nonce() {
        return body.nonce();
    }

    /// Unsigned 64-bit.
    public long gasLimit() {
        return body.gasLimit();
    }

    /// Empty for a contract creation.
    public Optional<Address> to() {
        return Optional.ofNullable(body.to());
    }

    public UInt256 value() {
        return body.value();
    }

    public Bytes data() {
        return body.data();
    }

    /// Empty for a legacy transaction without replay protection (before EIP-155).
    public Optional<UInt256> chainId() {
        return Optional.ofNullable(body.chainId());
    }

    /// The `gasPrice` of types 0 and 1.
    public UInt256 maxFeePerGas() {
        return body.maxFeePerGas();
    }

    /// The `gasPrice` of types 0 and 1.
    public UInt256 maxPriorityFeePerGas() {
        return body.maxPriorityFeePerGas();
    }

    public List<AccessListEntry> accessList() {
        return body.accessList();
    }

    /// In wei; zero unless type 3.
    public UInt256 maxFeePerBlobGas() {
        return body.maxFeePerBlobGas();
    }

    public List<Hash> blobVersionedHashes() {
        return body.blobVersionedHashes();
    }

    public List<Authorization> authorizations() {
        return body.authorizations();
    }

    /// What the sender pays for a unit of gas at this base fee, in wei (EIP-1559); the cap where
    /// the cap is below the base fee, which only an invalid transaction has.
    public UInt256 effectiveGasPrice(UInt256 baseFeePerGas) {
        UInt256 full = baseFeePerGas.add(body.maxPriorityFeePerGas());
        return full.compareTo(baseFeePerGas) < 0 ? maxFeePerGas() : full.min(maxFeePerGas());
    }

    public Hash hash() {
        Hash known = hash;
        if (known == null) {
            known = Keccak.hash256(encoded);
            hash = known;
        }
        return known;
    }

    /// With the sender; empty when no key can have made the signature, or its s is high (EIP-2).
    public Optional<RecoveredTransaction> recover() {
        return signature.isLowS() ? recoverAnyS() : Optional.empty();
    }

    /// As [#recover], with any s: Frontier's rule.
    public Optional<RecoveredTransaction> recoverAnyS() {
        RecoveredTransaction known = recovered;
        if (known != null) {
            return Optional.of(known);
        }
        return Secp256k1.recoverAddress(body.signingHash(), signature)
                .map(
                        sender -> {
                            RecoveredTransaction with = new RecoveredTransaction(this, sender);
                            recovered = with;
                            return with;
                        });
    }

    /// `type ‖ rlp(...)`, or the bare list for type 0 (EIP-2718).
    public Bytes encoded() {
        return encoded;
    }

    /// As an item of a block body: a list for type 0, else a string.
    public void write(RlpWriter writer) {
        if (type() == LEGACY) {
            writer.writeRaw(encoded);
        } else {
            writer.writeBytes(encoded);
        }
    }

    /// From an item of a block body.
    public static Transaction read(RlpReader reader) {
        if (reader.nextIsList()) {
            return decode(reader.readRaw());
        }
        Bytes typed = reader.readBytes(BYTES_MAX);
        if (typed.isEmpty() || (typed.get(0) & 0xff) > TYPE_MAX) {
            throw new RlpException("a transaction of unknown type");
        }
        return decode(typed);
    }

    /// Throws [RlpException] for anything but `type ‖ rlp(...)` or a legacy list.
    public static Transaction decode(Bytes encoded) {
        if (encoded.isEmpty()) {
            throw new RlpException("an empty transaction");
        }
        if (encoded.size() > BYTES_MAX) {
            throw new RlpException("a transaction of more than " + BYTES_MAX + " bytes");
        }
        int first = encoded.get(0) & 0xff;
        boolean legacy = first >= 0xc0;
        if (!legacy && (first == 0 || first > TYPE_MAX)) {
            throw new RlpException("a transaction of unknown type " + first);
        }
        int type = legacy ? LEGACY : first;
        Bytes list = legacy ? encoded : encoded.slice(1, encoded.size());
        return RlpReader.decode(
                list,
                reader -> {
                    RlpReader fields = reader.readList();
                    TransactionBody.Signed signed = TransactionBody.readSigned(type, fields);
                    fields.requireEnd();
                    return new Transaction(signed.body(), signed.signature(), encoded);
                });
    }

    static byte[] withType(int type, byte[] list) {
        if (type == LEGACY) {
            return list;
        }
        byte[] typed = new byte[list.length + 1];
        typed[0] = (byte) type;
        System.arraycopy(list, 0, typed, 1, list.length);
        return typed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Transaction that && encoded.equals(that.encoded);
    }

    @Override
    public int hashCode() {
        return encoded.hashCode();
    }

    @Override
    public String toString() {
        return "Transaction[" + hash() + "]";
    }
}
