package org.assay.consensus.emission;

import java.math.BigInteger;
import java.util.Optional;

/// How much may be created, as a function of an index: height, time, issuance, an epoch. Every
/// answer is exact, takes O(1) or O(log) steps after load, and needs no earlier one.
///
/// Amounts are in the smallest unit of the schedule's asset. Indexes before the first period pay
/// zero.
public sealed interface Schedule extends Rule
        permits Baseline,
                Capped,
                Exponential,
                FlatThenTaper,
                Geometric,
                GeometricSteps,
                Halving,
                HalvingByIssuance,
                LinearRelease,
                PerUnit,
                Ramp,
                RateTable {
    /// What the index counts.
    Axis axis();

    /// What the period at index `at` pays; of a schedule by issuance, what the next period pays
    /// when `at` is issued. Never negative.
    BigInteger amount(BigInteger at);

    /// The sum of [#amount] over the periods 0 up to but not including `end`; of a schedule by
    /// issuance, what is issued after `end` periods from nothing. Empty where the source rounds
    /// each period in a way that has no closed sum.
    Optional<BigInteger> cumulative(BigInteger end);

    /// The most that any period pays.
    BigInteger maximum();

    /// How many halvings lie behind at index `at`; 0 where the schedule has none.
    default int level(BigInteger at) {
        return 0;
    }
}
