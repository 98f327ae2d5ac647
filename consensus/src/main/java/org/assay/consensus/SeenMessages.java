package org.assay.consensus;

import java.util.Iterator;
import java.util.LinkedHashSet;
import org.assay.primitives.Hash;

/// The ids of the latest messages, so that each is handled and forwarded once.
final class SeenMessages {
    /// About ten rounds of a hundred validators.
    static final int COUNT_MAX = 4096;

    private final LinkedHashSet<Hash> ids = new LinkedHashSet<>();

    /// Whether `id` is new.
    boolean add(Hash id) {
        if (!ids.add(id)) {
            return false;
        }
        if (ids.size() > COUNT_MAX) {
            Iterator<Hash> oldest = ids.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }
}
