package org.assay.primitives.block;

import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.jspecify.annotations.Nullable;

/// A block header (YP §4.4 and the EIPs that grew it). The fields from `baseFeePerGas` on appear
/// fork by fork and are null before: London (EIP-1559), Shanghai (4895), Cancun (4844, 4788),
/// Prague (7685). `timestamp` in seconds, unsigned 64-bit; gas in gas units.
public record Header(
        Hash parentHash,
        Hash ommersHash,
        Address coinbase,
        Hash stateRoot,
        Hash transactionsRoot,
        Hash receiptsRoot,
        Bytes logsBloom,
        UInt256 difficulty,
        long number,
        long gasLimit,
        long gasUsed,
        long timestamp,
        Bytes extraData,
        Hash mixHash,
        long nonce,
        @Nullable UInt256 baseFeePerGas,
        @Nullable Hash withdrawalsRoot,
        @Nullable Long blobGasUsed,
        @Nullable Long excessBlobGas,
        @Nullable Hash parentBeaconBlockRoot,
        @Nullable Hash requestsHash) {

    /// keccak256(rlp([])): no ommers.
    public static final Hash NO_OMMERS = Keccak.hash256(new byte[] {(byte) 0xc0});

    /// Bytes of extra data that decoding accepts: a QBFT header of 1,000 validators and seals.
    public static final int EXTRA_DATA_BYTES_MAX = 128 * 1024;

    /// keccak256 of the encoding as it stands. A QBFT block hash is that of the header without
    /// seals and round: see `consensus`.
    public Hash hash() {
        return Keccak.hash256(encode());
    }

    public byte[] encode() {
        return RlpWriter.encode(this::write);
    }

    public void write(RlpWriter writer) {
        writer.writeList(this::writeFields);
    }

    private void writeFields(RlpWriter list) {
        list.writeHash(parentHash);
        list.writeHash(ommersHash);
        list.writeAddress(coinbase);
        list.writeHash(stateRoot);
        list.writeHash(transactionsRoot);
        list.writeHash(receiptsRoot);
        list.writeBytes(logsBloom);
        list.writeUInt256(difficulty);
        list.writeLong(number);
        list.writeLong(gasLimit);
        list.writeLong(gasUsed);
        list.writeLong(timestamp);
        list.writeBytes(extraData);
        list.writeHash(mixHash);
        list.writeArray(UInt256.of(nonce).toHash().toBytes().slice(24, 32).unsafeArray());
        if (baseFeePerGas != null) {
            list.writeUInt256(baseFeePerGas);
        }
        if (withdrawalsRoot != null) {
            list.writeHash(withdrawalsRoot);
        }
        if (blobGasUsed != null) {
            list.writeLong(blobGasUsed);
        }
        if (excessBlobGas != null) {
            list.writeLong(excessBlobGas);
        }
        if (parentBeaconBlockRoot != null) {
            list.writeHash(parentBeaconBlockRoot);
        }
        if (requestsHash != null) {
            list.writeHash(requestsHash);
        }
    }

    /// Throws [org.assay.primitives.rlp.RlpException] for anything but a header.
    public static Header decode(Bytes encoded) {
        return RlpReader.decode(encoded, Header::read);
    }

    public static Header read(RlpReader reader) {
        RlpReader list = reader.readList();
        Header header =
                new Header(
                        list.readHash(),
                        list.readHash(),
                        list.readAddress(),
                        list.readHash(),
                        list.readHash(),
                        list.readHash(),
                        Bytes.wrap(list.readArray(Bloom.SIZE)),
                        list.readUInt256(),
                        list.readLong(),
                        list.readLong(),
                        list.readLong(),
                        list.readUnsignedLong(),
                        list.readBytes(EXTRA_DATA_BYTES_MAX),
                        list.readHash(),
                        UInt256.of(list.readArray(8)).w3(),
                        list.isEnd() ? null : list.readUInt256(),
                        list.isEnd() ? null : list.readHash(),
                        list.isEnd() ? null : (Long) list.readLong(),
                        list.isEnd() ? null : (Long) list.readLong(),
                        list.isEnd() ? null : list.readHash(),
                        list.isEnd() ? null : list.readHash());
        list.requireEnd();
        return header;
    }

    /// The same header with other extra data: how QBFT moves between its header forms.
    public Header withExtraData(Bytes changed) {
        return new Header(
                parentHash,
                ommersHash,
                coinbase,
                stateRoot,
                transactionsRoot,
                receiptsRoot,
                logsBloom,
                difficulty,
                number,
                gasLimit,
                gasUsed,
                timestamp,
                changed,
                mixHash,
                nonce,
                baseFeePerGas,
                withdrawalsRoot,
                blobGasUsed,
                excessBlobGas,
                parentBeaconBlockRoot,
                requestsHash);
    }
}
