package org.assay.rpc;

import java.nio.charset.StandardCharsets;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// The words in a revert's data: Solidity's `Error(string)` and `Panic(uint256)`.
public final class RevertReason {
    private static final Bytes ERROR_SELECTOR = Bytes.fromHex("0x08c379a0");
    private static final Bytes PANIC_SELECTOR = Bytes.fromHex("0x4e487b71");

    private RevertReason() {}

    /// The text, or null where the data has neither form.
    public static @Nullable String of(Bytes output) {
        if (output.size() < 36) {
            return null;
        }
        Bytes selector = output.slice(0, 4);
        if (selector.equals(PANIC_SELECTOR)) {
            return panic(UInt256.at(output.unsafeArray(), 4));
        }
        if (!selector.equals(ERROR_SELECTOR) || output.size() < 68) {
            return null;
        }
        UInt256 offset = UInt256.at(output.unsafeArray(), 4);
        if (!offset.fitsLong() || offset.w3() > output.size() - 36) {
            return null;
        }
        int at = 4 + (int) offset.w3();
        UInt256 size = UInt256.at(output.unsafeArray(), at);
        if (!size.fitsLong() || size.w3() > output.size() - at - 32) {
            return null;
        }
        return new String(
                output.slice(at + 32, at + 32 + (int) size.w3()).unsafeArray(),
                StandardCharsets.UTF_8);
    }

    /// The codes of Solidity's documentation, as geth words them.
    private static String panic(UInt256 code) {
        return switch (code.fitsLong() ? (int) Math.min(code.w3(), 0x100) : 0x100) {
            case 0x00 -> "generic panic";
            case 0x01 -> "assert(false)";
            case 0x11 -> "arithmetic underflow or overflow";
            case 0x12 -> "division or modulo by zero";
            case 0x21 -> "enum overflow";
            case 0x22 -> "invalid encoded storage byte array accessed";
            case 0x31 -> "out-of-bounds array access; popping on an empty array";
            case 0x32 -> "out-of-bounds access of an array or bytesN";
            case 0x41 -> "out of memory";
            case 0x51 -> "uninitialized function";
            default -> "unknown panic code: " + code.toQuantity();
        };
    }
}
