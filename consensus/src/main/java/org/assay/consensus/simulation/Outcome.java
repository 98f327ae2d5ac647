package org.assay.consensus.simulation;

/// How a seed ended.
public sealed interface Outcome {
    /// `blocks` were final at the end; `recoveryMillis` after the network healed, every honest
    /// validator had made progress.
    record Passed(long blocks, long recoveryMillis) implements Outcome {}

    record Failed(long atMillis, String what) implements Outcome {}
}
