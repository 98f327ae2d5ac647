package org.assay.storage;

import static org.assay.storage.KeyValueStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MemoryStoreTest implements KeyValueStoreContract {
    @Override
    public KeyValueStore store() {
        return new MemoryStore();
    }

    private static WriteBatch put(int key) {
        return new WriteBatch().put(COLUMN, bytes(key), bytes(key));
    }

    @Test
    void aCrashLosesUnsyncedWritesFromTheEnd() {
        MemoryStore store = new MemoryStore();
        store.writeUnsynced(put(1));
        store.write(put(2));
        store.writeUnsynced(put(3));
        store.writeUnsynced(put(4));
        store.crash(1);
        assertThat(KeyValueStoreContract.keys(store, KeyRange.ALL))
                .containsExactly(bytes(1), bytes(2), bytes(3));
        store.writeUnsynced(put(5));
        store.crash();
        assertThat(store.get(COLUMN, bytes(5))).isNull();
        assertThat(store.get(COLUMN, bytes(3))).isEqualTo(bytes(3));
    }

    @Test
    void failsTheCallItWasToldTo() {
        MemoryStore store = new MemoryStore();
        store.failCall(2);
        assertThat(store.get(COLUMN, bytes(1))).isNull();
        assertThatThrownBy(() -> store.get(COLUMN, bytes(1))).isInstanceOf(StorageException.class);
        assertThat(store.get(COLUMN, bytes(1))).isNull();
        store.failWrite(1, false);
        assertThatThrownBy(() -> store.write(put(1))).isInstanceOf(StorageException.class);
        assertThat(store.get(COLUMN, bytes(1))).isNull();
        store.failWrite(1, true);
        assertThatThrownBy(() -> store.write(put(1))).isInstanceOf(StorageException.class);
        assertThat(store.get(COLUMN, bytes(1))).isEqualTo(bytes(1));
    }
}
