package org.assay.app.dev;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.KeyValueStore;
import org.assay.storage.StoreReads;
import org.assay.storage.WriteBatch;

/// What a developer's chain did beyond the rules, on disk. Owned by [DevChain].
public final class DevJournal {
    private static final Bytes PENDING = key("dev:pending");
    private static final Bytes CLOCK = key("dev:clock");
    private static final Bytes CHEATS = key("dev:cheat:");
    private static final Bytes CHAIN_IDS = key("dev:chainids");

    /// Accounts, slots and codes of one amendment that decoding accepts.
    private static final int ITEMS_MAX = 1 << 24;

    private static final int CODE_BYTES_MAX = 1 << 24;

    private final KeyValueStore store;

    /// Cheated wei up to and with each block that has an entry.
    private final TreeMap<Long, BigInteger> totals = new TreeMap<>();

    private Entry pending;

    /// An amendment, the wei that it and all before it brought into being (negative: took away),
    /// and whether the block breaks rules of headers or signatures as well.
    record Entry(StateDiff diff, BigInteger totalWei, boolean breaksRules) {
        boolean amends() {
            return !diff.changes().isEmpty() || !diff.codes().isEmpty();
        }
    }

    DevJournal(KeyValueStore store) {
        this.store = store;
        try (Cursor cursor = store.scan(Column.META, KeyRange.prefix(CHEATS))) {
            while (cursor.next()) {
                long number = Words.getLong(cursor.key().unsafeArray(), CHEATS.size());
                totals.put(number, decode(cursor.value()).totalWei);
            }
        }
        Bytes kept = store.get(Column.META, PENDING);
        pending = kept == null ? nothing() : decode(kept);
    }

    private static Bytes key(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Bytes cheatKey(long number) {
        byte[] suffix = new byte[8];
        Words.putLong(suffix, 0, number);
        return CHEATS.concat(Bytes.wrap(suffix));
    }

    /// Whether `store` holds a chain that is not by the rules alone.
    public static boolean isCheated(StoreReads store) {
        if (store.get(Column.META, PENDING) != null || store.get(Column.META, CHAIN_IDS) != null) {
            return true;
        }
        try (Cursor cursor = store.scan(Column.META, KeyRange.prefix(CHEATS))) {
            return cursor.next();
        }
    }

    private Entry nothing() {
        return new Entry(StateDiff.EMPTY, lastTotal(), false);
    }

    private BigInteger lastTotal() {
        Map.Entry<Long, BigInteger> last = totals.lastEntry();
        return last == null ? BigInteger.ZERO : last.getValue();
    }

    /// The amendment of the head.
    Entry pending() {
        return pending;
    }

    /// Adds to the amendment of the head; on disk when this returns.
    void amend(StateDiff diff, BigInteger deltaWei) {
        restore(
                new Entry(
                        pending.diff.then(diff),
                        pending.totalWei.add(deltaWei),
                        pending.breaksRules));
    }

    /// Makes `entry` the amendment of the head; on disk when this returns.
    void restore(Entry entry) {
        pending = entry;
        WriteBatch batch = new WriteBatch();
        if (isPlain(entry)) {
            batch.delete(Column.META, PENDING);
        } else {
            batch.put(Column.META, PENDING, encode(entry));
        }
        store.write(batch);
    }

    private boolean isPlain(Entry entry) {
        return !entry.amends() && !entry.breaksRules;
    }

    /// What goes to disk with block `number`, which takes the pending amendment in.
    WriteBatch beforeBlock(long number, boolean breaksRules) {
        WriteBatch batch = new WriteBatch();
        if (!isPlain(pending) || breaksRules) {
            Entry entry =
                    new Entry(pending.diff, pending.totalWei, breaksRules || pending.breaksRules);
            batch.put(Column.META, cheatKey(number), encode(entry));
            batch.delete(Column.META, PENDING);
        }
        return batch;
    }

    /// Block `number` is on disk.
    void afterBlock(long number, boolean breaksRules) {
        if (!isPlain(pending) || breaksRules) {
            totals.put(number, pending.totalWei);
        }
        pending = nothing();
    }

    /// What goes to disk when the chain goes back to block `number`.
    WriteBatch beforeRewind(long number) {
        WriteBatch batch = new WriteBatch().delete(Column.META, PENDING);
        totals.tailMap(number + 1).keySet().forEach(n -> batch.delete(Column.META, cheatKey(n)));
        return batch;
    }

    void afterRewind(long number) {
        totals.tailMap(number + 1).clear();
        pending = nothing();
    }

    /// What block `number` did beyond the rules.
    Optional<Entry> entryOf(long number) {
        return totals.containsKey(number)
                ? Optional.ofNullable(store.get(Column.META, cheatKey(number)))
                        .map(DevJournal::decode)
                : Optional.empty();
    }

    /// Wei that cheats had brought into being with block `number`.
    BigInteger totalWei(long number) {
        Map.Entry<Long, BigInteger> last = totals.floorEntry(number);
        return last == null ? BigInteger.ZERO : last.getValue();
    }

    /// Wei that cheats brought into being so far.
    BigInteger totalWei() {
        return pending.totalWei;
    }

    /// Chain ids beyond genesis's, by the first block that has them.
    NavigableMap<Long, UInt256> chainIds() {
        TreeMap<Long, UInt256> ids = new TreeMap<>();
        Bytes kept = store.get(Column.META, CHAIN_IDS);
        if (kept != null) {
            RlpReader.decode(
                    kept,
                    reader -> {
                        RlpReader list = reader.readList();
                        while (!list.isEnd()) {
                            ids.put(list.readLong(), list.readUInt256());
                        }
                        return ids;
                    });
        }
        return ids;
    }

    void saveChainIds(NavigableMap<Long, UInt256> ids) {
        WriteBatch batch = new WriteBatch();
        if (ids.isEmpty()) {
            batch.delete(Column.META, CHAIN_IDS);
        } else {
            byte[] encoded =
                    RlpWriter.encodeList(
                            list ->
                                    ids.forEach(
                                            (number, id) -> {
                                                list.writeLong(number);
                                                list.writeUInt256(id);
                                            }));
            batch.put(Column.META, CHAIN_IDS, Bytes.wrap(encoded));
        }
        store.write(batch);
    }

    long clockOffset() {
        Bytes kept = store.get(Column.META, CLOCK);
        return kept == null ? 0 : new BigInteger(kept.toArray()).longValueExact();
    }

    void saveClock(long offsetSeconds) {
        byte[] bytes = BigInteger.valueOf(offsetSeconds).toByteArray();
        store.write(new WriteBatch().put(Column.META, CLOCK, Bytes.wrap(bytes)));
    }

    static Bytes encode(Entry entry) {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeArray(entry.totalWei.toByteArray());
                            list.writeLong(entry.breaksRules ? 1 : 0);
                            list.writeList(
                                    entry.diff.changes().entrySet(),
                                    (items, change) ->
                                            writeChange(items, change.getKey(), change.getValue()));
                            list.writeList(entry.diff.codes().values(), RlpWriter::writeBytes);
                        }));
    }

    private static void writeChange(RlpWriter list, Address address, StateDiff.Change change) {
        list.writeList(
                item -> {
                    item.writeAddress(address);
                    Account account = change.account();
                    item.writeList(
                            fields -> {
                                if (account != null) {
                                    fields.writeLong(account.nonce());
                                    fields.writeUInt256(account.balance());
                                    fields.writeHash(account.codeHash());
                                }
                            });
                    item.writeLong(change.storageCleared() ? 1 : 0);
                    item.writeList(
                            change.storage().entrySet(),
                            (slots, slot) -> {
                                slots.writeUInt256(slot.getKey());
                                slots.writeUInt256(slot.getValue());
                            });
                });
    }

    static Entry decode(Bytes encoded) {
        return RlpReader.decode(
                encoded,
                reader -> {
                    RlpReader list = reader.readList();
                    BigInteger totalWei = new BigInteger(list.readArray());
                    boolean breaksRules = list.readLong() == 1;
                    TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
                    RlpReader items = list.readList();
                    while (!items.isEnd()) {
                        readChange(items.readList(), changes);
                    }
                    TreeMap<Hash, Bytes> codes = new TreeMap<>();
                    List<Bytes> found =
                            list.readList(ITEMS_MAX, code -> code.readBytes(CODE_BYTES_MAX));
                    found.forEach(
                            code ->
                                    codes.put(
                                            org.assay.primitives.crypto.Keccak.hash256(code),
                                            code));
                    return new Entry(new StateDiff(changes, codes), totalWei, breaksRules);
                });
    }

    private static void readChange(RlpReader item, Map<Address, StateDiff.Change> changes) {
        Address address = item.readAddress();
        RlpReader fields = item.readList();
        Account account =
                fields.isEnd()
                        ? null
                        : new Account(
                                fields.readUnsignedLong(), fields.readUInt256(), fields.readHash());
        boolean cleared = item.readLong() == 1;
        TreeMap<UInt256, UInt256> storage = new TreeMap<>();
        RlpReader slots = item.readList();
        while (!slots.isEnd()) {
            UInt256 slot = slots.readUInt256();
            storage.put(slot, slots.readUInt256());
        }
        changes.put(address, new StateDiff.Change(account, cleared, storage));
    }
}
