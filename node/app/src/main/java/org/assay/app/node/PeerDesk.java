package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.assay.consensus.Event;
import org.assay.consensus.message.Envelope;
import org.assay.p2p.Offence;
import org.assay.p2p.PeerInfo;
import org.assay.p2p.PeerNetwork;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.p2p.eth.EthServer;
import org.assay.p2p.eth.EthStatus;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What peers say: decoded, recovered and answered on their threads, acted upon in the node loop.
final class PeerDesk implements PeerNetwork.Listener, ProofDesk.Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(PeerDesk.class);

    /// Peers that do not speak `assay/1` hear of the range of blocks this often, in blocks.
    private static final int RANGE_UPDATE_BLOCKS = 32;

    private final Parts parts;
    private final EthServer eth;
    private final TransactionGossip gossip = new TransactionGossip();
    private final SidecarFetch sidecars = new SidecarFetch();

    /// Transactions that have come and are on their way into the pool: a copy that another peer
    /// sends meanwhile is not worth recovering its sender.
    private final Set<Hash> arriving = ConcurrentHashMap.newKeySet();

    PeerDesk(Parts parts) {
        this.parts = parts;
        this.eth = new EthServer(parts.chain(), this::pooled);
    }

    /// A waiting transaction as it travels. For any thread.
    private Optional<Bytes> pooled(Hash hash) {
        return parts.pool()
                .find(hash)
                .map(
                        transaction ->
                                transaction.type() == Transaction.BLOB
                                        ? parts.ask(() -> withBlobs(transaction))
                                        : transaction.encoded());
    }

    private Bytes withBlobs(Transaction transaction) {
        return parts.blobs()
                .find(transaction.hash())
                .map(sidecar -> sidecar.wrap(transaction))
                .orElse(transaction.encoded());
    }

    EthServer eth() {
        return eth;
    }

    @Override
    public boolean isWelcome(Address peer) {
        return parts.chain().head().nextValidators().contains(peer);
    }

    @Override
    public void onConnected(PeerInfo peer) {
        LOG.info("peer {} connected: {} {}", peer.address(), peer.client(), peer.remote());
        parts.post(
                () -> {
                    parts.sync().tellStatus(peer.address());
                    parts.sync().request(peer.address(), peer.height());
                    parts.step(new Event.PeerConnected(peer.address()));
                });
    }

    @Override
    public void onDisconnected(Address peer) {
        LOG.info("peer {} disconnected", peer);
        parts.post(
                () -> {
                    parts.sync().onDisconnected(peer);
                    sidecars.onDisconnected(parts.network(), peer);
                });
    }

    @Override
    public void onMessage(Address peer, int code, Bytes payload) {
        try {
            if (WireCode.isQbft(code)) {
                onQbft(peer, code, payload);
            } else if (WireCode.isEth(code)) {
                onEth(peer, WireCode.local(code), payload);
            } else {
                onAssay(peer, code, payload);
            }
        } catch (RlpException e) {
            parts.network()
                    .ban(peer, "a malformed message of code " + code + ": " + e.getMessage());
        }
    }

    private void onQbft(Address peer, int code, Bytes payload) {
        if (!parts.isValidator()) {
            return;
        }
        switch (Envelope.decode(code, payload)) {
            case Envelope.Decoding.Decoded(Envelope envelope) ->
                    parts.postFirst(() -> parts.step(new Event.MessageReceived(peer, envelope)));
            case Envelope.Decoding.Malformed malformed ->
                    parts.network().ban(peer, malformed.reason() + ": " + malformed.detail());
        }
    }

    private void onEth(Address peer, int code, Bytes payload) {
        switch (code) {
            case EthCode.GET_BLOCK_HEADERS ->
                    answer(
                            peer,
                            EthCode.BLOCK_HEADERS,
                            eth.headers(EthMessages.GetHeaders.decode(payload)));
            case EthCode.GET_BLOCK_BODIES ->
                    answer(
                            peer,
                            EthCode.BLOCK_BODIES,
                            eth.bodies(EthMessages.GetByHash.decode(payload)));
            case EthCode.GET_RECEIPTS -> {
                int version = parts.network().peer(peer).map(PeerInfo::ethVersion).orElse(68);
                EthMessages.GetByHash ask = EthMessages.GetByHash.decode(payload);
                answer(peer, EthCode.RECEIPTS, eth.receipts(ask, version));
            }
            case EthCode.GET_POOLED_TRANSACTIONS ->
                    answer(
                            peer,
                            EthCode.POOLED_TRANSACTIONS,
                            eth.pooled(EthMessages.GetByHash.decode(payload)));
            case EthCode.BLOCK_HEADERS ->
                    parts.sync().onHeaders(peer, EthMessages.Answer.decode(payload));
            case EthCode.BLOCK_BODIES ->
                    parts.sync().onBodies(peer, EthMessages.Answer.decode(payload));
            case EthCode.TRANSACTIONS ->
                    onTransactions(peer, EthMessages.readTransactions(payload));
            case EthCode.POOLED_TRANSACTIONS ->
                    onPooled(peer, EthMessages.PooledTransactions.decode(payload).encoded());
            default -> onAnnouncement(peer, code, payload);
        }
    }

    private void answer(Address peer, int code, Bytes payload) {
        parts.network().send(List.of(peer), WireCode.ETH | code, payload);
    }

    private void onAnnouncement(Address peer, int code, Bytes payload) {
        switch (code) {
            case EthCode.NEW_POOLED_TRANSACTION_HASHES -> {
                List<EthMessages.Announcement.Entry> unknown =
                        EthMessages.Announcement.decode(payload).entries().stream()
                                .filter(entry -> !isKnown(entry.hash()))
                                .toList();
                if (!unknown.isEmpty()) {
                    parts.post(() -> gossip.onAnnounced(peer, unknown, System.currentTimeMillis()));
                }
            }
            case EthCode.NEW_BLOCK_HASHES -> {
                long height =
                        EthMessages.NewBlockHash.decode(payload).stream()
                                .mapToLong(EthMessages.NewBlockHash::number)
                                .max()
                                .orElse(0);
                parts.post(() -> parts.sync().request(peer, height));
            }
            case EthCode.NEW_BLOCK ->
                    parts.sync()
                            .onNewBlock(
                                    peer,
                                    RlpReader.decode(
                                            payload, reader -> Block.read(reader.readList())));
            case EthCode.BLOCK_RANGE_UPDATE -> {
                EthStatus.Range range = EthStatus.Range.decode(payload);
                parts.post(() -> parts.sync().request(peer, range.latest()));
            }
            case EthCode.RECEIPTS -> {} // never asked for: blocks are executed
            default -> parts.network().ban(peer, "an unknown eth message " + code);
        }
    }

    private boolean isKnown(Hash hash) {
        return arriving.contains(hash) || parts.pool().find(hash).isPresent();
    }

    /// Those with blobs are opened and checked here, on the peer's thread.
    private void onPooled(Address peer, List<Bytes> encoded) {
        List<Transaction> plain = new ArrayList<>();
        for (Bytes item : encoded) {
            if (!BlobSidecar.isWrapped(item)) {
                plain.add(Transaction.decode(item));
                continue;
            }
            BlobSidecar.Wrapped wrapped = BlobSidecar.decode(item);
            Optional<String> problem = wrapped.sidecar().problem(wrapped.transaction());
            if (problem.isPresent()) {
                throw new RlpException(problem.get());
            }
            wrapped.transaction()
                    .recover()
                    .ifPresent(
                            one -> parts.post(() -> parts.addToPool(one, wrapped.sidecar(), peer)));
        }
        onTransactions(peer, plain);
    }

    private void onTransactions(Address peer, List<Transaction> transactions) {
        List<Hash> hashes = new ArrayList<>();
        List<RecoveredTransaction> recovered = new ArrayList<>();
        for (Transaction transaction : transactions) {
            Hash hash = transaction.hash();
            if (parts.pool().find(hash).isEmpty() && arriving.add(hash)) {
                hashes.add(hash);
                transaction.recover().ifPresent(recovered::add);
            }
        }
        parts.post(
                () -> {
                    recovered.forEach(one -> parts.addToPool(one, peer));
                    hashes.forEach(arriving::remove);
                });
    }

    private void onAssay(Address peer, int code, Bytes payload) {
        switch (code) {
            case WireCode.STATUS -> {
                Messages.Status status = Messages.Status.decode(payload);
                parts.post(() -> parts.sync().request(peer, status.number()));
            }
            case WireCode.ATTESTATION -> {
                Messages.AboutSidecar about = Messages.AboutSidecar.decode(payload);
                parts.post(
                        () ->
                                parts.desk()
                                        .onAttestation(
                                                about.commitId(),
                                                about.sidecarRoot(),
                                                about.content()));
            }
            case WireCode.SIDECAR_ANNOUNCE -> {
                Messages.AboutSidecar about = Messages.AboutSidecar.decode(payload);
                parts.post(() -> onAnnounce(peer, about));
            }
            case WireCode.GET_SIDECAR -> {
                Messages.GetSidecar ask = Messages.GetSidecar.decode(payload);
                Messages.SidecarChunk chunk =
                        parts.desk()
                                .sidecar(ask.sidecarRoot())
                                .map(sidecar -> Messages.SidecarChunk.of(ask, sidecar))
                                .orElseGet(() -> Messages.SidecarChunk.missing(ask));
                parts.network().send(List.of(peer), WireCode.SIDECAR, chunk.encode());
            }
            case WireCode.SIDECAR -> {
                Messages.SidecarChunk chunk = Messages.SidecarChunk.decode(payload);
                parts.post(() -> onSidecar(peer, chunk));
            }
            case WireCode.GET_SNAPSHOTS ->
                    say(
                            peer,
                            WireCode.SNAPSHOTS,
                            parts.snapshots()
                                    .answer(SnapshotMessages.GetSnapshots.decode(payload))
                                    .encode());
            case WireCode.GET_VALIDATOR_SETS ->
                    say(
                            peer,
                            WireCode.VALIDATOR_SETS,
                            parts.snapshots()
                                    .answer(SnapshotMessages.GetValidatorSets.decode(payload))
                                    .encode());
            case WireCode.GET_STATE ->
                    say(
                            peer,
                            WireCode.STATE,
                            parts.snapshots()
                                    .answer(SnapshotMessages.GetState.decode(payload))
                                    .encode());
            case WireCode.SNAPSHOTS, WireCode.VALIDATOR_SETS, WireCode.STATE ->
                    parts.network().report(peer, Offence.USELESS, "nobody asked for " + code);
            default -> parts.network().ban(peer, "an unknown message code " + code);
        }
    }

    private void say(Address peer, int code, Bytes payload) {
        parts.network().send(List.of(peer), code, payload);
    }

    private void onAnnounce(Address peer, Messages.AboutSidecar about) {
        if (parts.desk().wants(about.commitId())) {
            sidecars.request(
                    parts.network(), about.commitId(), about.sidecarRoot(), Optional.of(peer));
        }
    }

    private void onSidecar(Address peer, Messages.SidecarChunk chunk) {
        sidecars.onChunk(parts.network(), peer, chunk)
                .flatMap(whole -> parts.desk().offerSidecar(chunk.commitId(), whole))
                .ifPresent(wrong -> LOG.debug("sidecar from {}: {}", peer, wrong));
    }

    // The node loop's side.

    void poll(long nowMillis) {
        gossip.flush(parts.network());
        gossip.poll(parts.network(), this::isKnown, nowMillis);
        sidecars.poll(parts.network(), nowMillis);
    }

    /// A transaction is new in the pool; `from` is zero for one submitted here.
    void onPooled(Transaction transaction, Address from) {
        int sizeBytes =
                transaction.type() == Transaction.BLOB
                        ? withBlobs(transaction).size()
                        : transaction.encoded().size();
        gossip.add(parts.network(), transaction, sizeBytes, from);
    }

    /// There is a new head: peers with `assay/1` get its height, others the block as Besu's
    /// validators send it, and now and then the range.
    void onHead(Block block) {
        PeerNetwork network = parts.network();
        network.send(network.connected(), WireCode.STATUS, parts.sync().status());
        List<Address> others =
                network.peers().stream()
                        .filter(peer -> !peer.speaks("assay"))
                        .map(PeerInfo::address)
                        .toList();
        if (others.isEmpty() || parts.sync().target().isPresent()) {
            return;
        }
        Bytes announcement =
                Bytes.wrap(
                        RlpWriter.encodeList(
                                list -> {
                                    block.write(list);
                                    list.writeUInt256(eth.status(68).totalDifficulty());
                                }));
        network.send(others, WireCode.ETH | EthCode.NEW_BLOCK, announcement);
        if (block.header().number() % RANGE_UPDATE_BLOCKS == 0) {
            network.send(others, WireCode.ETH | EthCode.BLOCK_RANGE_UPDATE, eth.range().encode());
        }
    }

    @Override
    public void post(Runnable task) {
        parts.post(task);
    }

    @Override
    public void attest(Hash commitId, Hash sidecarRoot, Bytes signature) {
        tell(WireCode.ATTESTATION, commitId, sidecarRoot, signature);
    }

    @Override
    public void announce(Hash commitId, Hash sidecarRoot) {
        tell(WireCode.SIDECAR_ANNOUNCE, commitId, sidecarRoot, Bytes.EMPTY);
    }

    @Override
    public void request(Hash commitId, Hash sidecarRoot) {
        sidecars.request(parts.network(), commitId, sidecarRoot, Optional.empty());
    }

    private void tell(int code, Hash commitId, Hash sidecarRoot, Bytes content) {
        parts.network()
                .send(
                        parts.network().connected(),
                        code,
                        new Messages.AboutSidecar(commitId, sidecarRoot, content).encode());
    }
}
