package org.assay.app.dev;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Words;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.KeyValueStore;
import org.assay.storage.WriteBatch;

/// The points that a developer's chain can go back to, on disk: a restart finds them. Owned by
/// [DevChain].
final class DevSnapshots {
    private static final Bytes PREFIX =
            Bytes.of("dev:snapshot:".getBytes(StandardCharsets.US_ASCII));
    private static final Bytes COUNT =
            Bytes.of("dev:snapshots".getBytes(StandardCharsets.US_ASCII));

    /// Transactions that wait, and bytes of one, that decoding accepts.
    private static final int WAITING_MAX = 1 << 24;

    private static final int TRANSACTION_BYTES_MAX = 1 << 24;

    private final KeyValueStore store;
    private final TreeMap<Long, Snapshot> snapshots = new TreeMap<>();
    private long count;

    /// What was: the head, its amendment, the clock, what waited, and settings of the next block.
    record Snapshot(
            long number,
            DevJournal.Entry pending,
            DevClock.Setting clock,
            List<RecoveredTransaction> waiting,
            Optional<Long> gasLimit,
            Optional<Address> coinbase) {}

    DevSnapshots(KeyValueStore store) {
        this.store = store;
        try (Cursor cursor = store.scan(Column.META, KeyRange.prefix(PREFIX))) {
            while (cursor.next()) {
                long id = Words.getLong(cursor.key().unsafeArray(), PREFIX.size());
                snapshots.put(id, decode(cursor.value()));
            }
        }
        Bytes kept = store.get(Column.META, COUNT);
        count = kept == null ? 0 : Words.getLong(kept.unsafeArray(), 0);
    }

    private static Bytes word(long number) {
        byte[] word = new byte[8];
        Words.putLong(word, 0, number);
        return Bytes.wrap(word);
    }

    /// Its id, from 1 on, never given twice; on disk when this returns.
    long add(Snapshot snapshot) {
        count++;
        snapshots.put(count, snapshot);
        store.write(
                new WriteBatch()
                        .put(Column.META, PREFIX.concat(word(count)), encode(snapshot))
                        .put(Column.META, COUNT, word(count)));
        return count;
    }

    Optional<Snapshot> find(long id) {
        return Optional.ofNullable(snapshots.get(id));
    }

    /// Forgets `id` and all later ones.
    void dropFrom(long id) {
        drop(List.copyOf(snapshots.tailMap(id).keySet()));
    }

    /// Forgets those of blocks above `number`.
    void dropAbove(long number) {
        drop(
                snapshots.entrySet().stream()
                        .filter(entry -> entry.getValue().number > number)
                        .map(java.util.Map.Entry::getKey)
                        .toList());
    }

    private void drop(List<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        WriteBatch batch = new WriteBatch();
        for (long id : ids) {
            snapshots.remove(id);
            batch.delete(Column.META, PREFIX.concat(word(id)));
        }
        store.write(batch);
    }

    static Bytes encode(Snapshot snapshot) {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeLong(snapshot.number);
                            list.writeBytes(DevJournal.encode(snapshot.pending));
                            list.writeBytes(word(snapshot.clock.offsetSeconds()));
                            write(list, snapshot.clock.next());
                            write(list, snapshot.clock.interval());
                            list.writeList(
                                    snapshot.waiting,
                                    (items, recovered) ->
                                            items.writeBytes(recovered.transaction().encoded()));
                            write(
                                    list,
                                    snapshot.gasLimit
                                            .map(OptionalLong::of)
                                            .orElse(OptionalLong.empty()));
                            list.writeBytes(
                                    snapshot.coinbase.map(Address::toBytes).orElse(Bytes.EMPTY));
                        }));
    }

    private static void write(RlpWriter list, OptionalLong number) {
        list.writeBytes(number.isPresent() ? word(number.getAsLong()) : Bytes.EMPTY);
    }

    private static OptionalLong read(RlpReader list) {
        Bytes word = list.readBytes(8);
        return word.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Words.getLong(word.unsafeArray(), 0));
    }

    static Snapshot decode(Bytes encoded) {
        return RlpReader.decode(
                encoded,
                reader -> {
                    RlpReader list = reader.readList();
                    long number = list.readLong();
                    DevJournal.Entry pending = DevJournal.decode(list.readBytes(Integer.MAX_VALUE));
                    long offset = Words.getLong(list.readBytes(8).unsafeArray(), 0);
                    DevClock.Setting clock = new DevClock.Setting(offset, read(list), read(list));
                    List<RecoveredTransaction> waiting =
                            list.readList(WAITING_MAX, DevSnapshots::readTransaction);
                    OptionalLong gasLimit = read(list);
                    Bytes coinbase = list.readBytes(Address.SIZE);
                    return new Snapshot(
                            number,
                            pending,
                            clock,
                            waiting,
                            gasLimit.isPresent()
                                    ? Optional.of(gasLimit.getAsLong())
                                    : Optional.empty(),
                            coinbase.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(Address.of(coinbase)));
                });
    }

    /// With the sender it claims: this machine wrote it.
    private static RecoveredTransaction readTransaction(RlpReader list) {
        Transaction transaction = Transaction.decode(list.readBytes(TRANSACTION_BYTES_MAX));
        transaction.trustImpersonation();
        return transaction.recover().orElseThrow();
    }
}
