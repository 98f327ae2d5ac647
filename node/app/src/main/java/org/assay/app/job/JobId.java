package org.assay.app.job;

import org.assay.primitives.Hash;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A job's id on the command line.
final class JobId implements ITypeConverter<Hash> {
    @Override
    public Hash convert(String text) {
        try {
            return Hash.fromHex(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no job's id: write 0x and 64 hex digits");
        }
    }
}
