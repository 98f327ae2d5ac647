package org.assay.app.node;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assay.app.node.CheckpointPeers.Question;
import org.assay.p2p.PeerInfo;
import org.assay.p2p.WireCode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import org.assay.storage.state.StateIntake;
import org.assay.storage.state.StatePart;
import org.assay.storage.state.StateTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches the state of one block from all peers that hold it, a few threads a peer. A part is
/// checked on the thread of the peer that sent it, and written by the one that asked.
final class CheckpointDownload {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointDownload.class);

    /// Peers asked at once, and requests to one of them.
    static final int PEERS_MAX = 8;

    static final int REQUESTS_OF_ONE_PEER_MAX = 2;

    /// Places asked for in the first request to a peer. Then twice as many after an answer that
    /// was quick, and half as many after one that was slow or none: over a slow line an answer
    /// still arrives in time.
    static final int FIRST_ITEMS = 1;

    private static final long QUICK_MILLIS = 1_000;
    private static final long SLOW_MILLIS = CheckpointPeers.ANSWER_MILLIS_MAX / 2;

    /// Open tasks in memory; the others are on disk only.
    static final int READY_MAX = 1 << 16;

    /// With no peer that answers for so long the snapshot is taken to be gone.
    static final long GONE_MILLIS = 20_000;

    private static final long TURN_MILLIS = 250;
    private static final long LOG_MILLIS = 2_000;

    private final CheckpointPeers peers;
    private final StateIntake intake;
    private final long height;

    // Shared with the workers, under the monitor of this.
    private final ArrayDeque<StateTask> ready = new ArrayDeque<>();
    private final Set<StateTask> asked = new HashSet<>();
    private final Map<Address, Integer> workers = new HashMap<>();
    private final Map<Address, Integer> itemsOf = new HashMap<>();
    private final Set<Address> lacking = new HashSet<>();
    private long leaves;
    private long answeredAtMillis;
    private boolean ended;
    private @Nullable Throwable failure;

    CheckpointDownload(CheckpointPeers peers, StateIntake intake, long height) {
        this.peers = peers;
        this.intake = intake;
        this.height = height;
    }

    /// Whether the state is complete; false when no peer has it any more.
    boolean run() throws InterruptedException {
        long start = System.currentTimeMillis();
        long logged = start;
        long leftAtStart = intake.leftMillionths();
        answeredAtMillis = start;
        try {
            while (!isDone()) {
                employ();
                Thread.sleep(TURN_MILLIS);
                long now = System.currentTimeMillis();
                if (failure() != null) {
                    throw new IllegalStateException("checkpoint sync", failure());
                }
                if (now - answeredAt() > GONE_MILLIS) {
                    return false;
                }
                if (now - logged >= LOG_MILLIS) {
                    log(now - start, leftAtStart);
                    logged = now;
                }
            }
            return true;
        } finally {
            end();
        }
    }

    /// Accounts and slots that came since [#run] began.
    synchronized long leaves() {
        return leaves;
    }

    private synchronized long answeredAt() {
        return answeredAtMillis;
    }

    private synchronized @Nullable Throwable failure() {
        return failure;
    }

    private synchronized void end() {
        ended = true;
    }

    private void log(long millis, long leftAtStart) {
        long left = intake.leftMillionths();
        long done = Math.max(1, leftAtStart - left);
        long count;
        int active;
        synchronized (this) {
            count = leaves;
            active = workers.size();
        }
        LOG.info(
                "checkpoint sync: state of block {}, {}%, {} accounts and slots, {}/s, {} s left,"
                        + " {} peers",
                height,
                (1_000_000 - left) / 10_000 + "." + (1_000_000 - left) / 1_000 % 10,
                count,
                count * 1_000 / Math.max(1, millis),
                millis * left / done / 1_000,
                active);
    }

    private synchronized boolean isDone() {
        return ready.isEmpty() && asked.isEmpty() && !refill();
    }

    /// Takes open tasks from disk; whether there are any.
    private boolean refill() {
        for (StateTask task : intake.tasks(READY_MAX / 8 + asked.size())) {
            if (!asked.contains(task)) {
                ready.addFirst(task); // the most urgent ends up last, where they are taken
            }
        }
        return !ready.isEmpty();
    }

    /// Sees to it that each usable peer has its workers.
    private void employ() {
        for (PeerInfo peer : peers.usable()) {
            synchronized (this) {
                int count = workers.getOrDefault(peer.address(), 0);
                boolean isRoom = count > 0 || workers.size() < PEERS_MAX;
                if (lacking.contains(peer.address())
                        || !isRoom
                        || count == REQUESTS_OF_ONE_PEER_MAX) {
                    continue;
                }
                workers.put(peer.address(), count + 1);
            }
            Thread.ofVirtual().name("checkpoint").start(() -> work(peer.address()));
        }
    }

    private void work(Address peer) {
        try {
            while (true) {
                List<StateTask> tasks = next(peer);
                if (tasks.isEmpty()) {
                    return;
                }
                if (!fetch(peer, tasks)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) { // the database: the thread that waits for all stops
            synchronized (this) {
                failure = e;
            }
        } finally {
            synchronized (this) {
                workers.computeIfPresent(peer, (ignored, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    private synchronized List<StateTask> next(Address peer) {
        List<StateTask> tasks = new ArrayList<>();
        if (!ended && (!ready.isEmpty() || refill())) {
            while (tasks.size() < itemsOf(peer) && !ready.isEmpty()) {
                StateTask task = ready.removeLast();
                tasks.add(task);
                asked.add(task);
            }
        }
        return tasks;
    }

    /// Whether to go on with this peer.
    private boolean fetch(Address peer, List<StateTask> tasks) throws InterruptedException {
        List<SnapshotMessages.Item> items = tasks.stream().map(SnapshotMessages.Item::of).toList();
        List<StateIntake.Checked.Proven> proven = List.of();
        long askedAt = System.currentTimeMillis();
        try {
            Optional<List<StateIntake.Checked.Proven>> answer =
                    peers.ask(
                            peer,
                            new Question<>(
                                    WireCode.GET_STATE,
                                    WireCode.STATE,
                                    id -> new SnapshotMessages.GetState(id, height, items).encode(),
                                    payload -> read(tasks, payload)));
            proven = answer.orElse(List.of());
            proven.forEach(intake::take);
            if (answer.isPresent() && proven.isEmpty()) {
                synchronized (this) {
                    lacking.add(peer);
                }
            }
            return !proven.isEmpty();
        } finally {
            settle(tasks, proven);
            pace(peer, System.currentTimeMillis() - askedAt);
        }
    }

    private synchronized int itemsOf(Address peer) {
        return itemsOf.getOrDefault(peer, FIRST_ITEMS);
    }

    /// The last request to the peer took `millis`.
    private synchronized void pace(Address peer, long millis) {
        int items = itemsOf(peer);
        if (millis <= QUICK_MILLIS) {
            itemsOf.put(peer, Math.min(SnapshotMessages.ITEMS_MAX, 2 * items));
        } else if (millis >= SLOW_MILLIS) {
            itemsOf.put(peer, Math.max(1, items / 2));
        }
    }

    private List<StateIntake.Checked.Proven> read(List<StateTask> tasks, Bytes payload) {
        List<StatePart> parts = SnapshotMessages.State.decode(payload).parts();
        if (parts.size() > tasks.size()) {
            throw new RlpException("more parts of the state than were asked for");
        }
        List<StateIntake.Checked.Proven> proven = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            switch (intake.check(tasks.get(i), parts.get(i))) {
                case StateIntake.Checked.Proven one -> proven.add(one);
                case StateIntake.Checked.Refused(StateIntake.Refusal reason) ->
                        throw new RlpException("a part of the state is refused: " + reason);
            }
        }
        return List.copyOf(proven);
    }

    /// What was proven is done with; what follows from it and what was not answered is open.
    private synchronized void settle(
            List<StateTask> tasks, List<StateIntake.Checked.Proven> proven) {
        tasks.forEach(asked::remove);
        for (StateTask task : tasks.subList(proven.size(), tasks.size())) {
            ready.addLast(task);
        }
        for (StateIntake.Checked.Proven one : proven) {
            leaves += one.leaves();
            for (StateTask task : one.then()) {
                if (ready.size() < READY_MAX && !asked.contains(task)) {
                    ready.addLast(task);
                }
            }
        }
        if (!proven.isEmpty()) {
            answeredAtMillis = System.currentTimeMillis();
        }
    }
}
