package org.assay.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.testkit.Seeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every [KeyValueStore] does; run for each of them.
interface KeyValueStoreContract {
    Column COLUMN = Column.HEADERS;
    Column OTHER = Column.BODIES;

    /// A store that is empty but for META.
    KeyValueStore store();

    static Bytes bytes(int... values) {
        byte[] array = new byte[values.length];
        for (int i = 0; i < array.length; i++) {
            array[i] = (byte) values[i];
        }
        return Bytes.wrap(array);
    }

    static List<Bytes> keys(StoreReads store, KeyRange range) {
        List<Bytes> keys = new ArrayList<>();
        try (Cursor cursor = store.scan(COLUMN, range)) {
            while (cursor.next()) {
                keys.add(cursor.key());
            }
        }
        return keys;
    }

    @Test
    default void readsWhatWasWrittenInItsColumnOnly() {
        KeyValueStore store = store();
        store.write(new WriteBatch().put(COLUMN, bytes(1), bytes(2)));
        assertThat(store.get(COLUMN, bytes(1))).isEqualTo(bytes(2));
        assertThat(store.get(OTHER, bytes(1))).isNull();
        assertThat(store.get(COLUMN, bytes(1, 0))).isNull();
    }

    @Test
    default void keepsEmptyKeysAndValues() {
        KeyValueStore store = store();
        store.write(new WriteBatch().put(COLUMN, Bytes.EMPTY, Bytes.EMPTY));
        assertThat(store.get(COLUMN, Bytes.EMPTY)).isEqualTo(Bytes.EMPTY);
        assertThat(keys(store, KeyRange.ALL)).containsExactly(Bytes.EMPTY);
        store.write(new WriteBatch().delete(COLUMN, Bytes.EMPTY));
        assertThat(store.get(COLUMN, Bytes.EMPTY)).isNull();
    }

    @Test
    default void takesLargeValues() {
        KeyValueStore store = store();
        byte[] large = new byte[3_000_000];
        java.util.Arrays.fill(large, (byte) 7);
        store.write(new WriteBatch().put(COLUMN, bytes(1), Bytes.wrap(large)));
        assertThat(store.get(COLUMN, bytes(1))).isEqualTo(Bytes.wrap(large));
    }

    @Test
    default void getsManyInOrder() {
        KeyValueStore store = store();
        store.write(
                new WriteBatch().put(COLUMN, bytes(1), bytes(11)).put(COLUMN, bytes(3), bytes(13)));
        assertThat(store.getAll(COLUMN, List.of(bytes(3), bytes(2), bytes(1))))
                .containsExactly(bytes(13), null, bytes(11));
        assertThat(store.getAll(COLUMN, List.of())).isEmpty();
    }

    @Test
    default void laterEntriesOfABatchWin() {
        KeyValueStore store = store();
        store.write(
                new WriteBatch()
                        .put(COLUMN, bytes(1), bytes(1))
                        .delete(COLUMN, bytes(1))
                        .put(COLUMN, bytes(2), bytes(1))
                        .put(COLUMN, bytes(2), bytes(2))
                        .put(COLUMN, bytes(3), bytes(3))
                        .deleteRange(COLUMN, bytes(3), bytes(5))
                        .put(COLUMN, bytes(4), bytes(4)));
        assertThat(keys(store, KeyRange.ALL)).containsExactly(bytes(2), bytes(4));
        assertThat(store.get(COLUMN, bytes(2))).isEqualTo(bytes(2));
    }

    @Test
    default void scansInUnsignedOrderBothWays() {
        KeyValueStore store = store();
        WriteBatch batch = new WriteBatch();
        for (int key : new int[] {0x80, 0x7f, 0xff, 0x00}) {
            batch.put(COLUMN, bytes(key), bytes(key));
        }
        store.write(batch);
        assertThat(keys(store, KeyRange.ALL))
                .containsExactly(bytes(0), bytes(0x7f), bytes(0x80), bytes(0xff));
        assertThat(keys(store, KeyRange.ALL.downwards()))
                .containsExactly(bytes(0xff), bytes(0x80), bytes(0x7f), bytes(0));
        assertThat(keys(store, KeyRange.of(bytes(0x7f), bytes(0xff)).downwards()))
                .containsExactly(bytes(0x80), bytes(0x7f));
        assertThat(keys(store, KeyRange.of(bytes(5), bytes(5)))).isEmpty();
        assertThat(keys(store, KeyRange.of(bytes(0xff), bytes(5)))).isEmpty();
    }

    @Test
    default void scansPrefixesUpToTheLastByte() {
        KeyValueStore store = store();
        store.write(
                new WriteBatch()
                        .put(COLUMN, bytes(0xff), Bytes.EMPTY)
                        .put(COLUMN, bytes(0xff, 0xff), Bytes.EMPTY)
                        .put(COLUMN, bytes(0xff, 0xff, 1), Bytes.EMPTY)
                        .put(COLUMN, bytes(0xfe, 0xff), Bytes.EMPTY)
                        .put(COLUMN, bytes(0xfe, 0xff, 1), Bytes.EMPTY));
        assertThat(keys(store, KeyRange.prefix(bytes(0xff, 0xff)))).hasSize(2);
        assertThat(keys(store, KeyRange.prefix(bytes(0xfe, 0xff)))).hasSize(2);
        assertThat(keys(store, KeyRange.prefix(Bytes.EMPTY))).hasSize(5);
    }

    @Test
    default void snapshotsAndCursorsDoNotMove() {
        KeyValueStore store = store();
        store.write(new WriteBatch().put(COLUMN, bytes(1), bytes(1)));
        try (StoreSnapshot snapshot = store.snapshot();
                Cursor cursor = store.scan(COLUMN, KeyRange.ALL)) {
            store.write(
                    new WriteBatch()
                            .put(COLUMN, bytes(1), bytes(9))
                            .put(COLUMN, bytes(2), bytes(2)));
            assertThat(snapshot.get(COLUMN, bytes(1))).isEqualTo(bytes(1));
            assertThat(snapshot.getAll(COLUMN, List.of(bytes(1), bytes(2))))
                    .containsExactly(bytes(1), null);
            assertThat(keys(snapshot, KeyRange.ALL)).containsExactly(bytes(1));
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.value()).isEqualTo(bytes(1));
            assertThat(cursor.next()).isFalse();
            assertThat(store.get(COLUMN, bytes(1))).isEqualTo(bytes(9));
        }
    }

    @Test
    default void aClosedStoreThrowsAndDoesNotCrash() {
        KeyValueStore store = store();
        store.close();
        assertThatThrownBy(() -> store.get(COLUMN, bytes(1))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> store.write(new WriteBatch()))
                .isInstanceOf(StorageException.class);
        store.close();
    }

    @Seeds(15)
    default void agreesWithAMap(RandomGenerator random) {
        KeyValueStore store = store();
        TreeMap<Bytes, Bytes> model = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            WriteBatch batch = new WriteBatch();
            for (int j = random.nextInt(8); j >= 0; j--) {
                change(random, batch, model);
            }
            if (random.nextBoolean()) {
                store.write(batch);
            } else {
                store.writeUnsynced(batch);
            }
            Bytes key = randomKey(random);
            assertThat(store.get(COLUMN, key)).isEqualTo(model.get(key));
            Bytes from = randomKey(random);
            Bytes to = random.nextInt(4) == 0 ? null : randomKey(random);
            boolean downwards = random.nextBoolean();
            assertThat(keys(store, new KeyRange(from, to, downwards)))
                    .isEqualTo(expected(model, from, to, downwards));
        }
    }

    private static void change(
            RandomGenerator random, WriteBatch batch, NavigableMap<Bytes, Bytes> model) {
        Bytes key = randomKey(random);
        switch (random.nextInt(6)) {
            case 0 -> {
                Bytes to = randomKey(random);
                if (key.compareTo(to) <= 0) {
                    batch.deleteRange(COLUMN, key, to);
                    model.subMap(key, to).clear();
                }
            }
            case 1 -> {
                batch.delete(COLUMN, key);
                model.remove(key);
            }
            default -> {
                Bytes value = randomKey(random);
                batch.put(COLUMN, key, value);
                model.put(key, value);
            }
        }
    }

    private static List<Bytes> expected(
            NavigableMap<Bytes, Bytes> model, Bytes from, @Nullable Bytes to, boolean downwards) {
        List<Bytes> expected = new ArrayList<>();
        for (Bytes key : model.keySet()) {
            if (key.compareTo(from) >= 0 && (to == null || key.compareTo(to) < 0)) {
                expected.add(downwards ? 0 : expected.size(), key);
            }
        }
        return expected;
    }

    private static Bytes randomKey(RandomGenerator random) {
        byte[] key = new byte[random.nextInt(3)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) new int[] {0, 1, 0x7f, 0x80, 0xff}[random.nextInt(5)];
        }
        return Bytes.wrap(key);
    }
}
