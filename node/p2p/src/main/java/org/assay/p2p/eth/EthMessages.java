package org.assay.p2p.eth;

import java.util.List;
import java.util.function.BiConsumer;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.jspecify.annotations.Nullable;

/// Payloads of `eth` messages. Decoding throws [RlpException] for anything malformed or above a
/// limit. Requests and answers carry an id that the asker chose (EIP-2481).
public final class EthMessages {
    /// Hashes in one request, and items in one answer, that are read at all.
    public static final int ITEMS_MAX = 1_024;

    /// Transactions in one message.
    public static final int TRANSACTIONS_MAX = 4_096;

    /// Announced hashes in one message (eth/68 asks for at most 4,096).
    public static final int ANNOUNCED_MAX = 4_096;

    private static final int TRANSACTION_BYTES_MAX = 1 << 20;

    /// First byte of a list in RLP, and so of a legacy transaction.
    private static final int LIST_FIRST = 0xc0;

    private EthMessages() {}

    /// GetBlockHeaders: from `hash` where it is there, else from `number`, every `skip + 1`-th.
    public record GetHeaders(
            long id, @Nullable Hash hash, long number, long amount, long skip, boolean reverse) {
        public static GetHeaders ofNumber(long id, long number, int amount) {
            return new GetHeaders(id, null, number, amount, 0, false);
        }

        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeList(
                                query -> {
                                    if (hash != null) {
                                        query.writeHash(hash);
                                    } else {
                                        query.writeLong(number);
                                    }
                                    query.writeLong(amount);
                                    query.writeLong(skip);
                                    query.writeLong(reverse ? 1 : 0);
                                });
                    });
        }

        public static GetHeaders decode(Bytes payload) {
            return decodeList(
                    payload,
                    list -> {
                        long id = list.readUnsignedLong();
                        RlpReader query = list.readList();
                        byte[] origin = query.readArray();
                        boolean isHash = origin.length == Hash.SIZE;
                        GetHeaders ask =
                                new GetHeaders(
                                        id,
                                        isHash ? Hash.of(origin) : null,
                                        isHash ? 0 : scalar(origin),
                                        query.readUnsignedLong(),
                                        query.readUnsignedLong(),
                                        query.readUnsignedByte() == 1);
                        query.requireEnd();
                        return ask;
                    });
        }

        private static long scalar(byte[] origin) {
            return RlpReader.decode(
                    RlpWriter.encode(w -> w.writeArray(origin)), RlpReader::readLong);
        }
    }

    /// GetBlockBodies, GetReceipts, GetPooledTransactions.
    public record GetByHash(long id, List<Hash> hashes) {
        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeList(hashes, RlpWriter::writeHash);
                    });
        }

        public static GetByHash decode(Bytes payload) {
            return decodeList(
                    payload,
                    list ->
                            new GetByHash(
                                    list.readUnsignedLong(),
                                    list.readList(ITEMS_MAX, RlpReader::readHash)));
        }
    }

    /// Any answer: its items as they are encoded.
    public record Answer(long id, List<Bytes> items) {
        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeList(items, RlpWriter::writeRaw);
                    });
        }

        public static Answer decode(Bytes payload) {
            return decodeList(
                    payload,
                    list ->
                            new Answer(
                                    list.readUnsignedLong(),
                                    list.readList(ITEMS_MAX, RlpReader::readRaw)));
        }
    }

    /// NewPooledTransactionHashes in the form of eth/68: types and sizes beside the hashes.
    public record Announcement(List<Entry> entries) {
        public record Entry(int type, long sizeBytes, Hash hash) {
            /// `sizeBytes`: as [PooledTransactions] carries it.
            public static Entry of(Transaction transaction, long sizeBytes) {
                return new Entry(transaction.type(), sizeBytes, transaction.hash());
            }
        }

        public Bytes encode() {
            byte[] types = new byte[entries.size()];
            for (int i = 0; i < types.length; i++) {
                types[i] = (byte) entries.get(i).type();
            }
            return list(
                    w -> {
                        w.writeArray(types);
                        w.writeList(entries, (sizes, entry) -> sizes.writeLong(entry.sizeBytes()));
                        w.writeList(entries, (hashes, entry) -> hashes.writeHash(entry.hash()));
                    });
        }

        public static Announcement decode(Bytes payload) {
            return decodeList(
                    payload,
                    list -> {
                        Bytes types = list.readBytes(ANNOUNCED_MAX);
                        List<Long> sizes =
                                list.readList(ANNOUNCED_MAX, RlpReader::readUnsignedLong);
                        List<Hash> hashes = list.readList(ANNOUNCED_MAX, RlpReader::readHash);
                        if (types.size() != hashes.size() || sizes.size() != hashes.size()) {
                            throw new RlpException("an announcement with lists of unlike sizes");
                        }
                        List<Entry> entries = new java.util.ArrayList<>();
                        for (int i = 0; i < hashes.size(); i++) {
                            entries.add(new Entry(types.get(i), sizes.get(i), hashes.get(i)));
                        }
                        return new Announcement(List.copyOf(entries));
                    });
        }
    }

    /// Transactions (0x02), and the items of PooledTransactions.
    public static Bytes transactions(List<Transaction> transactions) {
        return Bytes.wrap(
                RlpWriter.encode(
                        w -> w.writeList(transactions, (items, item) -> item.write(items))));
    }

    public static List<Transaction> readTransactions(Bytes payload) {
        return RlpReader.decode(payload, EthMessages::readTransactions);
    }

    private static List<Transaction> readTransactions(RlpReader reader) {
        return reader.readList(TRANSACTIONS_MAX, EthMessages::readTransaction);
    }

    private static Transaction readTransaction(RlpReader items) {
        Transaction transaction = Transaction.read(items);
        if (transaction.encoded().size() > TRANSACTION_BYTES_MAX) {
            throw new RlpException("a transaction above " + TRANSACTION_BYTES_MAX + " bytes");
        }
        return transaction;
    }

    /// PooledTransactions (0x0a): each as [Transaction#encoded], or with its blobs.
    public record PooledTransactions(long id, List<Bytes> encoded) {
        public Bytes encode() {
            return list(
                    w -> {
                        w.writeLong(id);
                        w.writeList(encoded, PooledTransactions::write);
                    });
        }

        private static void write(RlpWriter items, Bytes item) {
            if ((item.get(0) & 0xff) >= LIST_FIRST) {
                items.writeRaw(item);
            } else {
                items.writeBytes(item);
            }
        }

        private static Bytes read(RlpReader items) {
            return items.nextIsList() ? items.readRaw() : items.readBytes(TRANSACTION_BYTES_MAX);
        }

        public static PooledTransactions decode(Bytes payload) {
            return decodeList(
                    payload,
                    list ->
                            new PooledTransactions(
                                    list.readUnsignedLong(),
                                    list.readList(TRANSACTIONS_MAX, PooledTransactions::read)));
        }
    }

    /// NewBlockHashes (0x01): a block and its number.
    public record NewBlockHash(Hash hash, long number) {
        public static Bytes encode(List<NewBlockHash> blocks) {
            BiConsumer<RlpWriter, NewBlockHash> write =
                    (items, block) ->
                            items.writeList(
                                    pair -> {
                                        pair.writeHash(block.hash);
                                        pair.writeLong(block.number);
                                    });
            return Bytes.wrap(RlpWriter.encode(w -> w.writeList(blocks, write)));
        }

        public static List<NewBlockHash> decode(Bytes payload) {
            return RlpReader.decode(
                    payload,
                    reader ->
                            reader.readList(
                                    ITEMS_MAX,
                                    items -> {
                                        RlpReader pair = items.readList();
                                        NewBlockHash block =
                                                new NewBlockHash(pair.readHash(), pair.readLong());
                                        pair.requireEnd();
                                        return block;
                                    }));
        }
    }

    private static Bytes list(java.util.function.Consumer<RlpWriter> write) {
        return Bytes.wrap(RlpWriter.encodeList(write));
    }

    private static <T> T decodeList(
            Bytes payload, java.util.function.Function<RlpReader, T> decode) {
        return RlpReader.decode(
                payload,
                reader -> {
                    RlpReader list = reader.readList();
                    T value = decode.apply(list);
                    list.requireEnd();
                    return value;
                });
    }
}
