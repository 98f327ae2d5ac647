package org.assay.app.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assay.p2p.PeerNetwork;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.p2p.eth.EthServer;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Transaction;

/// Spreads pool transactions: those submitted here go whole to every peer, those that a peer sent
/// and those with blobs are announced to the others, who ask for what they lack. Collected
/// between polls, so that a message carries many. Owned by the node loop.
final class TransactionGossip {
    /// A message is sent once it has this many bytes of transactions.
    private static final int MESSAGE_BYTES = 128 << 10;

    private static final int HASHES_MAX = 256;

    /// An announced transaction that was asked for is not asked of another peer before this.
    private static final long ASK_AGAIN_MILLIS = 2_000;

    /// Asked-for hashes that are remembered.
    private static final int ASKED_MAX = 16_384;

    private final List<Transaction> own = new ArrayList<>();
    private int ownBytes;
    private final List<Received> received = new ArrayList<>();
    private long nextId = 1;
    private final Map<Hash, Long> asked =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Hash, Long> eldest) {
                    return size() > ASKED_MAX;
                }
            };

    private record Received(Address from, EthMessages.Announcement.Entry entry) {}

    /// A transaction is new in the pool; `from` is zero for one submitted here. `sizeBytes`: with
    /// its blobs, which go to those only who ask for them.
    void add(PeerNetwork network, Transaction transaction, long sizeBytes, Address from) {
        asked.remove(transaction.hash());
        if (from.equals(Address.ZERO) && transaction.type() != Transaction.BLOB) {
            own.add(transaction);
            ownBytes += transaction.encoded().size();
        } else {
            received.add(
                    new Received(from, EthMessages.Announcement.Entry.of(transaction, sizeBytes)));
        }
        if (ownBytes >= MESSAGE_BYTES || received.size() >= HASHES_MAX) {
            flush(network);
        }
    }

    /// Sends what has been collected.
    void flush(PeerNetwork network) {
        if (!own.isEmpty()) {
            network.send(
                    network.connected(),
                    WireCode.ETH | EthCode.TRANSACTIONS,
                    EthMessages.transactions(own));
            own.clear();
            ownBytes = 0;
        }
        if (!received.isEmpty()) {
            for (Address peer : network.connected()) {
                announce(network, peer);
            }
            received.clear();
        }
    }

    private void announce(PeerNetwork network, Address peer) {
        List<EthMessages.Announcement.Entry> entries =
                received.stream()
                        .filter(one -> !one.from.equals(peer))
                        .map(Received::entry)
                        .toList();
        if (!entries.isEmpty()) {
            network.send(
                    List.of(peer),
                    WireCode.ETH | EthCode.NEW_POOLED_TRANSACTION_HASHES,
                    new EthMessages.Announcement(entries).encode());
        }
    }

    /// Asks `peer` for `unknown` announced transactions, each once in a while; for few at a time
    /// where they are large, since an answer ends at two megabytes.
    void ask(PeerNetwork network, Address peer, List<EthMessages.Announcement.Entry> unknown) {
        long now = System.currentTimeMillis();
        List<Hash> wanted = new ArrayList<>();
        long bytes = 0;
        for (EthMessages.Announcement.Entry entry : unknown) {
            Long before = asked.get(entry.hash());
            if (before != null && now - before <= ASK_AGAIN_MILLIS) {
                continue;
            }
            asked.put(entry.hash(), now);
            if (wanted.size() == HASHES_MAX || bytes >= EthServer.ANSWER_BYTES_SOFT_MAX / 2) {
                request(network, peer, wanted);
                wanted = new ArrayList<>();
                bytes = 0;
            }
            wanted.add(entry.hash());
            bytes += Math.clamp(entry.sizeBytes(), 0, EthServer.ANSWER_BYTES_SOFT_MAX);
        }
        if (!wanted.isEmpty()) {
            request(network, peer, wanted);
        }
    }

    private void request(PeerNetwork network, Address peer, List<Hash> wanted) {
        network.send(
                List.of(peer),
                WireCode.ETH | EthCode.GET_POOLED_TRANSACTIONS,
                new EthMessages.GetByHash(nextId++, wanted).encode());
    }
}
