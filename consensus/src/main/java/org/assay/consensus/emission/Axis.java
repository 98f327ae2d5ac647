package org.assay.consensus.emission;

import java.util.Locale;

/// What a schedule's index counts. `ISSUANCE` is in the smallest unit, `TIME` in Unix seconds;
/// all others are whole periods.
public enum Axis {
    HEIGHT,
    TIME,
    ISSUANCE,
    EPOCH,
    WEEK,
    MONTH,
    YEAR,
    /// Units of progress towards a fixed goal.
    PROGRESS;

    /// As policies and the command line spell it.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
