package org.assay.evm.precompile;

import java.util.Arrays;
import org.assay.primitives.UInt256;

/// Reads call input as the precompiled contracts do: bytes past its end are zero.
final class Input {
    static final byte[] EMPTY = new byte[0];

    private Input() {}

    /// The `size` bytes from `offset`; both are small constants or were paid for.
    static byte[] slice(byte[] input, int offset, int size) {
        byte[] slice = new byte[size];
        if (offset < input.length) {
            System.arraycopy(input, offset, slice, 0, Math.min(size, input.length - offset));
        }
        return slice;
    }

    /// The big-endian word at `offset`.
    static UInt256 word(byte[] input, int offset) {
        return offset + 32 <= input.length
                ? UInt256.at(input, offset)
                : UInt256.at(slice(input, offset, 32), 0);
    }

    /// Exactly `size` bytes: a cut or zero-padded copy, or `input` itself where it fits.
    static byte[] resized(byte[] input, int size) {
        return input.length == size ? input : Arrays.copyOf(input, size);
    }

    /// How many 32-byte words `input` fills, rounded up.
    static long words(byte[] input) {
        return (input.length + 31L) / 32;
    }

    /// 32 bytes holding 1 or 0.
    static byte[] truth(boolean value) {
        byte[] word = new byte[32];
        word[31] = (byte) (value ? 1 : 0);
        return word;
    }
}
