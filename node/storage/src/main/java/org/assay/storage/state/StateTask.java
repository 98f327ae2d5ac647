package org.assay.storage.state;

import java.util.Arrays;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.jspecify.annotations.Nullable;

/// One thing to fetch of a state snapshot, with what proves it: the reference by which its
/// parent, itself proven, names it.
///
/// @param owner whose slots; null for accounts and for code
/// @param place the path in the trie, one nibble a byte; for code its hash
/// @param reference `a0` and a hash, or a node shorter than 32 bytes; for code empty
public record StateTask(Kind kind, @Nullable Address owner, Bytes place, Bytes reference) {
    /// In the order in which they are worked on: what an account needs comes before further
    /// accounts, so that little is open at any time.
    public enum Kind {
        CODE(0),
        SLOTS(1),
        ACCOUNTS(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /// On the wire and on disk.
        public int code() {
            return code;
        }

        /// Empty for a code that none has.
        public static Optional<Kind> of(int code) {
            return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
        }
    }

    static StateTask code(Hash hash) {
        return new StateTask(Kind.CODE, null, hash.toBytes(), Bytes.EMPTY);
    }

    /// The key in INTAKE: kind, owner, place.
    Bytes key() {
        Bytes kindByte = Bytes.of((byte) kind.code);
        return owner == null
                ? kindByte.concat(place)
                : kindByte.concat(owner.toBytes()).concat(place);
    }

    static StateTask read(Bytes key, Bytes reference) {
        Kind kind = Kind.of(key.get(0)).orElseThrow();
        int from = 1 + (kind == Kind.SLOTS ? Address.SIZE : 0);
        Address owner = kind == Kind.SLOTS ? Address.at(key.unsafeArray(), 1) : null;
        return new StateTask(kind, owner, key.slice(from, key.size()), reference);
    }
}
