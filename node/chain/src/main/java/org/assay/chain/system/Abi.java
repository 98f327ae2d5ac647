package org.assay.chain.system;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;

/// The part of the Solidity contract ABI that the system contracts use: words, byte strings,
/// tuples and dynamic arrays of them.
public sealed interface Abi {
    /// Any static value of one word.
    record Word(UInt256 value) implements Abi {}

    /// `bytes` or `string`.
    record Text(Bytes value) implements Abi {}

    /// A struct: dynamic when one of its members is.
    record Tuple(List<Abi> members) implements Abi {}

    /// `T[]`.
    record Array(List<Abi> items) implements Abi {}

    static Abi of(long value) {
        return new Word(UInt256.of(value));
    }

    static Abi of(UInt256 value) {
        return new Word(value);
    }

    static Abi of(Hash value) {
        return new Word(value.toUInt256());
    }

    static Abi of(Address value) {
        return new Word(value.toWord());
    }

    static Abi of(boolean value) {
        return new Word(value ? UInt256.ONE : UInt256.ZERO);
    }

    static Abi of(Bytes value) {
        return new Text(value);
    }

    static Abi tuple(Abi... members) {
        return new Tuple(List.of(members));
    }

    /// The first four bytes of the signature's hash, then the arguments.
    static Bytes call(String signature, Abi... arguments) {
        byte[] selector =
                Arrays.copyOf(
                        Keccak.hash256(signature.getBytes(StandardCharsets.US_ASCII)).toArray(), 4);
        return Bytes.wrap(selector).concat(encode(arguments));
    }

    /// The arguments alone, as a constructor takes them.
    static Bytes encode(Abi... arguments) {
        return Bytes.wrap(body(List.of(arguments)));
    }

    private boolean isDynamic() {
        return switch (this) {
            case Word w -> false;
            case Text t -> true;
            case Array a -> true;
            case Tuple tuple -> tuple.members.stream().anyMatch(Abi::isDynamic);
        };
    }

    private byte[] encoding() {
        return switch (this) {
            case Word word -> word.value.toArray();
            case Tuple tuple -> body(tuple.members);
            case Array array -> join(UInt256.of(array.items.size()).toArray(), body(array.items));
            case Text text ->
                    join(
                            UInt256.of(text.value.size()).toArray(),
                            Arrays.copyOf(
                                    text.value.unsafeArray(), (text.value.size() + 31) / 32 * 32));
        };
    }

    private static byte[] body(List<Abi> values) {
        int headBytes = 0;
        for (Abi value : values) {
            headBytes += value.isDynamic() ? 32 : value.encoding().length;
        }
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        for (Abi value : values) {
            if (value.isDynamic()) {
                head.writeBytes(UInt256.of(headBytes + tail.size()).toArray());
                tail.writeBytes(value.encoding());
            } else {
                head.writeBytes(value.encoding());
            }
        }
        return join(head.toByteArray(), tail.toByteArray());
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
