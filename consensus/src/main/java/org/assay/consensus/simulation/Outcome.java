package org.assay.consensus.simulation;

import org.assay.primitives.Hash;

/// How a seed ended.
public sealed interface Outcome {
    /// `blocks` were final at the end, the last of them `head`; `recoveryMillis` after the
    /// network healed, every honest validator had made progress.
    record Passed(long blocks, Hash head, long recoveryMillis) implements Outcome {}

    record Failed(long atMillis, String what) implements Outcome {}
}
