package org.assay.app.node;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.assay.app.node.SyncChunk.CheckedBlock;
import org.assay.app.node.SyncChunk.CheckedHeader;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.ChainHead;
import org.assay.chain.ExecutedBlock;
import org.assay.consensus.Validators;
import org.assay.p2p.Offence;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Catches up: headers and then bodies of the next blocks come in chunks from several peers at
/// once, are checked on the peers' threads ([SyncChunk]), and are executed in order by the node
/// loop while further chunks arrive. A chunk whose peer does not answer goes to another. Owned by
/// the node loop, but for what is marked.
final class Sync {
    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);

    /// Blocks in one request; an answer may be shorter, the rest is then a chunk of its own.
    static final int CHUNK_BLOCKS = 128;

    /// Chunks being fetched or waiting to be executed, and bytes of the latter.
    static final int CHUNKS_MAX = 24;

    static final long READY_BYTES_MAX = 96L << 20;

    /// Chunks asked of one peer at once.
    static final int CHUNKS_OF_ONE_PEER_MAX = 3;

    private static final long ANSWER_MILLIS_MAX = 6_000;

    /// A peer that did not answer is left alone this long.
    private static final long REST_MILLIS = 5_000;

    /// Executing blocks holds the node loop at most about this long at a time.
    private static final long SLICE_MILLIS = 40;

    /// A validator one block behind is served by consensus; if not within this time, by sync.
    private static final long PATIENCE_MILLIS = 1_500;

    /// A block that so many others are waiting behind is written without waiting for the disk:
    /// what a power failure takes is fetched again, and the wait would be longer than executing
    /// it.
    private static final int UNSYNCED_FROM = 32;

    private final Parts parts;
    private final Runnable onNewHead;
    private final SyncProgress progress = new SyncProgress();
    private final Map<Address, Peer> peers = new HashMap<>();
    private final TreeMap<Long, Chunk> chunks = new TreeMap<>();

    /// Shared with the peers' threads.
    private final Map<Long, Request> requests = new ConcurrentHashMap<>();

    private long nextId = 1;
    private long readyBytes;
    private boolean draining;
    private long headSeen = -1;
    private long headSeenAtMillis;

    private static final class Peer {
        long height;
        int asked;
        long restUntilMillis;
    }

    private static final class Chunk {
        final long first;
        int count;
        @Nullable Request request;
        @Nullable ArrayDeque<CheckedBlock> ready;
        @Nullable Address source;

        Chunk(long first, int count) {
            this.first = first;
            this.count = count;
        }
    }

    /// What was asked of whom; immutable, read by the peer's thread. `headers` is empty where
    /// headers were asked for.
    private record Request(
            long id,
            Address peer,
            long first,
            int count,
            List<CheckedHeader> headers,
            long atMillis) {}

    /// `onNewHead` runs after blocks were appended.
    Sync(Parts parts, Runnable onNewHead) {
        this.parts = parts;
        this.onNewHead = onNewHead;
    }

    /// The height the node is catching up to, while it is behind by more than what consensus
    /// brings by itself.
    Optional<Long> target() {
        long best = best();
        return best > head() + 1 || (best > head() && !chunks.isEmpty())
                ? Optional.of(best)
                : Optional.empty();
    }

    /// Whether at least `others` peers have said where they are, and none of them is ahead.
    boolean isLevelWith(int others) {
        return peers.size() >= others && best() <= head();
    }

    private long head() {
        return parts.chain().head().number();
    }

    /// The greatest height of a peer, asked for at every poll.
    private long best() {
        long best = 0;
        for (Peer peer : peers.values()) {
            best = Math.max(best, peer.height);
        }
        return best;
    }

    /// `peer` has blocks up to `height`.
    void request(Address peer, long height) {
        Peer known = peers.computeIfAbsent(peer, ignored -> new Peer());
        known.height = Math.max(known.height, height);
        plan(System.currentTimeMillis());
    }

    void tellStatus(Address peer) {
        parts.network().send(List.of(peer), WireCode.STATUS, status());
    }

    Bytes status() {
        ChainHead head = parts.chain().head();
        return new Messages.Status(head.number(), head.hash()).encode();
    }

    void onDisconnected(Address peer) {
        peers.remove(peer);
        for (Chunk chunk : List.copyOf(chunks.values())) {
            if (chunk.request != null && chunk.request.peer.equals(peer)) {
                withdraw(chunk);
            }
        }
        plan(System.currentTimeMillis());
    }

    void poll(long nowMillis) {
        for (Chunk chunk : List.copyOf(chunks.values())) {
            Request request = chunk.request;
            if (request != null && nowMillis - request.atMillis > ANSWER_MILLIS_MAX) {
                Peer slow = peers.get(request.peer);
                if (slow != null) {
                    slow.restUntilMillis = nowMillis + REST_MILLIS;
                }
                parts.network().report(request.peer, Offence.SLOW, "block " + request.first);
                withdraw(chunk);
            }
        }
        plan(nowMillis);
    }

    /// The chunk has to be asked for again.
    private void withdraw(Chunk chunk) {
        Request request = chunk.request;
        if (request != null) {
            requests.remove(request.id);
            Peer peer = peers.get(request.peer);
            if (peer != null) {
                peer.asked--;
            }
        }
        chunk.request = null;
    }

    /// Whether the next block has to be fetched: not while consensus is about to bring it.
    private boolean isNeeded(long nowMillis) {
        long head = head();
        if (head != headSeen) {
            headSeen = head;
            headSeenAtMillis = nowMillis;
        }
        long ahead = best() - head;
        return ahead > (parts.isValidator() ? 1 : 0)
                || (ahead > 0 && nowMillis - headSeenAtMillis > PATIENCE_MILLIS);
    }

    private void plan(long nowMillis) {
        if (chunks.isEmpty() && !isNeeded(nowMillis)) {
            return;
        }
        chunks.headMap(head() + 1).values().removeIf(chunk -> isPassed(chunk));
        long next =
                chunks.isEmpty()
                        ? head() + 1
                        : chunks.lastKey() + chunks.lastEntry().getValue().count;
        long best = best();
        while (chunks.size() < CHUNKS_MAX && readyBytes < READY_BYTES_MAX && next <= best) {
            int count = (int) Math.min(CHUNK_BLOCKS, best - next + 1);
            chunks.put(next, new Chunk(next, count));
            next += count;
        }
        for (Chunk chunk : chunks.values()) {
            if (chunk.request == null && chunk.ready == null) {
                askHeaders(chunk, nowMillis);
            }
        }
    }

    private boolean isPassed(Chunk chunk) {
        boolean passed = chunk.ready == null && chunk.first + chunk.count - 1 <= head();
        if (passed) {
            withdraw(chunk);
        }
        return passed;
    }

    private void askHeaders(Chunk chunk, long nowMillis) {
        Address idlest = null;
        int fewest = CHUNKS_OF_ONE_PEER_MAX;
        for (Map.Entry<Address, Peer> entry : peers.entrySet()) {
            Peer peer = entry.getValue();
            if (peer.height >= chunk.first
                    && peer.asked < fewest
                    && peer.restUntilMillis <= nowMillis) {
                idlest = entry.getKey();
                fewest = peer.asked;
            }
        }
        if (idlest != null) {
            java.util.Objects.requireNonNull(peers.get(idlest)).asked++;
            EthMessages.GetHeaders ask =
                    EthMessages.GetHeaders.ofNumber(nextId, chunk.first, chunk.count);
            chunk.request =
                    remember(
                            new Request(
                                    nextId++,
                                    idlest,
                                    chunk.first,
                                    chunk.count,
                                    List.of(),
                                    nowMillis));
            send(idlest, EthCode.GET_BLOCK_HEADERS, ask.encode());
        }
    }

    private static boolean isOf(Chunk chunk, Request request) {
        return chunk.request != null && chunk.request.id == request.id;
    }

    private Request remember(Request request) {
        requests.put(request.id, request);
        return request;
    }

    private void send(Address peer, int code, Bytes payload) {
        parts.network().send(List.of(peer), WireCode.ETH | code, payload);
    }

    /// On the peer's thread. Throws [RlpException] for what no honest peer answers.
    void onHeaders(Address peer, EthMessages.Answer answer) {
        Request request = requests.get(answer.id());
        if (request == null || !request.peer.equals(peer) || !request.headers.isEmpty()) {
            return; // came too late
        }
        List<CheckedHeader> headers =
                SyncChunk.headers(
                        answer.items(),
                        request.first,
                        request.count,
                        parts.chain().head().nextValidators(),
                        parts.chain().hashing());
        parts.post(() -> onHeaders(request, headers));
    }

    private void onHeaders(Request request, List<CheckedHeader> headers) {
        Chunk chunk = chunks.get(request.first);
        if (chunk == null || !isOf(chunk, request)) {
            return;
        }
        if (headers.isEmpty()) {
            onNothing(chunk, request);
            return;
        }
        requests.remove(request.id);
        shorten(chunk, headers.size());
        List<Hash> hashes = headers.stream().map(CheckedHeader::hash).toList();
        chunk.request =
                remember(
                        new Request(
                                nextId++,
                                request.peer,
                                chunk.first,
                                chunk.count,
                                headers,
                                System.currentTimeMillis()));
        send(
                request.peer,
                EthCode.GET_BLOCK_BODIES,
                new EthMessages.GetByHash(chunk.request.id, hashes).encode());
    }

    /// The answer was short: the rest becomes a chunk of its own.
    private void shorten(Chunk chunk, int count) {
        if (count < chunk.count) {
            long rest = chunk.first + count;
            chunks.put(rest, new Chunk(rest, chunk.count - count));
            chunk.count = count;
        }
    }

    /// The peer does not have what it said it has.
    private void onNothing(Chunk chunk, Request request) {
        Peer peer = peers.get(request.peer);
        if (peer != null) {
            peer.height = Math.min(peer.height, request.first - 1);
        }
        parts.network().report(request.peer, Offence.USELESS, "no block " + request.first);
        withdraw(chunk);
        plan(System.currentTimeMillis());
    }

    /// As [#onHeaders], for bodies.
    void onBodies(Address peer, EthMessages.Answer answer) {
        Request request = requests.get(answer.id());
        if (request == null || !request.peer.equals(peer) || request.headers.isEmpty()) {
            return;
        }
        List<CheckedBlock> blocks = SyncChunk.blocks(request.headers, answer.items());
        parts.post(() -> onBlocks(request, blocks));
    }

    private void onBlocks(Request request, List<CheckedBlock> blocks) {
        Chunk chunk = chunks.get(request.first);
        if (chunk == null || !isOf(chunk, request)) {
            return;
        }
        if (blocks.isEmpty()) {
            onNothing(chunk, request);
            return;
        }
        withdraw(chunk);
        shorten(chunk, blocks.size());
        chunk.ready = new ArrayDeque<>(blocks);
        chunk.source = request.peer;
        readyBytes += blocks.stream().mapToLong(CheckedBlock::sizeBytes).sum();
        plan(System.currentTimeMillis());
        drain();
    }

    /// A block that a peer announced whole; on the peer's thread.
    void onNewBlock(Address peer, Block block) {
        CheckedHeader header =
                SyncChunk.header(
                        block.header(),
                        parts.chain().head().nextValidators(),
                        parts.chain().hashing());
        CheckedBlock checked = SyncChunk.checked(header, block);
        parts.post(() -> onNewBlock(peer, checked));
    }

    private void onNewBlock(Address peer, CheckedBlock block) {
        long number = block.header().header().number();
        if (number == head() + 1 && chunks.isEmpty() && !parts.isValidator()) {
            if (append(peer, block, true)) {
                onNewHead.run();
            }
        }
        request(peer, number);
    }

    /// Executes what is there and next, for a while.
    private void drain() {
        if (draining) {
            return;
        }
        long until = System.currentTimeMillis() + SLICE_MILLIS;
        long before = head();
        while (!chunks.isEmpty()) {
            Chunk chunk = chunks.firstEntry().getValue();
            ArrayDeque<CheckedBlock> ready = chunk.ready;
            if (ready == null || chunk.first > head() + 1) {
                break;
            }
            if (!execute(chunk, ready, until)) {
                break;
            }
            chunks.pollFirstEntry();
        }
        long now = System.currentTimeMillis();
        if (head() > before) {
            onNewHead.run();
            progress.log(now, head(), best(), peers.size());
        }
        if (!chunks.isEmpty() && chunks.firstEntry().getValue().ready != null && now >= until) {
            draining = true;
            parts.post(
                    () -> {
                        draining = false;
                        drain();
                    });
        }
        plan(now);
    }

    /// Whether the whole chunk is done with.
    private boolean execute(Chunk chunk, ArrayDeque<CheckedBlock> ready, long untilMillis) {
        while (!ready.isEmpty()) {
            if (System.currentTimeMillis() >= untilMillis) {
                return false;
            }
            CheckedBlock next = ready.remove();
            readyBytes -= next.sizeBytes();
            if (!append(
                    java.util.Objects.requireNonNull(chunk.source),
                    next,
                    ready.size() < UNSYNCED_FROM)) {
                abandon();
                return false;
            }
        }
        return true;
    }

    /// A block was refused: nothing that follows it can be used.
    private void abandon() {
        List.copyOf(chunks.values()).forEach(this::withdraw);
        chunks.clear();
        readyBytes = 0;
    }

    private boolean append(Address peer, CheckedBlock checked, boolean synced) {
        ChainHead head = parts.chain().head();
        Block block = checked.block();
        long number = block.header().number();
        if (number <= head.number()) {
            return true; // arrived by consensus meanwhile
        }
        CheckedHeader header = checked.header();
        boolean isSealed =
                header.assumed().equals(head.nextValidators())
                        ? header.seals()
                        : SyncChunk.isSealed(block.header(), Validators.of(head.nextValidators()));
        if (!isSealed) {
            parts.blame(peer, "block " + number + " is not sealed by a quorum");
            return false;
        }
        switch (parts.rules().checkCommitted(block, head)) {
            case Execution.Executed(ExecutedBlock executed) -> {
                parts.append(block, executed, synced);
                progress.add(block.header().gasUsed());
                return true;
            }
            case Execution.Invalid invalid -> {
                LOG.error(
                        "block {} is sealed by a quorum and invalid here: {} {}",
                        number,
                        invalid.reason(),
                        invalid.detail());
                parts.blame(peer, "an invalid block");
                return false;
            }
        }
    }
}
