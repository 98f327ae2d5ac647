package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.assay.chain.AssayConfig;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.QbftSchedule;
import org.assay.primitives.Bytes;
import org.assay.storage.KeyValueStore;
import org.assay.storage.StorageException;
import org.assay.storage.state.StatePart;
import org.assay.storage.state.StateSnapshot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the state after some blocks still and serves it to those who begin with it. The node
/// loop takes snapshots ([#onHead]); peers' threads read them. A thread of its own makes one
/// ready.
final class SnapshotDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotDesk.class);

    /// Snapshots lie at least this many blocks apart, at boundaries of epochs.
    static final long SPACING_BLOCKS = 256;

    /// Snapshots held at once: who began with the last but one has the time between two to end.
    static final int HELD_MAX = 2;

    private final Blockchain chain;
    private final KeyValueStore store;
    private final long everyBlocks;
    private final TreeMap<Long, Held> held = new TreeMap<>();
    private @Nullable Thread indexer;
    private boolean closed;

    /// A snapshot with the number of threads that read it; closed by the last one.
    private static final class Held {
        final StateSnapshot snapshot;
        boolean ready;
        boolean dropped;
        int readers;

        Held(StateSnapshot snapshot) {
            this.snapshot = snapshot;
        }
    }

    SnapshotDesk(Blockchain chain, KeyValueStore store, long everyBlocks) {
        this.chain = chain;
        this.store = store;
        this.everyBlocks = everyBlocks;
    }

    /// How many blocks lie between two snapshots when `wanted` should: whole epochs, so that
    /// every node takes the same. Where headers carry the votes the tally begins at an epoch of
    /// QBFT, and so must a chain.
    static long everyBlocks(ChainSpec spec, long wanted) {
        if (!spec.qbft().map(QbftSchedule::hasOneSelection).orElse(true)) {
            return 0; // nobody could walk there
        }
        boolean byHeaders =
                spec.qbft().map(qbft -> qbft.first().validatorContract().isEmpty()).orElse(false);
        long epoch =
                byHeaders
                        ? spec.qbft().orElseThrow().first().epochLength()
                        : spec.assay().map(AssayConfig::epochBlocks).orElse(1L);
        return wanted == 0 ? 0 : epoch * Math.ceilDiv(wanted, epoch);
    }

    /// The head is at `number`; on the node loop.
    void onHead(long number) {
        if (number == 0 || everyBlocks == 0 || number % everyBlocks != 0) {
            return;
        }
        synchronized (this) {
            if (closed || indexer != null) {
                return; // still busy with the one before
            }
            StateSnapshot snapshot = StateSnapshot.of(store);
            Held fresh = new Held(snapshot);
            held.put(snapshot.blockNumber(), fresh);
            Thread thread =
                    Thread.ofPlatform().name("snapshot").daemon().unstarted(() -> index(fresh));
            indexer = thread;
            thread.start();
        }
    }

    private void index(Held fresh) {
        try {
            fresh.snapshot.index(() -> !closed());
            synchronized (this) {
                fresh.ready = !closed;
            }
            LOG.info("snapshot of block {} is served", fresh.snapshot.blockNumber());
        } catch (StorageException e) {
            LOG.warn("no snapshot of block {}: {}", fresh.snapshot.blockNumber(), e.getMessage());
        }
        synchronized (this) {
            indexer = null;
            if (!fresh.ready) {
                drop(fresh);
            }
            while (held.size() > HELD_MAX) {
                drop(held.firstEntry().getValue());
            }
            notifyAll();
        }
    }

    /// Returns when no snapshot is being made.
    synchronized void awaitReady() throws InterruptedException {
        while (indexer != null) {
            wait();
        }
    }

    private synchronized boolean closed() {
        return closed;
    }

    private void drop(Held one) {
        held.remove(one.snapshot.blockNumber(), one);
        one.dropped = true;
        if (one.readers == 0) {
            one.snapshot.close();
        }
    }

    synchronized SnapshotMessages.Snapshots answer(SnapshotMessages.GetSnapshots ask) {
        long head = chain.head().number();
        List<Long> heights =
                held.entrySet().stream()
                        .filter(entry -> entry.getValue().ready && entry.getKey() < head)
                        .map(java.util.Map.Entry::getKey)
                        .toList();
        return new SnapshotMessages.Snapshots(ask.id(), heights);
    }

    SnapshotMessages.ValidatorSets answer(SnapshotMessages.GetValidatorSets ask) {
        List<Bytes> proofs =
                chain.validatorSetProofs(
                        ask.from(),
                        SnapshotMessages.SETS_MAX,
                        SnapshotMessages.ANSWER_BYTES_SOFT_MAX);
        return new SnapshotMessages.ValidatorSets(ask.id(), proofs);
    }

    SnapshotMessages.State answer(SnapshotMessages.GetState ask) {
        Held found = borrow(ask.height());
        if (found == null) {
            return new SnapshotMessages.State(ask.id(), List.of());
        }
        try {
            List<StatePart> parts = new ArrayList<>();
            int bytes = 0;
            for (SnapshotMessages.Item item : ask.items()) {
                Optional<StatePart> part =
                        found.snapshot.read(item.kind(), item.owner(), item.place());
                if (part.isEmpty()) {
                    break;
                }
                parts.add(part.get());
                bytes += SnapshotMessages.sizeBytes(part.get());
                if (bytes >= SnapshotMessages.ANSWER_BYTES_SOFT_MAX) {
                    break;
                }
            }
            return new SnapshotMessages.State(ask.id(), List.copyOf(parts));
        } finally {
            giveBack(found);
        }
    }

    private synchronized @Nullable Held borrow(long height) {
        Held found = held.get(height);
        if (found == null || !found.ready) {
            return null;
        }
        found.readers++;
        return found;
    }

    private synchronized void giveBack(Held one) {
        one.readers--;
        if (one.dropped && one.readers == 0) {
            one.snapshot.close();
        }
        notifyAll();
    }

    /// Before the store is closed: returns when nobody reads any more.
    @Override
    public synchronized void close() {
        closed = true;
        try {
            while (indexer != null || held.values().stream().anyMatch(one -> one.readers > 0)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List.copyOf(held.values()).forEach(this::drop);
    }
}
