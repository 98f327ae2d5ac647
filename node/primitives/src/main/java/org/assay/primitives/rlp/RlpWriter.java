package org.assay.primitives.rlp;

import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// Writes canonical RLP (Yellow Paper, appendix B).
public final class RlpWriter {
    private final RLPWriter writer;

    private RlpWriter(RLPWriter writer) {
        this.writer = writer;
    }

    /// The encoding of whatever `write` writes.
    public static byte[] encode(Consumer<RlpWriter> write) {
        return RLP.encode(inner -> write.accept(new RlpWriter(inner))).toArrayUnsafe();
    }

    /// The encoding of one list with the items that `write` writes.
    public static byte[] encodeList(Consumer<RlpWriter> write) {
        return RLP.encodeList(inner -> write.accept(new RlpWriter(inner))).toArrayUnsafe();
    }

    public void writeList(Consumer<RlpWriter> write) {
        writer.writeList(inner -> write.accept(new RlpWriter(inner)));
    }

    public <T> void writeList(Collection<T> items, BiConsumer<RlpWriter, T> writeItem) {
        writeList(list -> items.forEach(item -> writeItem.accept(list, item)));
    }

    public void writeBytes(Bytes value) {
        writer.writeValue(org.apache.tuweni.bytes.Bytes.wrap(value.unsafeArray()));
    }

    public void writeArray(byte[] value) {
        writer.writeValue(org.apache.tuweni.bytes.Bytes.wrap(value));
    }

    public void writeHash(Hash value) {
        writeArray(value.toArray());
    }

    public void writeAddress(Address value) {
        writeArray(value.toArray());
    }

    public void writeUInt256(UInt256 value) {
        writeArray(value.toMinimalArray());
    }

    /// A scalar, read as unsigned.
    public void writeLong(long value) {
        writeArray(UInt256.of(value).toMinimalArray());
    }

    /// An item that is already encoded.
    public void writeRaw(byte[] encoded) {
        writer.writeRLP(org.apache.tuweni.bytes.Bytes.wrap(encoded));
    }

    public void writeRaw(Bytes encoded) {
        writeRaw(encoded.unsafeArray());
    }
}
