package org.assay.app.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assay.p2p.PeerNetwork;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Transaction;

/// Spreads pool transactions: those submitted here go whole to every peer, those that a peer sent
/// are announced to the others, who ask for what they lack. Collected between polls, so that a
/// message carries many. Owned by the node loop.
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

    private record Received(Address from, Transaction transaction) {}

    /// A transaction is new in the pool; `from` is zero for one submitted here.
    void add(PeerNetwork network, Transaction transaction, Address from) {
        asked.remove(transaction.hash());
        if (from.equals(Address.ZERO)) {
            own.add(transaction);
            ownBytes += transaction.encoded().size();
        } else {
            received.add(new Received(from, transaction));
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
                        .map(one -> EthMessages.Announcement.Entry.of(one.transaction))
                        .toList();
        if (!entries.isEmpty()) {
            network.send(
                    List.of(peer),
                    WireCode.ETH | EthCode.NEW_POOLED_TRANSACTION_HASHES,
                    new EthMessages.Announcement(entries).encode());
        }
    }

    /// Asks `peer` for `unknown` announced transactions, each once in a while.
    void ask(PeerNetwork network, Address peer, List<Hash> unknown) {
        long now = System.currentTimeMillis();
        List<Hash> wanted = new ArrayList<>();
        for (Hash hash : unknown) {
            Long before = asked.get(hash);
            if (before == null || now - before > ASK_AGAIN_MILLIS) {
                asked.put(hash, now);
                wanted.add(hash);
            }
        }
        for (int from = 0; from < wanted.size(); from += HASHES_MAX) {
            List<Hash> part = wanted.subList(from, Math.min(wanted.size(), from + HASHES_MAX));
            network.send(
                    List.of(peer),
                    WireCode.ETH | EthCode.GET_POOLED_TRANSACTIONS,
                    new EthMessages.GetByHash(nextId++, part).encode());
        }
    }
}
