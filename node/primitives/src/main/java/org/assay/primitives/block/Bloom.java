package org.assay.primitives.block;

import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;

/// The 2048-bit filter over the addresses and topics of logs (YP §4.4.1).
public final class Bloom {
    public static final int SIZE = 256;
    public static final Bytes EMPTY = Bytes.wrap(new byte[SIZE]);

    private Bloom() {}

    public static Bytes of(List<Log> logs) {
        if (logs.isEmpty()) {
            return EMPTY;
        }
        byte[] bits = new byte[SIZE];
        for (Log log : logs) {
            add(bits, log.address().toArray());
            for (Hash topic : log.topics()) {
                add(bits, topic.toArray());
            }
        }
        return Bytes.wrap(bits);
    }

    /// The union of two filters.
    public static Bytes or(Bytes first, Bytes second) {
        byte[] union = first.toArray();
        for (int i = 0; i < SIZE; i++) {
            union[i] |= second.get(i);
        }
        return Bytes.wrap(union);
    }

    /// Whether the filter may hold `entry`, an address or a topic; false is certain.
    public static boolean mayContain(Bytes bloom, byte[] entry) {
        byte[] hash = Keccak.hash256(entry).toArray();
        for (int i = 0; i < 6; i += 2) {
            int bit = ((hash[i] << 8) | (hash[i + 1] & 0xff)) & 0x7ff;
            if ((bloom.get(SIZE - 1 - bit / 8) & (1 << (bit % 8))) == 0) {
                return false;
            }
        }
        return true;
    }

    private static void add(byte[] bits, byte[] entry) {
        byte[] hash = Keccak.hash256(entry).toArray();
        for (int i = 0; i < 6; i += 2) {
            int bit = ((hash[i] << 8) | (hash[i + 1] & 0xff)) & 0x7ff;
            bits[SIZE - 1 - bit / 8] |= (byte) (1 << (bit % 8));
        }
    }
}
