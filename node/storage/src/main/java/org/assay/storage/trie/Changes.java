package org.assay.storage.trie;

import java.util.List;
import org.assay.primitives.Invariant;

/// Sorted changes: keys as nibbles; an empty value deletes; an empty one of before is not
/// known.
final class Changes {
    final byte[][] keys;
    final byte[][] values;
    final byte[][] before;

    Changes(byte[][] keys, byte[][] values, byte[][] before) {
        this.keys = keys;
        this.values = values;
        this.before = before;
    }

    static Changes of(List<PatriciaTrie.Change> changes) {
        byte[][] keys = new byte[changes.size()][];
        byte[][] values = new byte[changes.size()][];
        byte[][] before = new byte[changes.size()][];
        for (int i = 0; i < keys.length; i++) {
            PatriciaTrie.Change change = changes.get(i);
            Invariant.check(
                    i == 0 || changes.get(i - 1).key().compareTo(change.key()) < 0,
                    "changes of a trie ascend");
            keys[i] = Nibbles.of(change.key().toArray());
            values[i] = change.value().unsafeArray();
            before[i] = change.before().unsafeArray();
        }
        return new Changes(keys, values, before);
    }

    boolean deletes(int index) {
        return values[index].length == 0;
    }

    int count() {
        return keys.length;
    }

    /// The changes `[low, high)` and the entry `key`, `value`, which they do not touch.
    Changes with(int low, int high, byte[] key, byte[] value) {
        int count = high - low + 1;
        byte[][] mergedKeys = new byte[count][];
        byte[][] mergedValues = new byte[count][];
        byte[][] mergedBefore = new byte[count][];
        int from = low;
        for (int i = 0; i < count; i++) {
            boolean comesFirst =
                    from - low == i
                            && (from == high
                                    || java.util.Arrays.compareUnsigned(key, keys[from]) < 0);
            mergedKeys[i] = comesFirst ? key : keys[from];
            mergedValues[i] = comesFirst ? value : values[from];
            mergedBefore[i] = comesFirst ? value : before[from];
            from += comesFirst ? 0 : 1;
        }
        return new Changes(mergedKeys, mergedValues, mergedBefore);
    }
}
