package org.assay.primitives.block;

import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A signed wish to delegate an account's code to `address` (EIP-7702). `nonce` is unsigned;
/// `yParity` is the encoded byte, valid only as 0 or 1.
public record Authorization(
        UInt256 chainId, Address address, long nonce, int yParity, UInt256 r, UInt256 s) {
    private static final byte[] MAGIC = {0x05};

    /// Tuples a transaction may carry; far above what 2^24 gas can buy.
    static final int COUNT_MAX = 4_096;

    /// keccak256(0x05 ‖ rlp([chainId, address, nonce])).
    public Hash digest() {
        byte[] rlp =
                RlpWriter.encodeList(
                        list -> {
                            list.writeUInt256(chainId);
                            list.writeAddress(address);
                            list.writeLong(nonce);
                        });
        return Keccak.hash256(MAGIC, rlp);
    }

    /// The signer; empty for a signature out of range, with a high s, or of no key.
    public Optional<Address> authority() {
        if (yParity > 1) {
            return Optional.empty();
        }
        Signature signature = new Signature(r, s, yParity);
        return signature.isLowS()
                ? Secp256k1.recoverAddress(digest(), signature)
                : Optional.empty();
    }

    void write(RlpWriter writer) {
        writer.writeList(
                tuple -> {
                    tuple.writeUInt256(chainId);
                    tuple.writeAddress(address);
                    tuple.writeLong(nonce);
                    tuple.writeLong(yParity);
                    tuple.writeUInt256(r);
                    tuple.writeUInt256(s);
                });
    }

    static Authorization read(RlpReader reader) {
        RlpReader tuple = reader.readList();
        UInt256 chainId = tuple.readUInt256();
        Address address = tuple.readAddress();
        long nonce = tuple.readUnsignedLong();
        int yParity = tuple.readUnsignedByte();
        Authorization authorization =
                new Authorization(
                        chainId, address, nonce, yParity, tuple.readUInt256(), tuple.readUInt256());
        tuple.requireEnd();
        return authorization;
    }
}
