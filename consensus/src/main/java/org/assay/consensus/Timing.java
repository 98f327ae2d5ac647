package org.assay.consensus;

/// A height's timing. `emptyBlockPeriodMillis` 0 means that empty blocks are made like others.
public record Timing(
        long blockPeriodMillis, long emptyBlockPeriodMillis, long requestTimeoutMillis) {}
