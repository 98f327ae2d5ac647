package org.assay.app.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.assay.p2p.Offence;
import org.assay.p2p.PeerInfo;
import org.assay.p2p.PeerNetwork;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The peers of a node that has no chain yet: it asks, and answers nothing. Answers are decoded
/// and checked on the peers' threads; who asks waits on its own.
final class CheckpointPeers implements PeerNetwork.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointPeers.class);

    static final long ANSWER_MILLIS_MAX = 10_000;

    /// A peer that did not answer is left alone this long.
    static final long REST_MILLIS = 5_000;

    private final Map<Long, Pending<?>> pending = new ConcurrentHashMap<>();
    private final Map<Address, Long> restUntil = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong(1);
    private volatile @Nullable PeerNetwork network;

    /// What is asked, and how the answer is read. `read` throws [RlpException] for whatever no
    /// honest peer answers, also where it decodes.
    record Question<T>(
            int code, int answerCode, LongFunction<Bytes> encode, Function<Bytes, T> read) {}

    private record Pending<T>(
            Address peer, Question<T> question, CompletableFuture<Optional<T>> answer) {
        void read(Bytes payload) {
            answer.complete(Optional.of(question.read.apply(payload)));
        }
    }

    void open(PeerNetwork opened) {
        network = opened;
    }

    PeerNetwork network() {
        return java.util.Objects.requireNonNull(network);
    }

    /// Connected peers that speak `assay/1` and are not left alone.
    List<PeerInfo> usable() {
        long now = System.currentTimeMillis();
        return network().peers().stream()
                .filter(peer -> peer.speaks("assay"))
                .filter(peer -> restUntil.getOrDefault(peer.address(), 0L) <= now)
                .toList();
    }

    /// The answer; empty where there is none in time, or one that bans the peer.
    <T> Optional<T> ask(Address peer, Question<T> question) throws InterruptedException {
        long id = nextId.getAndIncrement();
        Pending<T> asked = new Pending<>(peer, question, new CompletableFuture<>());
        pending.put(id, asked);
        try {
            network().send(List.of(peer), question.code, question.encode.apply(id));
            return asked.answer.get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            restUntil.put(peer, System.currentTimeMillis() + REST_MILLIS);
            network().report(peer, Offence.SLOW, "no answer to " + question.code);
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            pending.remove(id);
        }
    }

    /// The peer said what cannot be.
    void refuse(Address peer, String reason) {
        LOG.warn("checkpoint sync: peer {} is refused: {}", peer, reason);
        network().ban(peer, reason);
    }

    @Override
    public void onConnected(PeerInfo peer) {
        LOG.info("peer {} connected: {} {}", peer.address(), peer.client(), peer.remote());
    }

    @Override
    public void onDisconnected(Address peer) {
        pending.values().stream()
                .filter(one -> one.peer.equals(peer))
                .forEach(one -> one.answer.complete(Optional.empty()));
    }

    @Override
    public void onMessage(Address peer, int code, Bytes payload) {
        if (!isAnswer(code)) {
            return; // requests and gossip: there is nothing here yet to serve or to tell
        }
        try {
            long id = RlpReader.of(payload).readList().readUnsignedLong();
            Pending<?> asked = pending.get(id);
            if (asked != null && asked.peer.equals(peer) && asked.question.answerCode == code) {
                asked.read(payload);
            }
        } catch (RlpException e) {
            refuse(peer, "an answer of code " + code + ": " + e.getMessage());
            onDisconnected(peer);
        }
    }

    private static boolean isAnswer(int code) {
        return code == WireCode.SNAPSHOTS
                || code == WireCode.VALIDATOR_SETS
                || code == WireCode.STATE
                || code == (WireCode.ETH | EthCode.BLOCK_HEADERS)
                || code == (WireCode.ETH | EthCode.BLOCK_BODIES)
                || code == (WireCode.ETH | EthCode.RECEIPTS);
    }
}
