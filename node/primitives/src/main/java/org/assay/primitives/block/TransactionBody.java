package org.assay.primitives.block;

import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.jspecify.annotations.Nullable;

/// A transaction before its signature. `chainId` is null only for a legacy transaction without
/// replay protection; `to` is null for a creation; for types 0 and 1 both fee fields hold the gas
/// price. `nonce` and `gasLimit` are unsigned 64-bit; fees in wei a unit of gas.
public record TransactionBody(
        int type,
        @Nullable UInt256 chainId,
        long nonce,
        UInt256 maxPriorityFeePerGas,
        UInt256 maxFeePerGas,
        long gasLimit,
        @Nullable Address to,
        UInt256 value,
        Bytes data,
        List<AccessListEntry> accessList,
        UInt256 maxFeePerBlobGas,
        List<Hash> blobVersionedHashes,
        List<Authorization> authorizations) {

    private static final UInt256 EIP_155_OFFSET = UInt256.of(35);

    /// A body with its signature, as read.
    record Signed(TransactionBody body, Signature signature) {}

    /// A legacy body; `chainId` null leaves out replay protection.
    public static TransactionBody legacy(
            @Nullable UInt256 chainId,
            long nonce,
            UInt256 gasPrice,
            long gasLimit,
            @Nullable Address to,
            UInt256 value,
            Bytes data) {
        return new TransactionBody(
                Transaction.LEGACY,
                chainId,
                nonce,
                gasPrice,
                gasPrice,
                gasLimit,
                to,
                value,
                data,
                List.of(),
                UInt256.ZERO,
                List.of(),
                List.of());
    }

    /// An EIP-1559 body without access list.
    public static TransactionBody dynamicFee(
            UInt256 chainId,
            long nonce,
            UInt256 maxPriorityFeePerGas,
            UInt256 maxFeePerGas,
            long gasLimit,
            @Nullable Address to,
            UInt256 value,
            Bytes data) {
        return new TransactionBody(
                Transaction.DYNAMIC_FEE,
                chainId,
                nonce,
                maxPriorityFeePerGas,
                maxFeePerGas,
                gasLimit,
                to,
                value,
                data,
                List.of(),
                UInt256.ZERO,
                List.of(),
                List.of());
    }

    /// What the sender signs (EIP-155, EIP-2718).
    public Hash signingHash() {
        return Keccak.hash256(signingBytes());
    }

    /// The preimage of [#signingHash].
    public Bytes signingBytes() {
        byte[] list =
                RlpWriter.encodeList(
                        writer -> {
                            writeFields(writer);
                            if (type == Transaction.LEGACY && chainId != null) {
                                writer.writeUInt256(chainId);
                                writer.writeLong(0);
                                writer.writeLong(0);
                            }
                        });
        return Bytes.wrap(Transaction.withType(type, list));
    }

    void writeSigned(RlpWriter writer, Signature signature) {
        writeFields(writer);
        if (type == Transaction.LEGACY) {
            writer.writeUInt256(legacyV(signature.yParity()));
        } else {
            writer.writeLong(signature.yParity());
        }
        writer.writeUInt256(signature.r());
        writer.writeUInt256(signature.s());
    }

    /// The `v` of a legacy signature: 27 or 28, or 35 + 2·chainId + parity (EIP-155).
    public UInt256 legacyV(int yParity) {
        return chainId == null
                ? UInt256.of(27 + yParity)
                : chainId.add(chainId).add(EIP_155_OFFSET).add(UInt256.of(yParity));
    }

    private void writeFields(RlpWriter writer) {
        if (type != Transaction.LEGACY) {
            writer.writeUInt256(java.util.Objects.requireNonNull(chainId));
        }
        writer.writeLong(nonce);
        if (type >= Transaction.DYNAMIC_FEE) {
            writer.writeUInt256(maxPriorityFeePerGas);
        }
        writer.writeUInt256(maxFeePerGas);
        writer.writeLong(gasLimit);
        writer.writeBytes(to == null ? Bytes.EMPTY : to.toBytes());
        writer.writeUInt256(value);
        writer.writeBytes(data);
        if (type >= Transaction.ACCESS_LIST) {
            writer.writeList(accessList, (items, entry) -> entry.write(items));
        }
        if (type == Transaction.BLOB) {
            writer.writeUInt256(maxFeePerBlobGas);
            writer.writeList(blobVersionedHashes, RlpWriter::writeHash);
        }
        if (type == Transaction.SET_CODE) {
            writer.writeList(authorizations, (items, tuple) -> tuple.write(items));
        }
    }

    static Signed readSigned(int type, RlpReader fields) {
        UInt256 chainId = type == Transaction.LEGACY ? null : fields.readUInt256();
        long nonce = fields.readUnsignedLong();
        UInt256 priority = type >= Transaction.DYNAMIC_FEE ? fields.readUInt256() : UInt256.ZERO;
        UInt256 fee = fields.readUInt256();
        long gasLimit = fields.readUnsignedLong();
        Address to = readTo(type, fields);
        UInt256 value = fields.readUInt256();
        Bytes data = fields.readBytes(Transaction.BYTES_MAX);
        List<AccessListEntry> accessList = List.of();
        if (type >= Transaction.ACCESS_LIST) {
            accessList = fields.readList(AccessListEntry.ENTRIES_MAX, AccessListEntry::read);
        }
        UInt256 blobFee = UInt256.ZERO;
        List<Hash> blobs = List.of();
        if (type == Transaction.BLOB) {
            blobFee = fields.readUInt256();
            blobs = fields.readList(Transaction.BLOBS_MAX, RlpReader::readHash);
        }
        List<Authorization> tuples = List.of();
        if (type == Transaction.SET_CODE) {
            tuples = fields.readList(Authorization.COUNT_MAX, Authorization::read);
        }
        UInt256 v = fields.readUInt256();
        int yParity = yParity(type, v);
        if (type == Transaction.LEGACY && v.compareTo(EIP_155_OFFSET) >= 0) {
            UInt256 doubled = v.subtract(EIP_155_OFFSET);
            yParity = (int) (doubled.w3() & 1);
            chainId = doubled.divide(UInt256.of(2));
        }
        TransactionBody body =
                new TransactionBody(
                        type,
                        chainId,
                        nonce,
                        type >= Transaction.DYNAMIC_FEE ? priority : fee,
                        fee,
                        gasLimit,
                        to,
                        value,
                        data,
                        accessList,
                        blobFee,
                        blobs,
                        tuples);
        Signature signature = new Signature(fields.readUInt256(), fields.readUInt256(), yParity);
        return new Signed(body, signature);
    }

    private static int yParity(int type, UInt256 v) {
        if (type != Transaction.LEGACY) {
            if (v.compareTo(UInt256.ONE) > 0) {
                throw new RlpException("yParity is neither 0 nor 1");
            }
            return (int) v.w3();
        }
        if (v.equals(UInt256.of(27)) || v.equals(UInt256.of(28))) {
            return (int) v.w3() - 27;
        }
        if (v.compareTo(EIP_155_OFFSET) < 0) {
            throw new RlpException("v is " + v);
        }
        return 0;
    }

    private static @Nullable Address readTo(int type, RlpReader fields) {
        byte[] to = fields.readArray();
        if (to.length == 0) {
            if (type == Transaction.BLOB || type == Transaction.SET_CODE) {
                throw new RlpException("a transaction of type " + type + " cannot create");
            }
            return null;
        }
        if (to.length != Address.SIZE) {
            throw new RlpException("an address of " + to.length + " bytes");
        }
        return Address.of(to);
    }
}
