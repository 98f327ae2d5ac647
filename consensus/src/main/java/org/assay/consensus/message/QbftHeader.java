package org.assay.consensus.message;

import java.util.ArrayList;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A header of any fork as its RLP items, of which consensus understands only those it needs; so
/// that a header re-encodes to the very bytes it came from. It has three forms (QBFT-WIRE):
///
/// * stored: everything;
/// * seal form: no seals, round kept; its keccak is the *digest* that prepares, commits and
/// commit
///   seals speak of;
/// * hash form: no seals and round 0; its keccak is the block hash, the same in every round.
public final class QbftHeader {
    /// Frontier headers have 15 items, Amsterdam's genesis 23.
    private static final int ITEMS_MIN = 15;

    private static final int ITEMS_MAX = 32;

    /// One item, the longest of which is extraData.
    private static final int ITEM_BYTES_MAX = 1 << 20;

    private static final int PARENT_HASH = 0;
    private static final int COINBASE = 2;
    private static final int NUMBER = 8;
    private static final int TIMESTAMP = 11;
    private static final int EXTRA_DATA = 12;

    private final List<Bytes> items;
    private final Hash parentHash;
    private final Address coinbase;
    private final long number;
    private final long timestamp;
    private final ExtraData extraData;

    private QbftHeader(List<Bytes> items, ExtraData extraData) {
        this.items = items;
        this.parentHash = read(items, PARENT_HASH).readHash();
        this.coinbase = read(items, COINBASE).readAddress();
        this.number = read(items, NUMBER).readLong();
        this.timestamp = read(items, TIMESTAMP).readLong();
        this.extraData = extraData;
    }

    private static RlpReader read(List<Bytes> items, int index) {
        return RlpReader.of(items.get(index));
    }

    /// Throws [RlpException] unless `encoded` is a header with QBFT's extraData.
    public static QbftHeader decode(Bytes encoded) {
        List<Bytes> items =
                RlpReader.decode(encoded, reader -> reader.readList(ITEMS_MAX, RlpReader::readRaw));
        if (items.size() < ITEMS_MIN) {
            throw new RlpException("a header of " + items.size() + " items");
        }
        Bytes extraData = read(items, EXTRA_DATA).readBytes(ITEM_BYTES_MAX);
        return new QbftHeader(items, ExtraData.decode(extraData));
    }

    public Hash parentHash() {
        return parentHash;
    }

    public Address coinbase() {
        return coinbase;
    }

    public long number() {
        return number;
    }

    /// Seconds since 1970.
    public long timestamp() {
        return timestamp;
    }

    public ExtraData extraData() {
        return extraData;
    }

    public QbftHeader withExtraData(ExtraData replacement) {
        List<Bytes> replaced = new ArrayList<>(items);
        replaced.set(
                EXTRA_DATA,
                Bytes.wrap(RlpWriter.encode(item -> item.writeBytes(replacement.encode()))));
        return new QbftHeader(List.copyOf(replaced), replacement);
    }

    /// The stored form.
    public Bytes encode() {
        return Bytes.wrap(RlpWriter.encodeList(list -> items.forEach(list::writeRaw)));
    }

    public Bytes sealForm() {
        return withExtraData(extraData.withSeals(List.of())).encode();
    }

    public Bytes hashForm() {
        return withExtraData(extraData.withSeals(List.<Signature>of()).withRound(0)).encode();
    }

    /// Keccak of the seal form: what is prepared, committed and sealed.
    public Hash digest() {
        return Keccak.hash256(sealForm());
    }

    /// Keccak of the hash form: the block hash. A genesis hash is keccak of the header as it is.
    public Hash hash() {
        return number == 0 ? Keccak.hash256(encode()) : Keccak.hash256(hashForm());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QbftHeader that && items.equals(that.items);
    }

    @Override
    public int hashCode() {
        return items.hashCode();
    }

    @Override
    public String toString() {
        return "QbftHeader[" + number + ", round " + extraData.round() + ", " + hash() + "]";
    }
}
