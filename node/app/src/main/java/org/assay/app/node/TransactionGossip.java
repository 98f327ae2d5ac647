package org.assay.app.node;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.assay.p2p.Messenger;
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

    /// Whoever announces a transaction has sent it whole to some: the copy that is on its way has
    /// this long before it is asked for, as in geth.
    static final long ARRIVAL_MILLIS = 500;

    /// A peer that was asked has this long before the next one that announced it is asked.
    static final long ASK_AGAIN_MILLIS = 2_000;

    /// Announced transactions that are waited for, and of each the peers that have it.
    private static final int AWAITED_MAX = 16_384;

    private static final int ANNOUNCERS_MAX = 8;

    private final List<Transaction> own = new ArrayList<>();
    private int ownBytes;
    private final List<Received> received = new ArrayList<>();
    private long nextId = 1;

    /// Not asked for yet, and asked for, both in the order in which their time is up.
    private final SequencedMap<Hash, Awaited> announced = new LinkedHashMap<>();

    private final SequencedMap<Hash, Awaited> asked = new LinkedHashMap<>();

    /// `announcers`: who has it and was not asked yet. `dueMillis`: when the next one is.
    private record Awaited(
            EthMessages.Announcement.Entry entry, ArrayDeque<Address> announcers, long dueMillis) {
        Awaited dueAt(long millis) {
            return new Awaited(entry, announcers, millis);
        }
    }

    private record Received(Address from, EthMessages.Announcement.Entry entry) {}

    /// A transaction is new in the pool; `from` is zero for one submitted here. `sizeBytes`: with
    /// its blobs, which go to those only who ask for them.
    void add(Messenger network, Transaction transaction, long sizeBytes, Address from) {
        announced.remove(transaction.hash());
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
    void flush(Messenger network) {
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

    private void announce(Messenger network, Address peer) {
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

    /// `peer` has `unknown` transactions.
    void onAnnounced(Address peer, List<EthMessages.Announcement.Entry> unknown, long nowMillis) {
        long due = nowMillis + ARRIVAL_MILLIS;
        for (EthMessages.Announcement.Entry entry : unknown) {
            Awaited awaited = asked.get(entry.hash());
            if (awaited == null) {
                awaited =
                        announced.computeIfAbsent(
                                entry.hash(), hash -> new Awaited(entry, new ArrayDeque<>(), due));
            }
            if (awaited.announcers.size() < ANNOUNCERS_MAX && !awaited.announcers.contains(peer)) {
                awaited.announcers.add(peer);
            }
        }
        forgetBeyond(announced);
    }

    private static void forgetBeyond(SequencedMap<Hash, Awaited> awaited) {
        while (awaited.size() > AWAITED_MAX) {
            awaited.pollFirstEntry();
        }
    }

    /// Asks for what was announced and has not come; `isKnown` says what has.
    void poll(Messenger network, Predicate<Hash> isKnown, long nowMillis) {
        Map<Address, List<EthMessages.Announcement.Entry>> wanted = new LinkedHashMap<>();
        takeDue(asked, isKnown, nowMillis, wanted);
        takeDue(announced, isKnown, nowMillis, wanted);
        forgetBeyond(asked);
        wanted.forEach((peer, entries) -> ask(network, peer, entries));
    }

    private void takeDue(
            SequencedMap<Hash, Awaited> from,
            Predicate<Hash> isKnown,
            long nowMillis,
            Map<Address, List<EthMessages.Announcement.Entry>> wanted) {
        List<Awaited> due = new ArrayList<>();
        while (!from.isEmpty() && from.firstEntry().getValue().dueMillis <= nowMillis) {
            due.add(from.pollFirstEntry().getValue());
        }
        for (Awaited one : due) {
            Hash hash = one.entry.hash();
            if (!isKnown.test(hash) && !one.announcers.isEmpty()) {
                wanted.computeIfAbsent(one.announcers.remove(), peer -> new ArrayList<>())
                        .add(one.entry);
                asked.put(hash, one.dueAt(nowMillis + ASK_AGAIN_MILLIS));
            }
        }
    }

    /// For few at a time where they are large, since an answer ends at two megabytes.
    private void ask(
            Messenger network, Address peer, List<EthMessages.Announcement.Entry> entries) {
        List<Hash> wanted = new ArrayList<>();
        long bytes = 0;
        for (EthMessages.Announcement.Entry entry : entries) {
            if (wanted.size() == HASHES_MAX || bytes >= EthServer.ANSWER_BYTES_SOFT_MAX / 2) {
                request(network, peer, wanted);
                wanted = new ArrayList<>();
                bytes = 0;
            }
            wanted.add(entry.hash());
            bytes += Math.clamp(entry.sizeBytes(), 0, EthServer.ANSWER_BYTES_SOFT_MAX);
        }
        request(network, peer, wanted);
    }

    private void request(Messenger network, Address peer, List<Hash> wanted) {
        network.send(
                List.of(peer),
                WireCode.ETH | EthCode.GET_POOLED_TRANSACTIONS,
                new EthMessages.GetByHash(nextId++, wanted).encode());
    }
}
