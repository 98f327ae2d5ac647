package org.assay.app.node;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log line of a node that catches up. Owned by the node loop.
final class SyncProgress {
    private static final Logger LOG = LoggerFactory.getLogger(SyncProgress.class);
    private static final long LOG_MILLIS = 2_000;

    private long sinceMillis;
    private long fromBlock;
    private long gas;

    void add(long gasUsed) {
        gas += gasUsed;
    }

    /// One line every two seconds while more than a block is missing.
    void log(long nowMillis, long head, long target, int peers) {
        if (sinceMillis == 0 || nowMillis - sinceMillis > 5 * LOG_MILLIS) {
            restart(nowMillis, head);
            return;
        }
        long millis = nowMillis - sinceMillis;
        if (millis < LOG_MILLIS || target <= head + 1) {
            return;
        }
        long blocksPerSecond = Math.max(1, (head - fromBlock) * 1_000 / millis);
        LOG.info(
                "syncing: block {} of {} ({}%), {} blocks/s, {} Mgas/s, {} s left, {} peers",
                head,
                target,
                permille(head, target),
                blocksPerSecond,
                gas / 1_000 / millis,
                (target - head) / blocksPerSecond,
                peers);
        restart(nowMillis, head);
    }

    private static String permille(long head, long target) {
        long permille = head * 1_000 / target;
        return permille / 10 + "." + permille % 10;
    }

    private void restart(long nowMillis, long head) {
        sinceMillis = nowMillis;
        fromBlock = head;
        gas = 0;
    }
}
