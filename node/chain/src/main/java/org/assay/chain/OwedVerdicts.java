package org.assay.chain;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assay.chain.system.ContractViews;
import org.assay.primitives.Hash;

/// The verdicts that have been due for longer than the grace: a proposer that leaves one of them
/// out is not paid (PROTOCOL section 4).
///
/// What it answers is a function of the head's state alone: every commit made in the last
/// [#HORIZON_BLOCKS] blocks that has no verdict and whose verdict (or FAIL/WITHHELD) was first
/// due at least `verdictGraceBlocks` before the head. What it remembers between heads only saves
/// looking again. Safe for many threads.
public final class OwedVerdicts {
    /// Commits older than this are forgotten: the beacon's ring forgets soon after.
    public static final long HORIZON_BLOCKS = 8_000;

    private final Contexts contexts;
    private final long graceBlocks;
    private final Map<Hash, Waiting> waiting = new LinkedHashMap<>();
    private long looked = -1;
    private long answeredNumber = -1;
    private Hash answeredFor = Hash.ZERO;
    private List<Hash> answer = List.of();

    /// `lookFrom`: until this block the verdict cannot be owed.
    private record Waiting(long height, long lookFrom) {}

    public OwedVerdicts(Contexts contexts, long graceBlocks) {
        this.contexts = contexts;
        this.graceBlocks = graceBlocks;
    }

    /// The commits whose verdict a child of `head` owes.
    public synchronized List<Hash> after(ChainHead head) {
        if (!answeredFor.equals(head.hash())) {
            ContractViews views = contexts.viewsAfter(head.header(), head.state());
            if (head.number() <= answeredNumber) {
                waiting.clear(); // a development chain was rewound
                looked = -1;
            }
            answeredNumber = head.number();
            takeIn(views, head.number());
            answer = look(views, head.number());
            answeredFor = head.hash();
        }
        return answer;
    }

    private void takeIn(ContractViews views, long number) {
        long count = views.commitCount();
        if (looked < 0) {
            looked = firstWithin(views, count, number);
        }
        for (; looked < count; looked++) {
            Hash commitId = views.commitAt(looked);
            waiting.put(commitId, new Waiting(views.commitOf(commitId).height(), number));
        }
    }

    /// The first commit within the horizon; commits stand in the order of their blocks.
    private static long firstWithin(ContractViews views, long count, long number) {
        long low = 0;
        long high = count;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (views.commitOf(views.commitAt(middle)).height() + HORIZON_BLOCKS < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private List<Hash> look(ContractViews views, long number) {
        List<Hash> owed = new ArrayList<>();
        for (Iterator<Map.Entry<Hash, Waiting>> all = waiting.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<Hash, Waiting> entry = all.next();
            Hash commitId = entry.getKey();
            if (entry.getValue().height() + HORIZON_BLOCKS < number) {
                all.remove();
                continue;
            }
            if (number < entry.getValue().lookFrom()) {
                continue;
            }
            if (views.verdictOf(commitId).height() != 0) {
                all.remove();
                continue;
            }
            long from = dueSince(views, commitId, number) + graceBlocks;
            if (from <= number) {
                owed.add(commitId);
            } else {
                entry.setValue(new Waiting(entry.getValue().height(), from));
            }
        }
        return List.copyOf(owed);
    }

    /// The block after which the verdict was first due; for one that is not due yet, the earliest
    /// block after which it can be.
    private static long dueSince(ContractViews views, Hash commitId, long number) {
        return switch (views.dueOf(commitId)) {
            case VERDICT ->
                    Math.max(views.verifyEpochBlock(commitId), views.certificateHeight(commitId));
            case WITHHELD -> views.deadlineOf(commitId);
            case NOTHING, RULING -> number + 1;
        };
    }
}
