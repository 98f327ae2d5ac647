package org.assay.consensus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assay.primitives.Address;

/// Messages for heights above the current one, bounded in heights, count and bytes, and for each
/// author to its share, so that one validator cannot crowd out the others. When full, the
/// farthest height gives way.
final class FutureMessages {
    static final int DISTANCE_MAX = 10;
    static final int COUNT_MAX = 1000;
    static final long BYTES_MAX = 64L << 20;

    private final TreeMap<Long, List<Event.MessageReceived>> byHeight = new TreeMap<>();
    private final Map<Address, Long> bytesByAuthor = new HashMap<>();
    private long bytes;
    private int count;

    /// Keeps `message` where it fits; `authors` validators share the room.
    void add(Event.MessageReceived message, long currentHeight, int authors) {
        long height = message.envelope().message().height();
        Address author = message.envelope().message().author();
        int size = message.envelope().encoded().size();
        long share = Math.max(BYTES_MAX / Math.max(authors, 1), 1 << 20);
        if (height > currentHeight + DISTANCE_MAX
                || bytesByAuthor.getOrDefault(author, 0L) + size > share) {
            return;
        }
        byHeight.computeIfAbsent(height, ignored -> new ArrayList<>()).add(message);
        account(message, 1);
        while (count > COUNT_MAX || bytes > BYTES_MAX) {
            List<Event.MessageReceived> farthest = byHeight.lastEntry().getValue();
            account(farthest.removeLast(), -1);
            if (farthest.isEmpty()) {
                byHeight.pollLastEntry();
            }
        }
    }

    /// Removes and returns those for `height`, in the order they came; drops those below.
    List<Event.MessageReceived> take(long height) {
        List<Event.MessageReceived> taken = List.of();
        while (!byHeight.isEmpty() && byHeight.firstKey() <= height) {
            var entry = byHeight.pollFirstEntry();
            entry.getValue().forEach(message -> account(message, -1));
            if (entry.getKey() == height) {
                taken = entry.getValue();
            }
        }
        return taken;
    }

    long bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    private void account(Event.MessageReceived message, int sign) {
        int size = message.envelope().encoded().size();
        count += sign;
        bytes += (long) sign * size;
        bytesByAuthor.merge(
                message.envelope().message().author(),
                (long) sign * size,
                (left, right) -> left + right == 0 ? null : (Long) (left + right));
    }
}
