package org.assay.p2p;

import java.util.LinkedHashMap;
import java.util.Map;
import org.assay.primitives.Address;

/// Who did what wrong, and who is banned for it. Points halve every ten minutes; each further ban
/// lasts twice as long. Safe for many threads.
final class PeerScores {
    static final int POINTS_MAX = 100;
    static final long BAN_MILLIS = 60_000;
    static final long BAN_MILLIS_MAX = 3_600_000;
    private static final long HALF_LIFE_MILLIS = 600_000;

    /// Peers remembered; the one heard of longest ago is forgotten first.
    private static final int PEERS_MAX = 4_096;

    private static final class Conduct {
        long points;
        long atMillis;
        long banMillis = BAN_MILLIS;
        long bannedUntilMillis;
    }

    private final Map<Address, Conduct> records =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Address, Conduct> eldest) {
                    return size() > PEERS_MAX;
                }
            };

    /// Whether the offence leads to a ban.
    synchronized boolean add(Address peer, Offence offence, long nowMillis) {
        Conduct record = records.computeIfAbsent(peer, ignored -> new Conduct());
        long halvings = Math.clamp((nowMillis - record.atMillis) / HALF_LIFE_MILLIS, 0, 62);
        record.points = (record.points >> halvings) + offence.points();
        record.atMillis = nowMillis;
        if (record.points < POINTS_MAX) {
            return false;
        }
        record.points = 0;
        record.bannedUntilMillis = nowMillis + record.banMillis;
        record.banMillis = Math.min(BAN_MILLIS_MAX, record.banMillis * 2);
        return true;
    }

    synchronized boolean isBanned(Address peer, long nowMillis) {
        Conduct record = records.get(peer);
        return record != null && record.bannedUntilMillis > nowMillis;
    }
}
