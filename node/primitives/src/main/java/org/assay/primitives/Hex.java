package org.assay.primitives;

import java.util.HexFormat;

/// Hexadecimal text with and without the `0x` prefix.
public final class Hex {
    private static final HexFormat FORMAT = HexFormat.of();

    private Hex() {}

    /// Lower-case text with the `0x` prefix.
    public static String encode(byte[] bytes) {
        return "0x" + FORMAT.formatHex(bytes);
    }

    /// Lower-case text without a prefix.
    public static String encodeBare(byte[] bytes) {
        return FORMAT.formatHex(bytes);
    }

    /// Bytes of an even-length text, with or without the prefix.
    /// Throws [IllegalArgumentException] on any other text.
    public static byte[] decode(String text) {
        String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
        return FORMAT.parseHex(digits);
    }
}
