package org.assay.app.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.assay.app.node.CheckpointPeers.Question;
import org.assay.app.node.CheckpointWalk.ProvenSet;
import org.assay.app.node.CheckpointWalk.Walked;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.Checkpoint;
import org.assay.chain.ValidatorSetProof;
import org.assay.p2p.PeerInfo;
import org.assay.p2p.RlpxNetwork;
import org.assay.p2p.WireCode;
import org.assay.p2p.discovery.Discovery;
import org.assay.p2p.eth.EthServer;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Header;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.storage.KeyValueStore;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateIntake;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fills an empty database with the state of a recent block instead of executing all before it.
///
/// Trust comes from genesis alone ([CheckpointWalk]); peers only deliver. In order: a peer names
/// a snapshot it holds, the walk shows its header to be sealed by the right validators, the state
/// is fetched from the header's root down, each part checked against its proven parent
/// ([StateIntake]), and the last blocks with it. One batch at the end makes it a chain; until
/// then a kill loses nothing but the parts under way. Runs before a node is there, on one thread,
/// with peers of its own.
public final class CheckpointSync {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointSync.class);

    /// With peers, but none of them holding a snapshot for so long, there is none.
    private static final long PATIENCE_MILLIS = 15_000;

    private static final long TURN_MILLIS = 500;

    /// A plan on disk: one header, and the proofs of the validators' changes.
    private static final int PLAN_PROOFS_MAX = 1 << 20;

    private final Blockchain genesis;
    private final StateIntake intake;
    private final boolean archive;
    private final Optional<Hash> passes;
    private final CheckpointPeers peers = new CheckpointPeers();

    private boolean isToldOfOther;

    /// How it ended.
    public enum Outcome {
        /// The database holds a chain that begins at the checkpoint.
        DONE,
        /// No peer has a snapshot; the database is empty.
        NO_SNAPSHOT
    }

    public CheckpointSync(ChainSpec spec, KeyValueStore store, boolean archive) {
        this(spec, store, archive, Optional.empty());
    }

    /// The walk must come by the block with the hash `passes`, if there is one: that whose state
    /// is downloaded, or one after which the validators changed.
    public CheckpointSync(
            ChainSpec spec, KeyValueStore store, boolean archive, Optional<Hash> passes) {
        MemoryStore memory = new MemoryStore();
        this.genesis =
                new Blockchain(memory, WorldState.open(memory, StateOptions.bounded()), spec);
        this.intake = new StateIntake(store);
        this.archive = archive;
        this.passes = passes;
    }

    /// Whether a chain can begin in `store` by checkpoint: it is empty, or was left halfway.
    public static boolean isPossible(KeyValueStore store) {
        return !new StateIntake(store).hasState();
    }

    /// Returns when there is a chain, or no snapshot anywhere.
    public Outcome run(P2pPlan plan) throws IOException, InterruptedException {
        EthServer eth = new EthServer(genesis, hash -> Optional.empty());
        try (RlpxNetwork network =
                RlpxNetwork.start(plan.settings(), eth, plan.staticPeers(), peers)) {
            peers.open(network);
            Optional<Discovery> discovery = plan.discover(network, eth);
            try {
                return sync();
            } finally {
                discovery.ifPresent(Discovery::close);
            }
        }
    }

    private Outcome sync() throws InterruptedException {
        long start = System.currentTimeMillis();
        Optional<Walked> target = resumed();
        while (true) {
            if (target.isEmpty()) {
                target = choose();
                if (target.isEmpty()) {
                    return Outcome.NO_SNAPSHOT;
                }
                Walked chosen = target.get();
                LOG.info(
                        "checkpoint sync: block {} {} is trusted, {} changes of validators proven",
                        chosen.header().number(),
                        chosen.hash(),
                        chosen.sets().size());
                if (!intake.plan().equals(Optional.of(encode(chosen)))) {
                    intake.begin(encode(chosen), chosen.header().stateRoot());
                }
            }
            long height = target.get().header().number();
            CheckpointDownload download = new CheckpointDownload(peers, intake, height);
            if (download.run()) {
                LOG.info(
                        "checkpoint sync: the state of block {} is complete, {} accounts and slots"
                                + " since the start",
                        height,
                        download.leaves());
                finish(target.get());
                LOG.info(
                        "checkpoint sync: done with block {} in {} s",
                        height,
                        (System.currentTimeMillis() - start) / 1_000);
                return Outcome.DONE;
            }
            LOG.warn("checkpoint sync: no peer holds the state of block {} any more", height);
            target = Optional.empty();
        }
    }

    private Optional<Walked> resumed() {
        Optional<Walked> plan = intake.plan().map(this::decode).filter(this::isWanted);
        plan.ifPresent(
                walked ->
                        LOG.info(
                                "checkpoint sync: goes on with the state of block {}",
                                walked.header().number()));
        return plan;
    }

    private static Bytes encode(Walked walked) {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            walked.header().write(list);
                            list.writeList(
                                    walked.sets(),
                                    (sets, set) -> sets.writeRaw(set.proof().encode()));
                        }));
    }

    private Walked decode(Bytes plan) {
        return RlpReader.decode(
                plan,
                reader -> {
                    RlpReader list = reader.readList();
                    Header header = Header.decode(list.readRaw());
                    List<ValidatorSetProof> proofs =
                            list.readList(
                                    PLAN_PROOFS_MAX,
                                    item -> ValidatorSetProof.decode(item.readRaw()));
                    return CheckpointWalk.again(genesis, header, proofs);
                });
    }

    private record Offer(PeerInfo peer, long height) {}

    /// The newest snapshot that some peer holds and whose header is proven. Waits for peers;
    /// empty where those that are there have none, unless a download was begun already.
    private Optional<Walked> choose() throws InterruptedException {
        long aloneUntil = Long.MAX_VALUE;
        while (true) {
            List<Offer> offers = new ArrayList<>();
            for (PeerInfo peer : peers.usable()) {
                offers(peer).forEach(height -> offers.add(new Offer(peer, height)));
            }
            Optional<Walked> begun = intake.plan().map(this::decode).filter(this::isWanted);
            if (begun.isPresent()
                    && offers.stream()
                            .anyMatch(offer -> offer.height == begun.get().header().number())) {
                return begun;
            }
            offers.sort(Comparator.comparingLong(Offer::height).reversed());
            for (Offer offer : offers) {
                Optional<Walked> walked =
                        new CheckpointWalk(genesis, peers, offer.peer.address()).to(offer.height);
                if (walked.isPresent() && isWanted(walked.get())) {
                    return walked;
                }
            }
            long now = System.currentTimeMillis();
            if (!peers.usable().isEmpty() && aloneUntil == Long.MAX_VALUE) {
                aloneUntil = now + PATIENCE_MILLIS;
            }
            if (now > aloneUntil && intake.plan().isEmpty() && passes.isEmpty()) {
                return Optional.empty();
            }
            Thread.sleep(TURN_MILLIS);
        }
    }

    private boolean isWanted(Walked walked) {
        boolean isWanted =
                passes.isEmpty()
                        || passes.get().equals(walked.hash())
                        || walked.sets().stream()
                                .map(set -> genesis.hashing().hashOf(set.proof().header()))
                                .anyMatch(passes.get()::equals);
        if (!isWanted && !isToldOfOther) {
            isToldOfOther = true;
            LOG.warn(
                    "checkpoint sync: block {} {} is proven, but not by way of {}: waiting for a"
                            + " state that is",
                    walked.header().number(),
                    walked.hash(),
                    passes.get());
        }
        return isWanted;
    }

    private List<Long> offers(PeerInfo peer) throws InterruptedException {
        long epoch = SnapshotDesk.everyBlocks(genesis.spec(), 1);
        return peers
                .ask(
                        peer.address(),
                        new Question<>(
                                WireCode.GET_SNAPSHOTS,
                                WireCode.SNAPSHOTS,
                                id -> new SnapshotMessages.GetSnapshots(id).encode(),
                                payload -> SnapshotMessages.Snapshots.decode(payload).heights()))
                .orElse(List.of())
                .stream()
                .filter(height -> height > 0)
                .filter(height -> !isByVotes() || height % epoch == 0)
                .toList();
    }

    private boolean isByVotes() {
        return genesis.spec().qbft().orElseThrow().first().validatorContract().isEmpty();
    }

    /// Fetches the last blocks and makes all of it a chain.
    private void finish(Walked walked) throws InterruptedException {
        while (true) {
            for (PeerInfo peer : peers.usable()) {
                CheckpointTail tail = new CheckpointTail(peers, genesis.hashing(), peer);
                Optional<List<Blockchain.Stored>> blocks = tail.downTo(walked, !isByVotes());
                if (blocks.isPresent()) {
                    WriteBatch batch = new WriteBatch();
                    List<ValidatorSetProof> sets =
                            walked.sets().stream().map(ProvenSet::proof).toList();
                    Checkpoint.write(batch, genesis.spec(), blocks.get(), sets);
                    Header header = walked.header();
                    intake.finish(header.number(), header.stateRoot(), archive, batch);
                    return;
                }
            }
            Thread.sleep(TURN_MILLIS);
        }
    }
}
