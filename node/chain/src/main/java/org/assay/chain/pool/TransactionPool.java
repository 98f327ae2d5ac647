package org.assay.chain.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.assay.chain.pool.PoolAnswer.Reason;
import org.assay.evm.BlobSchedule;
import org.assay.evm.Fork;
import org.assay.evm.IntrinsicGas;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Authorization;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// Transactions that wait for a block, each sender's in nonce order. Owned by the node loop.
///
/// A sender is never wedged: whatever it has here was affordable and well formed when it came, a
/// dearer transaction replaces one of the same nonce, one that fills a gap always finds room
/// among the sender's own, and one that a block builder finds invalid is dropped with the reason
/// kept for [#explain]. Transactions that wait behind a gap make room first when the pool is
/// full.
public final class TransactionPool {
    /// Reasons of dropped transactions that are remembered.
    private static final int DROPPED_MAX = 4_096;

    private static final int BLOB_BUMP_PERCENT = 100;

    private static final long TRANSACTION_GAS_MAX = 1 << 24; // EIP-7825

    private UInt256 chainId;
    private final PoolLimits limits;
    private final Supplier<Fork> fork;
    private final Map<Address, TreeMap<Long, Entry>> bySender = new HashMap<>();
    private final Map<Hash, Entry> byHash = new ConcurrentHashMap<>(); // read by any thread
    private final Map<Hash, String> dropped = new java.util.LinkedHashMap<>();
    private long sizeBytes;
    private long arrivals;
    private Log log = Log.NONE;

    /// Who keeps what the pool holds, for a restart.
    public interface Log {
        Log NONE =
                new Log() {
                    @Override
                    public void added(Transaction transaction) {}

                    @Override
                    public void dropped(Hash hash) {}
                };

        /// It waits from now on.
        void added(Transaction transaction);

        /// It does not wait any more, and no block says so.
        void dropped(Hash hash);
    }

    /// One waiting transaction. `arrival` orders equal offers.
    public record Entry(RecoveredTransaction recovered, long arrival) {
        public Transaction transaction() {
            return recovered.transaction();
        }

        public Address sender() {
            return recovered.sender();
        }
    }

    /// `fork`: the rules of the block after the head.
    public TransactionPool(UInt256 chainId, PoolLimits limits, Supplier<Fork> fork) {
        this.chainId = chainId;
        this.limits = limits;
        this.fork = fork;
    }

    /// For a developer's chain: transactions are of chain `id` from now on.
    public void assumeChainId(UInt256 id) {
        chainId = id;
    }

    /// Tells `log` of changes from now on.
    public void setLog(Log log) {
        this.log = log;
    }

    /// Takes in `recovered` if it could be in a block after the head with this state.
    public PoolAnswer add(
            RecoveredTransaction recovered,
            StateView state,
            UInt256 baseFeePerGas,
            long blockGasLimit) {
        Transaction transaction = recovered.transaction();
        if (byHash.containsKey(transaction.hash())) {
            return new PoolAnswer.Accepted(transaction.hash(), false);
        }
        PoolAnswer.Refused refused = checkAlone(transaction, baseFeePerGas, blockGasLimit);
        if (refused == null) {
            refused = checkSender(recovered, state);
        }
        if (refused == null) {
            refused = checkRoom(recovered, state);
        }
        if (refused != null) {
            return refused;
        }
        Entry entry = new Entry(recovered, arrivals++);
        TreeMap<Long, Entry> queue =
                bySender.computeIfAbsent(recovered.sender(), sender -> new TreeMap<>());
        Entry replaced = queue.put(transaction.nonce(), entry);
        if (replaced != null) {
            forget(replaced, "replaced by " + transaction.hash());
        }
        byHash.put(transaction.hash(), entry);
        sizeBytes += transaction.encoded().size();
        dropped.remove(transaction.hash());
        log.added(transaction);
        return new PoolAnswer.Accepted(transaction.hash(), true);
    }

    private PoolAnswer.@Nullable Refused checkAlone(
            Transaction transaction, UInt256 baseFeePerGas, long blockGasLimit) {
        Optional<UInt256> chain = transaction.chainId();
        if (chain.isPresent() && !chain.get().equals(chainId)) {
            return refuse(Reason.WRONG_CHAIN, "have " + chain.get() + " want " + chainId);
        }
        if (transaction.encoded().size() > limits.transactionBytesMax()) {
            return refuse(
                    Reason.OVERSIZED,
                    "transaction size "
                            + transaction.encoded().size()
                            + ", limit "
                            + limits.transactionBytesMax());
        }
        if (transaction.gasLimit() < 0 || transaction.gasLimit() > blockGasLimit) {
            return refuse(Reason.EXCEEDS_BLOCK_GAS_LIMIT, "limit " + blockGasLimit);
        }
        if (transaction.gasLimit() > TRANSACTION_GAS_MAX) {
            return refuse(
                    Reason.EXCEEDS_TRANSACTION_GAS_LIMIT,
                    "cap " + TRANSACTION_GAS_MAX + ", tx " + transaction.gasLimit());
        }
        IntrinsicGas intrinsic = IntrinsicGas.of(transaction.body(), fork.get());
        long gasLeast = Math.max(intrinsic.gas(), intrinsic.floor());
        if (transaction.gasLimit() < gasLeast) {
            return refuse(
                    Reason.INTRINSIC_GAS, "have " + transaction.gasLimit() + ", want " + gasLeast);
        }
        if (transaction.maxPriorityFeePerGas().compareTo(transaction.maxFeePerGas()) > 0) {
            return refuse(Reason.TIP_ABOVE_FEE_CAP, "");
        }
        if (transaction.maxFeePerGas().compareTo(baseFeePerGas) < 0) {
            return refuse(
                    Reason.UNDERPRICED,
                    "max fee per gas "
                            + transaction.maxFeePerGas()
                            + " is below the base fee "
                            + baseFeePerGas);
        }
        return null;
    }

    private PoolAnswer.@Nullable Refused checkSender(
            RecoveredTransaction recovered, StateView state) {
        Transaction transaction = recovered.transaction();
        Account account = state.account(recovered.sender());
        Account known = account == null ? Account.EMPTY : account;
        if (transaction.nonce() < 0 || transaction.nonce() > known.nonce() + limits.nonceGapMax()) {
            return refuse(
                    Reason.NONCE_TOO_HIGH,
                    "tx nonce " + transaction.nonce() + ", account nonce " + known.nonce());
        }
        if (transaction.nonce() < known.nonce()) {
            return refuse(
                    Reason.NONCE_TOO_LOW,
                    "next nonce " + known.nonce() + ", tx nonce " + transaction.nonce());
        }
        if (known.hasCode() && !transaction.isImpersonated() && !isDelegation(state, known)) {
            return refuse(Reason.SENDER_NOT_EXTERNALLY_OWNED, recovered.sender().toString());
        }
        UInt256 cost = costMax(transaction);
        if (cost.compareTo(known.balance()) > 0) {
            return refuse(
                    Reason.INSUFFICIENT_FUNDS,
                    "address " + recovered.sender() + " have " + known.balance() + " want " + cost);
        }
        return null;
    }

    /// Wei that the sender must have before it runs: gas and blobs at their fee caps, and
    /// the value.
    private static UInt256 costMax(Transaction transaction) {
        try {
            return transaction
                    .maxFeePerGas()
                    .multiplyExact(transaction.gasLimit())
                    .addExact(transaction.value())
                    .addExact(blobCostMax(transaction));
        } catch (ArithmeticException overflow) {
            return UInt256.MAX;
        }
    }

    private static UInt256 blobCostMax(Transaction transaction) {
        int blobs = transaction.blobVersionedHashes().size();
        return blobs == 0
                ? UInt256.ZERO
                : transaction.maxFeePerBlobGas().multiplyExact(blobs * BlobSchedule.GAS_PER_BLOB);
    }

    /// EIP-7702: code that only names another account leaves the sender externally owned.
    private static boolean isDelegation(StateView state, Account account) {
        var code = state.code(account.codeHash());
        return code.size() == 23
                && code.get(0) == (byte) 0xef
                && code.get(1) == 1
                && code.get(2) == 0;
    }

    private PoolAnswer.@Nullable Refused checkRoom(
            RecoveredTransaction recovered, StateView state) {
        Transaction transaction = recovered.transaction();
        TreeMap<Long, Entry> queue = bySender.get(recovered.sender());
        Entry same = queue == null ? null : queue.get(transaction.nonce());
        if (same != null && !outbids(transaction, same.transaction())) {
            return refuse(
                    Reason.REPLACEMENT_UNDERPRICED,
                    "offer at least "
                            + bumpPercent(same.transaction())
                            + "% more than "
                            + same.transaction().hash());
        }
        boolean isFull = queue != null && same == null && queue.size() >= limits.perSenderMax();
        if (queue != null && isFull && transaction.nonce() > queue.lastKey()) {
            return refuse(Reason.SENDER_FULL, "limit " + limits.perSenderMax());
        }
        int size = transaction.encoded().size() - (same == null ? 0 : sizeOf(same));
        if (sizeBytes + size > limits.bytesMax() && !evictFor(recovered, size, state)) {
            return refuse(Reason.POOL_FULL, "limit " + limits.bytesMax() + " bytes");
        }
        if (queue != null && isFull) {
            // What comes later can wait outside; without this one nothing of the sender's moves.
            remove(queue.lastEntry().getValue(), "gave way to the sender's nonce before it");
        }
        return null;
    }

    private static int sizeOf(Entry entry) {
        return entry.transaction().encoded().size();
    }

    private boolean outbids(Transaction offer, Transaction held) {
        int percent = bumpPercent(held);
        return outbids(offer.maxFeePerGas(), held.maxFeePerGas(), percent)
                && outbids(offer.maxPriorityFeePerGas(), held.maxPriorityFeePerGas(), percent)
                && outbids(offer.maxFeePerBlobGas(), held.maxFeePerBlobGas(), percent);
    }

    /// Blobs cost peers more to pass on: who replaces them doubles the offer, as in geth.
    private int bumpPercent(Transaction held) {
        return held.type() == Transaction.BLOB
                ? BLOB_BUMP_PERCENT
                : limits.replacementBumpPercent();
    }

    private static boolean outbids(UInt256 offer, UInt256 held, int percent) {
        return offer.toBigInteger()
                        .multiply(java.math.BigInteger.valueOf(100))
                        .compareTo(
                                held.toBigInteger()
                                        .multiply(java.math.BigInteger.valueOf(100 + percent)))
                >= 0;
    }

    /// One that may have to go: the last of its sender's, which `waits` behind a gap or not.
    private record Tail(Entry entry, boolean waits) {
        UInt256 tip() {
            return entry.transaction().maxPriorityFeePerGas();
        }
    }

    /// Makes room for `size` bytes by dropping the last transactions of senders: those behind a
    /// gap first, then the cheapest. False, with nothing dropped, when `offer` would be among
    /// the first to go itself.
    private boolean evictFor(RecoveredTransaction offer, int size, StateView state) {
        List<Tail> tails = new ArrayList<>();
        bySender.forEach(
                (sender, queue) -> {
                    if (!sender.equals(offer.sender())) {
                        Entry last = queue.lastEntry().getValue();
                        tails.add(new Tail(last, isBehindGap(queue, nonceOf(sender, state))));
                    }
                });
        tails.sort(
                Comparator.comparing(Tail::waits)
                        .reversed()
                        .thenComparing(Tail::tip)
                        .thenComparing(
                                Comparator.comparingLong((Tail tail) -> tail.entry.arrival())
                                        .reversed()));
        boolean offerWaits = nextNonce(offer.sender(), state) != offer.transaction().nonce();
        UInt256 tip = offer.transaction().maxPriorityFeePerGas();
        List<Entry> chosen = new ArrayList<>();
        long freed = 0;
        for (Tail tail : tails) {
            if (freed >= size) {
                break;
            }
            boolean yields = tail.waits == offerWaits ? tail.tip().compareTo(tip) < 0 : tail.waits;
            if (!yields) {
                return false;
            }
            chosen.add(tail.entry);
            freed += sizeOf(tail.entry);
        }
        if (freed < size) {
            return false;
        }
        chosen.forEach(entry -> remove(entry, "evicted: the pool was full of better ones"));
        return true;
    }

    /// Whether a nonce is missing between the account's `nonce` and the queue's last.
    private static boolean isBehindGap(NavigableMap<Long, Entry> queue, long nonce) {
        return queue.tailMap(nonce).size() <= queue.lastKey() - nonce;
    }

    private static long nonceOf(Address sender, StateView state) {
        Account account = state.account(sender);
        return account == null ? 0 : account.nonce();
    }

    private static PoolAnswer.Refused refuse(Reason reason, String detail) {
        return new PoolAnswer.Refused(reason, detail);
    }

    /// What a builder says to an offer: go on with this sender's next one, leave this sender, or
    /// no more offers at all.
    public enum Choice {
        NEXT,
        LEAVE_SENDER,
        STOP
    }

    /// Offers executable transactions to a builder, dearest tip first, each sender's in order.
    /// Nothing is removed.
    public void select(StateView state, UInt256 baseFeePerGas, Function<Entry, Choice> choose) {
        PriorityQueue<Offer> next = new PriorityQueue<>(Offer.ORDER);
        bySender.forEach(
                (sender, queue) -> {
                    Entry first = queue.get(nonceOf(sender, state));
                    if (first != null && affordable(first, baseFeePerGas)) {
                        next.add(new Offer(first, tip(first, baseFeePerGas)));
                    }
                });
        while (!next.isEmpty()) {
            Entry entry = next.remove().entry;
            Choice choice = choose.apply(entry);
            if (choice == Choice.STOP) {
                return;
            }
            if (choice == Choice.LEAVE_SENDER) {
                continue;
            }
            TreeMap<Long, Entry> queue = bySender.get(entry.sender());
            Entry following = queue == null ? null : queue.get(entry.transaction().nonce() + 1);
            if (following != null && affordable(following, baseFeePerGas)) {
                next.add(new Offer(following, tip(following, baseFeePerGas)));
            }
        }
    }

    /// `tip`: wei a unit of gas that the block's maker gets.
    private record Offer(Entry entry, UInt256 tip) {
        static final Comparator<Offer> ORDER =
                Comparator.comparing(Offer::tip)
                        .reversed()
                        .thenComparingLong(offer -> offer.entry.arrival());
    }

    private static UInt256 tip(Entry entry, UInt256 baseFeePerGas) {
        return entry.transaction().effectiveGasPrice(baseFeePerGas).subtract(baseFeePerGas);
    }

    private static boolean affordable(Entry entry, UInt256 baseFeePerGas) {
        return entry.transaction().maxFeePerGas().compareTo(baseFeePerGas) >= 0;
    }

    /// Drops what a block has included, and what it made stale: of its senders, and of those
    /// whose nonce an authorization used (EIP-7702).
    public void onBlock(Collection<Transaction> included, StateView state) {
        if (bySender.isEmpty()) {
            return;
        }
        Set<Hash> hashes = new HashSet<>();
        Set<Address> touched = new LinkedHashSet<>();
        for (Transaction transaction : included) {
            hashes.add(transaction.hash());
            touched.add(transaction.recover().map(RecoveredTransaction::sender).orElseThrow());
            for (Authorization authorization : transaction.body().authorizations()) {
                authorization.authority().ifPresent(touched::add);
            }
        }
        for (Address sender : touched) {
            TreeMap<Long, Entry> queue = bySender.get(sender);
            if (queue != null) {
                for (Entry entry : List.copyOf(queue.headMap(nonceOf(sender, state)).values())) {
                    boolean isIncluded = hashes.contains(entry.transaction().hash());
                    remove(entry, isIncluded ? "included" : "its nonce was used by another");
                }
            }
        }
    }

    /// Drops one transaction that a builder found invalid.
    public void drop(Hash hash, String reason) {
        Entry entry = byHash.get(hash);
        if (entry != null) {
            remove(entry, reason);
            log.dropped(hash);
        }
    }

    private void remove(Entry entry, String reason) {
        TreeMap<Long, Entry> queue = bySender.get(entry.sender());
        if (queue != null) {
            queue.remove(entry.transaction().nonce());
            if (queue.isEmpty()) {
                bySender.remove(entry.sender());
            }
        }
        forget(entry, reason);
    }

    private void forget(Entry entry, String reason) {
        byHash.remove(entry.transaction().hash());
        sizeBytes -= sizeOf(entry);
        dropped.put(entry.transaction().hash(), reason);
        if (dropped.size() > DROPPED_MAX) {
            dropped.remove(dropped.keySet().iterator().next());
        }
    }

    /// A waiting transaction. For any thread.
    public Optional<Transaction> find(Hash hash) {
        return Optional.ofNullable(byHash.get(hash)).map(Entry::transaction);
    }

    /// The nonce after the sender's unbroken run of waiting transactions.
    public long nextNonce(Address sender, StateView state) {
        long nonce = nonceOf(sender, state);
        TreeMap<Long, Entry> queue = bySender.get(sender);
        while (queue != null && queue.containsKey(nonce)) {
            nonce++;
        }
        return nonce;
    }

    /// Why a transaction is not in a block, as far as this pool knows. `state`, `baseFeePerGas`
    /// and `blockGasLimit` are the next block's.
    public String explain(Hash hash, StateView state, UInt256 baseFeePerGas, long blockGasLimit) {
        Entry entry = byHash.get(hash);
        if (entry == null) {
            String reason = dropped.get(hash);
            return reason == null ? "unknown here: never seen, or forgotten" : "dropped: " + reason;
        }
        long nonce = nonceOf(entry.sender(), state);
        if (entry.transaction().nonce() < nonce) {
            return "stale: the sender's next nonce is " + nonce;
        }
        TreeMap<Long, Entry> queue = java.util.Objects.requireNonNull(bySender.get(entry.sender()));
        for (long before = nonce; before < entry.transaction().nonce(); before++) {
            Entry earlier = queue.get(before);
            if (earlier == null) {
                return "waits for the sender's nonce " + before + ", which nobody has sent";
            }
            Optional<String> obstacle = obstacle(earlier, state, baseFeePerGas, blockGasLimit);
            if (obstacle.isPresent()) {
                return "waits for the sender's nonce "
                        + before
                        + ", "
                        + earlier.transaction().hash()
                        + ", which "
                        + obstacle.get();
            }
        }
        return obstacle(entry, state, baseFeePerGas, blockGasLimit)
                .orElse("executable: waits for a block with room");
    }

    /// What keeps one transaction out of the next block, its predecessors aside.
    private static Optional<String> obstacle(
            Entry entry, StateView state, UInt256 baseFeePerGas, long blockGasLimit) {
        Transaction transaction = entry.transaction();
        if (!affordable(entry, baseFeePerGas)) {
            return Optional.of("offers less than the base fee of " + baseFeePerGas + " wei");
        }
        if (transaction.gasLimit() > blockGasLimit) {
            return Optional.of("wants more gas than a block has: " + blockGasLimit);
        }
        Account account = state.account(entry.sender());
        UInt256 balance = account == null ? UInt256.ZERO : account.balance();
        UInt256 cost = costMax(transaction);
        return cost.compareTo(balance) > 0
                ? Optional.of("costs up to " + cost + " wei, and the sender has " + balance)
                : Optional.empty();
    }

    /// Every waiting transaction, by sender and nonce.
    public Map<Address, List<Entry>> content() {
        Map<Address, List<Entry>> content = new TreeMap<>();
        bySender.forEach((sender, queue) -> content.put(sender, List.copyOf(queue.values())));
        return content;
    }

    public int count() {
        return byHash.size();
    }

    public long sizeBytes() {
        return sizeBytes;
    }
}
