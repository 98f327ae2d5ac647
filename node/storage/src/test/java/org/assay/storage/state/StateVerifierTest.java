package org.assay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.testkit.Seeds;

final class StateVerifierTest {
    private static MemoryStore randomStore(RandomGenerator random) {
        MemoryStore store = new MemoryStore();
        WorldState world = WorldState.open(store, StateOptions.bounded());
        StateModel model = new StateModel();
        for (int block = 0; block < 8; block++) {
            var diff = model.randomDiff(random);
            model.apply(diff);
            world.commit(world.prepare(diff), new WriteBatch());
        }
        StateVerifier.Report report = StateVerifier.verify(store, count -> {});
        assertThat(report.fault()).isEmpty();
        assertThat(report.accountCount()).isEqualTo(model.accounts().size());
        assertThat(report.stateRoot()).isEqualTo(model.root());
        return store;
    }

    /// Any one entry of the state that is lost, changed or made up is found. (A lost trie node
    /// too, for the walk loads all of them; a superfluous one is harmless and is not looked
    /// for.)
    @Seeds(40)
    void findsWhateverIsWrong(RandomGenerator random) {
        MemoryStore store = randomStore(random);
        List<Column> columns =
                List.of(Column.ACCOUNTS, Column.SLOTS, Column.ACCOUNT_NODES, Column.SLOT_NODES);
        Column column = columns.get(random.nextInt(columns.size()));
        List<Bytes> keys = new ArrayList<>();
        try (Cursor cursor = store.scan(column, KeyRange.ALL)) {
            while (cursor.next()) {
                keys.add(cursor.key());
            }
        }
        if (keys.isEmpty()) {
            return;
        }
        Bytes key = keys.get(random.nextInt(keys.size()));
        byte[] value = java.util.Objects.requireNonNull(store.get(column, key)).toArray();
        boolean flat = column == Column.ACCOUNTS || column == Column.SLOTS;
        WriteBatch batch = new WriteBatch();
        switch (random.nextInt(flat ? 3 : 2)) {
            case 0 -> batch.delete(column, key);
            case 1 -> {
                value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
                batch.put(column, key, Bytes.wrap(value));
            }
            default -> {
                byte[] made = key.toArray();
                made[random.nextInt(made.length)] ^= (byte) (1 << random.nextInt(8));
                batch.put(column, Bytes.wrap(made), Bytes.wrap(value));
            }
        }
        store.write(batch);
        assertThat(StateVerifier.verify(store, count -> {}).fault()).isPresent();
    }
}
