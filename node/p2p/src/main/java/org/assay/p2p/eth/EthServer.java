package org.assay.p2p.eth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.Blockchain;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// Answers what peers ask of `eth` from the chain and the pool. Stateless; safe for many threads.
public final class EthServer {
    /// An answer takes no further item once it has this many bytes (devp2p's soft limit).
    public static final int ANSWER_BYTES_SOFT_MAX = 2 << 20;

    /// Headers, bodies or receipts in one answer.
    public static final int ANSWER_ITEMS_MAX = 1_024;

    /// Pooled transactions in one answer.
    public static final int POOLED_MAX = 256;

    private final Blockchain chain;
    private final ForkId.Forks forks;
    private final Function<Hash, Optional<Bytes>> pool;

    /// `pool` finds a waiting transaction, encoded as it travels.
    public EthServer(Blockchain chain, Function<Hash, Optional<Bytes>> pool) {
        this.chain = chain;
        this.forks = ForkId.Forks.of(chain.spec(), chain.genesisHash());
        this.pool = pool;
    }

    /// What this node says of itself.
    public EthStatus status(int version) {
        Header head = chain.head().header();
        return new EthStatus(
                version,
                networkId(),
                chain.genesisHash(),
                forks.at(head.number(), head.timestamp()),
                totalDifficulty(head),
                range());
    }

    public EthStatus.Range range() {
        return new EthStatus.Range(chain.firstNumber(), chain.head().number(), chain.head().hash());
    }

    /// The fork id of the head, for node records.
    public ForkId forkId() {
        Header head = chain.head().header();
        return forks.at(head.number(), head.timestamp());
    }

    /// Whether a node with this id in its record can be on this chain. Without forks too, unlike
    /// in [#refusal], where the genesis hash is compared as well.
    public boolean isOfThisChain(ForkId theirs) {
        Header head = chain.head().header();
        return forks.matches(theirs, head.number(), head.timestamp());
    }

    private long networkId() {
        return chain.spec().chainId().w3();
    }

    /// QBFT blocks count 1 each without Assay's rules and 0 with them.
    private UInt256 totalDifficulty(Header head) {
        UInt256 genesis = chain.spec().genesis().difficulty();
        return genesis.add(head.difficulty().multiply(UInt256.of(head.number())));
    }

    /// Why a peer with this status is not one of ours; empty when it is.
    public Optional<String> refusal(EthStatus theirs, int version) {
        if (theirs.version() != version) {
            return Optional.of("a status of version " + theirs.version());
        }
        if (theirs.networkId() != networkId()) {
            return Optional.of("on network " + Long.toUnsignedString(theirs.networkId()));
        }
        if (!theirs.genesisHash().equals(chain.genesisHash())) {
            return Optional.of("on the chain of genesis " + theirs.genesisHash());
        }
        Header head = chain.head().header();
        if (!forks.accepts(theirs.forkId(), head.number(), head.timestamp())) {
            return Optional.of("of other forks: " + theirs.forkId());
        }
        return Optional.empty();
    }

    /// The peer's height by its status: exact since eth/69, before from the total difficulty.
    public long heightOf(EthStatus theirs) {
        if (theirs.version() >= EthStatus.VERSION_WITH_RANGE) {
            return theirs.range().latest();
        }
        Optional<Long> known = chain.numberOf(theirs.range().latestHash());
        UInt256 genesis = chain.spec().genesis().difficulty();
        UInt256 above = theirs.totalDifficulty().subtract(genesis);
        return known.orElse(
                theirs.totalDifficulty().compareTo(genesis) > 0 && above.fitsLong()
                        ? above.w3()
                        : 0L);
    }

    public Bytes headers(EthMessages.GetHeaders ask) {
        List<Bytes> headers = new ArrayList<>();
        Optional<Long> origin =
                ask.hash() == null ? Optional.of(ask.number()) : chain.numberOf(ask.hash());
        long number = origin.orElse(-1L);
        long step = ask.skip() + 1;
        boolean isStepFine = ask.skip() >= 0 && step > 0;
        int bytes = 0;
        while (number >= 0
                && headers.size() < Math.min(Math.max(0, ask.amount()), ANSWER_ITEMS_MAX)
                && bytes < ANSWER_BYTES_SOFT_MAX) {
            Optional<Header> header = chain.headerAt(number);
            if (header.isEmpty()) {
                break;
            }
            byte[] encoded = header.get().encode();
            headers.add(Bytes.wrap(encoded));
            bytes += encoded.length;
            long next = ask.reverse() ? number - step : number + step;
            if (!isStepFine || (!ask.reverse() && next < number)) {
                break;
            }
            number = next;
        }
        return new EthMessages.Answer(ask.id(), headers).encode();
    }

    public Bytes bodies(EthMessages.GetByHash ask) {
        return answer(ask, number -> chain.encodedBlockAt(number).map(EthServer::bodyOf));
    }

    /// The block's list without its header.
    private static Bytes bodyOf(Bytes block) {
        return RlpReader.decode(
                block,
                reader -> {
                    RlpReader items = reader.readList();
                    items.readRaw();
                    return Bytes.wrap(
                            RlpWriter.encodeList(
                                    list -> {
                                        while (!items.isEnd()) {
                                            list.writeRaw(items.readRaw());
                                        }
                                    }));
                });
    }

    /// In the form of the connection's version: since 69 a list for every type, without bloom.
    public Bytes receipts(EthMessages.GetByHash ask, int version) {
        return answer(
                ask,
                number ->
                        chain.storedAt(number)
                                .map(stored -> encodeReceipts(stored.receipts(), version)));
    }

    static Bytes encodeReceipts(List<Receipt> receipts, int version) {
        return Bytes.wrap(
                RlpWriter.encode(
                        w ->
                                w.writeList(
                                        receipts,
                                        (items, receipt) -> {
                                            if (version >= EthStatus.VERSION_WITH_RANGE) {
                                                writeWithoutBloom(items, receipt);
                                            } else if (receipt.type() == Transaction.LEGACY) {
                                                items.writeRaw(receipt.encode());
                                            } else {
                                                items.writeArray(receipt.encode());
                                            }
                                        })));
    }

    /// The inverse of [#encodeReceipts]: one block's item of an answer. Throws [RlpException].
    public static List<Receipt> decodeReceipts(Bytes item, int version) {
        return RlpReader.decode(
                item,
                reader ->
                        reader.readList(
                                Block.TRANSACTIONS_MAX,
                                items -> {
                                    if (version >= EthStatus.VERSION_WITH_RANGE) {
                                        return readWithoutBloom(items.readList());
                                    }
                                    return Receipt.decode(
                                            items.nextIsList()
                                                    ? items.readRaw()
                                                    : Bytes.wrap(items.readArray()));
                                }));
    }

    private static Receipt readWithoutBloom(RlpReader list) {
        int type = list.readUnsignedByte();
        int status = list.readUnsignedByte();
        if (type > Transaction.TYPE_MAX || status > 1) {
            throw new RlpException("a receipt of type " + type + " and status " + status);
        }
        long gas = list.readLong();
        List<Log> logs = list.readList(Log.COUNT_MAX, Log::read);
        list.requireEnd();
        return Receipt.of(type, status == 1, gas, logs);
    }

    private static void writeWithoutBloom(RlpWriter items, Receipt receipt) {
        items.writeList(
                list -> {
                    list.writeLong(receipt.type());
                    Hash postState = receipt.postState();
                    if (postState != null) {
                        list.writeHash(postState);
                    } else {
                        list.writeLong(receipt.success() ? 1 : 0);
                    }
                    list.writeLong(receipt.cumulativeGasUsed());
                    list.writeList(receipt.logs(), (logs, log) -> log.write(logs));
                });
    }

    public Bytes pooled(EthMessages.GetByHash ask) {
        List<Bytes> found = new ArrayList<>();
        int bytes = 0;
        for (Hash hash : ask.hashes()) {
            if (found.size() == POOLED_MAX || bytes > ANSWER_BYTES_SOFT_MAX) {
                break;
            }
            Optional<Bytes> transaction = pool.apply(hash);
            if (transaction.isPresent()) {
                found.add(transaction.get());
                bytes += transaction.get().size();
            }
        }
        return new EthMessages.PooledTransactions(ask.id(), found).encode();
    }

    private Bytes answer(EthMessages.GetByHash ask, Function<Long, Optional<Bytes>> item) {
        List<Bytes> items = new ArrayList<>();
        int bytes = 0;
        for (Hash hash : ask.hashes()) {
            if (items.size() == ANSWER_ITEMS_MAX || bytes > ANSWER_BYTES_SOFT_MAX) {
                break;
            }
            Optional<Bytes> found = chain.numberOf(hash).flatMap(item);
            if (found.isPresent()) {
                items.add(found.get());
                bytes += found.get().size();
            }
        }
        return new EthMessages.Answer(ask.id(), items).encode();
    }
}
