package org.assay.app.node;

import java.util.List;
import java.util.function.Function;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.primitives.state.Account;
import org.assay.storage.state.StatePart;
import org.assay.storage.state.StateTask;
import org.assay.storage.trie.Subtrie;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// The messages of `assay/1` that state snapshots are served with ([org.assay.p2p.WireCode]).
/// Decoding throws [RlpException] for anything malformed or above a limit.
public final class SnapshotMessages {
    /// Snapshots that a node may say it holds.
    public static final int SNAPSHOTS_MAX = 16;

    /// Things asked for in one request.
    public static final int ITEMS_MAX = 128;

    /// An answer takes no further part once it has this many bytes.
    public static final int ANSWER_BYTES_SOFT_MAX = 1 << 20;

    /// Proofs of validator sets in one answer.
    public static final int SETS_MAX = 64;

    private static final int NODE = 1;
    private static final int ACCOUNTS = 2;
    private static final int SLOTS = 3;
    private static final int CODE = 4;

    private SnapshotMessages() {}

    /// GetSnapshots.
    public record GetSnapshots(long id) {
        public Bytes encode() {
            return list(w -> w.writeLong(id));
        }

        public static GetSnapshots decode(Bytes payload) {
            return read(payload, list -> new GetSnapshots(list.readUnsignedLong()));
        }
    }

    public record Snapshots(long id, List<Long> heights) {
        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeList(heights, RlpWriter::writeLong);
                    });
        }

        public static Snapshots decode(Bytes payload) {
            return read(
                    payload,
                    list ->
                            new Snapshots(
                                    list.readUnsignedLong(),
                                    list.readList(SNAPSHOTS_MAX, RlpReader::readLong)));
        }
    }

    public record GetValidatorSets(long id, long from) {
        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeLong(from);
                    });
        }

        public static GetValidatorSets decode(Bytes payload) {
            return read(
                    payload,
                    list -> new GetValidatorSets(list.readUnsignedLong(), list.readLong()));
        }
    }

    /// `proofs` as encoded ([org.assay.chain.ValidatorSetProof]).
    public record ValidatorSets(long id, List<Bytes> proofs) {
        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeList(proofs, RlpWriter::writeRaw);
                    });
        }

        public static ValidatorSets decode(Bytes payload) {
            return read(
                    payload,
                    list ->
                            new ValidatorSets(
                                    list.readUnsignedLong(),
                                    list.readList(SETS_MAX, RlpReader::readRaw)));
        }
    }

    /// One thing that is asked for; see [StateTask].
    public record Item(StateTask.Kind kind, @Nullable Address owner, Bytes place) {
        public static Item of(StateTask task) {
            return new Item(task.kind(), task.owner(), task.place());
        }

        private static Item read(RlpReader items) {
            RlpReader list = items.readList();
            int kind = list.readUnsignedByte();
            Bytes owner = list.readBytes(Address.SIZE);
            Bytes place = list.readBytes(Subtrie.PATH_NIBBLES_MAX);
            list.requireEnd();
            StateTask.Kind read =
                    StateTask.Kind.of(kind)
                            .orElseThrow(() -> new RlpException("an item of kind " + kind));
            boolean isSlots = read == StateTask.Kind.SLOTS;
            if (owner.size() != (isSlots ? Address.SIZE : 0)
                    || (read == StateTask.Kind.CODE && place.size() != Hash.SIZE)) {
                throw new RlpException("an item of kind " + read + " of the wrong size");
            }
            return new Item(read, isSlots ? Address.of(owner) : null, place);
        }

        private void write(RlpWriter items) {
            items.writeList(
                    list -> {
                        list.writeLong(kind.code());
                        list.writeBytes(owner == null ? Bytes.EMPTY : owner.toBytes());
                        list.writeBytes(place);
                    });
        }
    }

    public record GetState(long id, long height, List<Item> items) {
        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeLong(height);
                        w.writeList(items, (one, item) -> item.write(one));
                    });
        }

        public static GetState decode(Bytes payload) {
            return read(
                    payload,
                    list ->
                            new GetState(
                                    list.readUnsignedLong(),
                                    list.readLong(),
                                    list.readList(ITEMS_MAX, Item::read)));
        }
    }

    public record State(long id, List<StatePart> parts) {
        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeList(parts, SnapshotMessages::write);
                    });
        }

        public static State decode(Bytes payload) {
            return read(
                    payload,
                    list ->
                            new State(
                                    list.readUnsignedLong(),
                                    list.readList(ITEMS_MAX, SnapshotMessages::readPart)));
        }
    }

    /// About how many bytes a part takes in an answer.
    static int sizeBytes(StatePart part) {
        return switch (part) {
            case StatePart.Inner(Bytes node) -> node.size();
            case StatePart.Code(Bytes code) -> code.size();
            case StatePart.Accounts(List<StatePart.AccountEntry> entries) -> entries.size() * 96;
            case StatePart.Slots(List<StatePart.SlotEntry> entries) -> entries.size() * 40;
        };
    }

    private static void write(RlpWriter parts, StatePart part) {
        parts.writeList(
                w -> {
                    switch (part) {
                        case StatePart.Inner(Bytes node) -> {
                            w.writeLong(NODE);
                            w.writeBytes(node);
                        }
                        case StatePart.Accounts(List<StatePart.AccountEntry> entries) -> {
                            w.writeLong(ACCOUNTS);
                            w.writeList(entries, SnapshotMessages::writeAccount);
                        }
                        case StatePart.Slots(List<StatePart.SlotEntry> entries) -> {
                            w.writeLong(SLOTS);
                            w.writeList(
                                    entries,
                                    (slots, entry) ->
                                            slots.writeList(
                                                    one -> {
                                                        one.writeUInt256(entry.slot());
                                                        one.writeUInt256(entry.value());
                                                    }));
                        }
                        case StatePart.Code(Bytes code) -> {
                            w.writeLong(CODE);
                            w.writeBytes(code);
                        }
                    }
                });
    }

    private static void writeAccount(RlpWriter accounts, StatePart.AccountEntry entry) {
        Account account = entry.account();
        accounts.writeList(
                one -> {
                    one.writeAddress(entry.address());
                    one.writeLong(account.nonce());
                    one.writeUInt256(account.balance());
                    one.writeBytes(optional(account.codeHash(), Keccak.EMPTY));
                    one.writeBytes(optional(entry.storageRoot(), TrieRoot.EMPTY));
                });
    }

    private static Bytes optional(Hash hash, Hash empty) {
        return hash.equals(empty) ? Bytes.EMPTY : hash.toBytes();
    }

    private static StatePart readPart(RlpReader parts) {
        RlpReader list = parts.readList();
        StatePart part =
                switch (list.readUnsignedByte()) {
                    case NODE -> new StatePart.Inner(list.readBytes(StatePart.NODE_BYTES_MAX));
                    case ACCOUNTS ->
                            new StatePart.Accounts(
                                    list.readList(
                                            StatePart.LEAVES_MAX, SnapshotMessages::readAccount));
                    case SLOTS ->
                            new StatePart.Slots(
                                    list.readList(
                                            StatePart.LEAVES_MAX, SnapshotMessages::readSlot));
                    case CODE -> new StatePart.Code(list.readBytes(StatePart.CODE_BYTES_MAX));
                    default -> throw new RlpException("a part of unknown kind");
                };
        list.requireEnd();
        return part;
    }

    private static StatePart.AccountEntry readAccount(RlpReader accounts) {
        RlpReader one = accounts.readList();
        Address address = one.readAddress();
        long nonce = one.readUnsignedLong();
        UInt256 balance = one.readUInt256();
        Hash codeHash = readOptional(one, Keccak.EMPTY);
        Hash storageRoot = readOptional(one, TrieRoot.EMPTY);
        one.requireEnd();
        return new StatePart.AccountEntry(
                address, new Account(nonce, balance, codeHash), storageRoot);
    }

    private static Hash readOptional(RlpReader reader, Hash empty) {
        Bytes read = reader.readBytes(Hash.SIZE);
        if (read.isEmpty()) {
            return empty;
        }
        if (read.size() != Hash.SIZE || Hash.of(read).equals(empty)) {
            throw new RlpException("neither a hash nor nothing");
        }
        return Hash.of(read);
    }

    private static StatePart.SlotEntry readSlot(RlpReader slots) {
        RlpReader one = slots.readList();
        StatePart.SlotEntry entry = new StatePart.SlotEntry(one.readUInt256(), one.readUInt256());
        one.requireEnd();
        return entry;
    }

    private static Bytes list(java.util.function.Consumer<RlpWriter> write) {
        return Bytes.wrap(RlpWriter.encodeList(write));
    }

    /// A message that is one list, of which nothing is left over.
    private static <T> T read(Bytes payload, Function<RlpReader, T> read) {
        return RlpReader.decode(
                payload,
                reader -> {
                    RlpReader list = reader.readList();
                    T value = read.apply(list);
                    list.requireEnd();
                    return value;
                });
    }
}
