package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.node.CheckpointPeers.Question;
import org.assay.app.node.SyncChunk.CheckedHeader;
import org.assay.chain.BlockExecutor;
import org.assay.chain.BlockHashing;
import org.assay.chain.Blockchain;
import org.assay.chain.Checkpoint;
import org.assay.p2p.PeerInfo;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.p2p.eth.EthServer;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.rlp.RlpException;

/// The last blocks down to a trusted one, with bodies and receipts: linked by their hashes to it,
/// and each part what its header commits to.
final class CheckpointTail {
    private static final int BLOCKS_OF_ONE_REQUEST = 64;

    private final CheckpointPeers peers;
    private final BlockHashing hashing;
    private final PeerInfo peer;

    CheckpointTail(CheckpointPeers peers, BlockHashing hashing, PeerInfo peer) {
        this.peers = peers;
        this.hashing = hashing;
        this.peer = peer;
    }

    /// Oldest first, that of `walked` last; empty where the peer did not answer, or not well.
    Optional<List<Blockchain.Stored>> downTo(CheckpointWalk.Walked walked, boolean byContract)
            throws InterruptedException {
        Header trusted = walked.header();
        long last = trusted.number();
        long first = Math.max(1, last - Checkpoint.TAIL_BLOCKS + 1);
        int count = (int) (last - first + 1);
        Optional<List<CheckedHeader>> headers =
                peers.ask(
                        peer.address(),
                        new Question<>(
                                WireCode.ETH | EthCode.GET_BLOCK_HEADERS,
                                WireCode.ETH | EthCode.BLOCK_HEADERS,
                                id -> EthMessages.GetHeaders.ofNumber(id, first, count).encode(),
                                payload -> readHeaders(payload, first, count, trusted)));
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        for (CheckedHeader header : headers.get()) {
            if (!walked.isSealed(header.header(), byContract)) {
                peers.refuse(peer.address(), "other seals than those of " + header.hash());
                return Optional.empty();
            }
        }
        List<Blockchain.Stored> tail = new ArrayList<>();
        while (tail.size() < count) {
            int to = Math.min(count, tail.size() + BLOCKS_OF_ONE_REQUEST);
            List<CheckedHeader> wanted = headers.get().subList(tail.size(), to);
            Optional<List<Blockchain.Stored>> more = blocks(wanted);
            if (more.isEmpty()) {
                return Optional.empty();
            }
            if (more.get().isEmpty()) {
                peers.refuse(peer.address(), "no body of a block that it has");
                return Optional.empty();
            }
            tail.addAll(more.get());
        }
        return Optional.of(List.copyOf(tail));
    }

    private List<CheckedHeader> readHeaders(Bytes payload, long first, int count, Header trusted) {
        List<Bytes> items = EthMessages.Answer.decode(payload).items();
        List<CheckedHeader> headers = SyncChunk.headers(items, first, count, List.of(), hashing);
        if (headers.size() < count || !headers.getLast().hash().equals(hashing.hashOf(trusted))) {
            throw new RlpException("not the headers before block " + trusted.number());
        }
        return headers;
    }

    /// The first of the blocks of `headers`.
    private Optional<List<Blockchain.Stored>> blocks(List<CheckedHeader> headers)
            throws InterruptedException {
        List<Hash> hashes = headers.stream().map(CheckedHeader::hash).toList();
        Optional<List<SyncChunk.CheckedBlock>> bodies =
                peers.ask(
                        peer.address(),
                        new Question<>(
                                WireCode.ETH | EthCode.GET_BLOCK_BODIES,
                                WireCode.ETH | EthCode.BLOCK_BODIES,
                                id -> new EthMessages.GetByHash(id, hashes).encode(),
                                payload ->
                                        SyncChunk.blocks(
                                                headers,
                                                EthMessages.Answer.decode(payload).items())));
        if (bodies.isEmpty() || bodies.get().isEmpty()) {
            return bodies.map(ignored -> List.of());
        }
        List<SyncChunk.CheckedBlock> blocks = bodies.get();
        Optional<List<List<Receipt>>> receipts =
                peers.ask(
                        peer.address(),
                        new Question<>(
                                WireCode.ETH | EthCode.GET_RECEIPTS,
                                WireCode.ETH | EthCode.RECEIPTS,
                                id ->
                                        new EthMessages.GetByHash(
                                                        id, hashes.subList(0, blocks.size()))
                                                .encode(),
                                payload -> readReceipts(payload, blocks)));
        if (receipts.isEmpty()) {
            return Optional.empty();
        }
        List<Blockchain.Stored> stored = new ArrayList<>();
        for (int i = 0; i < receipts.get().size(); i++) {
            Block block = blocks.get(i).block();
            stored.add(
                    new Blockchain.Stored(
                            block, blocks.get(i).header().hash(), receipts.get().get(i)));
        }
        return Optional.of(List.copyOf(stored));
    }

    private List<List<Receipt>> readReceipts(Bytes payload, List<SyncChunk.CheckedBlock> blocks) {
        List<Bytes> items = EthMessages.Answer.decode(payload).items();
        if (items.size() > blocks.size()) {
            throw new RlpException("more receipts than were asked for");
        }
        List<List<Receipt>> all = new ArrayList<>();
        for (Bytes item : items) {
            List<Receipt> receipts = EthServer.decodeReceipts(item, peer.ethVersion());
            Header header = blocks.get(all.size()).block().header();
            if (!BlockExecutor.receiptsRoot(receipts).equals(header.receiptsRoot())) {
                throw new RlpException("other receipts than those of block " + header.number());
            }
            all.add(receipts);
        }
        return List.copyOf(all);
    }
}
