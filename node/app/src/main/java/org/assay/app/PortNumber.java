package org.assay.app;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A TCP or UDP port on the command line; 0 lets the system choose.
public final class PortNumber implements ITypeConverter<Integer> {
    private static final int MAX = 65_535;

    @Override
    public Integer convert(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MAX) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Answered below.
        }
        throw new TypeConversionException(
                "'" + text + "' is no port: write 0 (any free one) to " + MAX);
    }
}
