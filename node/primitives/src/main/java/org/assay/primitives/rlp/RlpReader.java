package org.assay.primitives.rlp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPReader;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// Reads canonical RLP front to back. Every read throws [RlpException] when the next item is not
/// of the asked kind, is not canonical, or is larger than the limit given.
public final class RlpReader {
    private final RLPReader reader;
    private final org.apache.tuweni.bytes.Bytes source;

    private RlpReader(RLPReader reader, org.apache.tuweni.bytes.Bytes source) {
        this.reader = reader;
        this.source = source;
    }

    /// A reader over the items in `input`, one after the other.
    public static RlpReader of(byte[] input) {
        return over(org.apache.tuweni.bytes.Bytes.wrap(input));
    }

    public static RlpReader of(Bytes input) {
        return of(input.unsafeArray());
    }

    /// Applies `decode` to the single item in `input` and refuses anything after it.
    public static <T> T decode(byte[] input, Function<RlpReader, T> decode) {
        RlpReader reader = of(input);
        T value = guard(() -> decode.apply(reader));
        reader.requireEnd();
        return value;
    }

    public static <T> T decode(Bytes input, Function<RlpReader, T> decode) {
        return decode(input.unsafeArray(), decode);
    }

    private static RlpReader over(org.apache.tuweni.bytes.Bytes content) {
        return guard(() -> RLP.decode(content, false, inner -> new RlpReader(inner, content)));
    }

    public boolean isEnd() {
        return reader.isComplete();
    }

    public boolean nextIsList() {
        return !isEnd() && guard(reader::nextIsList);
    }

    /// Whether the next item is the empty string or the empty list.
    public boolean nextIsEmpty() {
        if (isEnd()) {
            return false;
        }
        int prefix = source.get(reader.position()) & 0xff;
        return prefix == 0x80 || prefix == 0xc0;
    }

    public void requireEnd() {
        if (!reader.isComplete()) {
            throw new RlpException("more items than expected");
        }
    }

    /// A reader over the content of the list that comes next.
    public RlpReader readList() {
        return over(guard(() -> reader.readList(false, RLPReader::readRemaining)));
    }

    /// The next list, whose items are those that `read` takes, and no more.
    public <T> T readTuple(Function<RlpReader, T> read) {
        RlpReader items = readList();
        T tuple = read.apply(items);
        items.requireEnd();
        return tuple;
    }

    /// The items of the next list, at most `itemsMax` of them.
    public <T> List<T> readList(int itemsMax, Function<RlpReader, T> readItem) {
        RlpReader items = readList();
        List<T> values = new ArrayList<>();
        while (!items.isEnd()) {
            if (values.size() == itemsMax) {
                throw new RlpException("a list of more than " + itemsMax + " items");
            }
            values.add(guard(() -> readItem.apply(items)));
        }
        return List.copyOf(values);
    }

    /// A string of at most `bytesMax` bytes.
    public Bytes readBytes(int bytesMax) {
        byte[] value = readArray();
        if (value.length > bytesMax) {
            throw new RlpException("a string of " + value.length + " bytes, limit " + bytesMax);
        }
        return Bytes.wrap(value);
    }

    public byte[] readArray() {
        return guard(() -> reader.readValue(false).toArrayUnsafe().clone());
    }

    /// A string of exactly `size` bytes.
    public byte[] readArray(int size) {
        byte[] value = readArray();
        if (value.length != size) {
            throw new RlpException("a string of " + value.length + " bytes instead of " + size);
        }
        return value;
    }

    public Hash readHash() {
        return Hash.of(readArray(Hash.SIZE));
    }

    public Address readAddress() {
        return Address.of(readArray(Address.SIZE));
    }

    /// A scalar without leading zeros, below 2^256.
    public UInt256 readUInt256() {
        return UInt256.of(readScalar(32));
    }

    /// A scalar without leading zeros, below 2^63.
    public long readLong() {
        UInt256 value = UInt256.of(readScalar(8));
        if (!value.fitsLong()) {
            throw new RlpException("a scalar of 2^63 or more");
        }
        return value.w3();
    }

    /// A scalar without leading zeros, below 2^64, in the bits of a long.
    public long readUnsignedLong() {
        return UInt256.of(readScalar(8)).w3();
    }

    /// A scalar without leading zeros, below 2^31.
    public int readInt() {
        long value = readLong();
        if (value > Integer.MAX_VALUE) {
            throw new RlpException("a scalar of 2^31 or more");
        }
        return (int) value;
    }

    /// A scalar without leading zeros, below 2^8.
    public int readUnsignedByte() {
        byte[] value = readScalar(1);
        return value.length == 0 ? 0 : value[0] & 0xff;
    }

    private byte[] readScalar(int bytesMax) {
        byte[] value = readArray();
        if (value.length > bytesMax) {
            throw new RlpException("a scalar of more than " + bytesMax + " bytes");
        }
        if (value.length > 0 && value[0] == 0) {
            throw new RlpException("a scalar with leading zeros");
        }
        return value;
    }

    /// The next item, whatever it is, with its own prefix.
    public Bytes readRaw() {
        int start = reader.position();
        guard(
                () -> {
                    reader.skipNext(false);
                    return true;
                });
        return Bytes.wrap(source.slice(start, reader.position() - start).toArray());
    }

    private interface Read<T> {
        T read();
    }

    private static <T> T guard(Read<T> read) {
        try {
            return read.read();
        } catch (RlpException e) {
            throw e;
        } catch (org.apache.tuweni.rlp.RLPException | IllegalArgumentException e) {
            throw new RlpException(String.valueOf(e.getMessage()), e);
        } catch (IndexOutOfBoundsException e) {
            throw new RlpException("the input ends inside an item", e);
        }
    }
}
