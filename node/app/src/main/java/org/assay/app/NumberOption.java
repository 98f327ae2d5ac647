package org.assay.app;

import org.assay.chain.ConfigException;

/// The range of a number on the command line.
public final class NumberOption {
    private NumberOption() {}

    /// Throws [ConfigException] naming `option` unless `least <= value <= most`.
    public static void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ConfigException(
                    option,
                    Integer.toString(value),
                    "write a number from " + least + " to " + most);
        }
    }
}
