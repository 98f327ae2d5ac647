package org.assay.chain.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.assay.chain.pool.PoolAnswer.Reason;
import org.assay.evm.Fork;
import org.assay.evm.IntrinsicGas;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// Transactions that wait for a block, each sender's in nonce order. Owned by the node loop.
///
/// A sender is never wedged: whatever it has here was affordable and well formed when it came, a
/// dearer transaction replaces one of the same nonce, and one that a block builder finds invalid
/// is dropped with the reason kept for [#explain].
public final class TransactionPool {
    /// Reasons of dropped transactions that are remembered.
    private static final int DROPPED_MAX = 4_096;

    private static final long TRANSACTION_GAS_MAX = 1 << 24; // EIP-7825

    private final UInt256 chainId;
    private final PoolLimits limits;
    private final Supplier<Fork> fork;
    private final Map<Address, TreeMap<Long, Entry>> bySender = new HashMap<>();
    private final Map<Hash, Entry> byHash = new HashMap<>();
    private final Map<Hash, String> dropped = new java.util.LinkedHashMap<>();
    private long sizeBytes;
    private long arrivals;

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
            refused = checkRoom(recovered);
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
        return new PoolAnswer.Accepted(transaction.hash(), true);
    }

    private PoolAnswer.@Nullable Refused checkAlone(
            Transaction transaction, UInt256 baseFeePerGas, long blockGasLimit) {
        Optional<UInt256> chain = transaction.chainId();
        if (chain.isPresent() && !chain.get().equals(chainId)) {
            return refuse(Reason.WRONG_CHAIN, "have " + chain.get() + " want " + chainId);
        }
        if (transaction.type() == Transaction.BLOB && !limits.carriesBlobs()) {
            return refuse(Reason.BLOBS_NOT_CARRIED, "");
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
        UInt256 cost;
        try {
            cost =
                    transaction
                            .maxFeePerGas()
                            .multiplyExact(transaction.gasLimit())
                            .addExact(transaction.value());
        } catch (ArithmeticException overflow) {
            cost = UInt256.MAX;
        }
        if (cost.compareTo(known.balance()) > 0) {
            return refuse(
                    Reason.INSUFFICIENT_FUNDS,
                    "address " + recovered.sender() + " have " + known.balance() + " want " + cost);
        }
        return null;
    }

    /// EIP-7702: code that only names another account leaves the sender externally owned.
    private static boolean isDelegation(StateView state, Account account) {
        var code = state.code(account.codeHash());
        return code.size() == 23
                && code.get(0) == (byte) 0xef
                && code.get(1) == 1
                && code.get(2) == 0;
    }

    private PoolAnswer.@Nullable Refused checkRoom(RecoveredTransaction recovered) {
        Transaction transaction = recovered.transaction();
        TreeMap<Long, Entry> queue = bySender.get(recovered.sender());
        Entry same = queue == null ? null : queue.get(transaction.nonce());
        if (same != null) {
            return outbids(transaction, same.transaction())
                    ? null
                    : refuse(
                            Reason.REPLACEMENT_UNDERPRICED,
                            "offer at least "
                                    + limits.replacementBumpPercent()
                                    + "% more than "
                                    + same.transaction().hash());
        }
        if (queue != null && queue.size() >= limits.perSenderMax()) {
            return refuse(Reason.SENDER_FULL, "limit " + limits.perSenderMax());
        }
        int size = transaction.encoded().size();
        if (sizeBytes + size > limits.bytesMax() && !evictFor(transaction, size)) {
            return refuse(Reason.POOL_FULL, "limit " + limits.bytesMax() + " bytes");
        }
        return null;
    }

    private boolean outbids(Transaction offer, Transaction held) {
        return outbids(offer.maxFeePerGas(), held.maxFeePerGas())
                && outbids(offer.maxPriorityFeePerGas(), held.maxPriorityFeePerGas());
    }

    private boolean outbids(UInt256 offer, UInt256 held) {
        return offer.toBigInteger()
                        .multiply(java.math.BigInteger.valueOf(100))
                        .compareTo(
                                held.toBigInteger()
                                        .multiply(
                                                java.math.BigInteger.valueOf(
                                                        100 + limits.replacementBumpPercent())))
                >= 0;
    }

    /// Makes room for `size` bytes by dropping the last transactions of the cheapest senders;
    /// false, with nothing dropped, when `offer` is among the cheapest itself.
    private boolean evictFor(Transaction offer, int size) {
        List<Entry> tails = new ArrayList<>();
        for (TreeMap<Long, Entry> queue : bySender.values()) {
            tails.add(queue.lastEntry().getValue());
        }
        tails.sort(
                Comparator.comparing((Entry entry) -> entry.transaction().maxPriorityFeePerGas())
                        .thenComparing(Comparator.comparingLong(Entry::arrival).reversed()));
        List<Entry> chosen = new ArrayList<>();
        long freed = 0;
        for (Entry tail : tails) {
            if (freed >= size) {
                break;
            }
            if (tail.transaction().maxPriorityFeePerGas().compareTo(offer.maxPriorityFeePerGas())
                    >= 0) {
                return false;
            }
            chosen.add(tail);
            freed += tail.transaction().encoded().size();
        }
        if (freed < size) {
            return false;
        }
        chosen.forEach(entry -> remove(entry, "evicted: the pool was full of dearer ones"));
        return true;
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
        PriorityQueue<Entry> next =
                new PriorityQueue<>(
                        Comparator.comparing((Entry entry) -> tip(entry, baseFeePerGas))
                                .reversed()
                                .thenComparingLong(Entry::arrival));
        bySender.forEach(
                (sender, queue) -> {
                    Account account = state.account(sender);
                    long nonce = account == null ? 0 : account.nonce();
                    Entry first = queue.get(nonce);
                    if (first != null && affordable(first, baseFeePerGas)) {
                        next.add(first);
                    }
                });
        while (!next.isEmpty()) {
            Entry entry = next.remove();
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
                next.add(following);
            }
        }
    }

    private static UInt256 tip(Entry entry, UInt256 baseFeePerGas) {
        return entry.transaction().effectiveGasPrice(baseFeePerGas).subtract(baseFeePerGas);
    }

    private static boolean affordable(Entry entry, UInt256 baseFeePerGas) {
        return entry.transaction().maxFeePerGas().compareTo(baseFeePerGas) >= 0;
    }

    /// Drops what a block has included, and what it made stale.
    public void onBlock(Collection<Transaction> included, StateView state) {
        for (Transaction transaction : included) {
            Address sender = transaction.recover().map(RecoveredTransaction::sender).orElseThrow();
            TreeMap<Long, Entry> queue = bySender.get(sender);
            if (queue == null) {
                continue;
            }
            Account account = state.account(sender);
            long nonce = account == null ? 0 : account.nonce();
            List<Entry> stale = List.copyOf(queue.headMap(nonce).values());
            for (Entry entry : stale) {
                boolean isIncluded = included.contains(entry.transaction());
                remove(entry, isIncluded ? "included" : "its nonce was used by another");
            }
        }
    }

    /// Drops one transaction that a builder found invalid.
    public void drop(Hash hash, String reason) {
        Entry entry = byHash.get(hash);
        if (entry != null) {
            remove(entry, reason);
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
        sizeBytes -= entry.transaction().encoded().size();
        dropped.put(entry.transaction().hash(), reason);
        if (dropped.size() > DROPPED_MAX) {
            dropped.remove(dropped.keySet().iterator().next());
        }
    }

    public Optional<Transaction> find(Hash hash) {
        return Optional.ofNullable(byHash.get(hash)).map(Entry::transaction);
    }

    /// The nonce after the sender's unbroken run of waiting transactions.
    public long nextNonce(Address sender, StateView state) {
        Account account = state.account(sender);
        long nonce = account == null ? 0 : account.nonce();
        TreeMap<Long, Entry> queue = bySender.get(sender);
        while (queue != null && queue.containsKey(nonce)) {
            nonce++;
        }
        return nonce;
    }

    /// Why a transaction is not in a block, as far as this pool knows.
    public String explain(Hash hash, StateView state, UInt256 baseFeePerGas) {
        Entry entry = byHash.get(hash);
        if (entry == null) {
            String reason = dropped.get(hash);
            return reason == null ? "unknown here: never seen, or forgotten" : "dropped: " + reason;
        }
        Account account = state.account(entry.sender());
        long nonce = account == null ? 0 : account.nonce();
        TreeMap<Long, Entry> queue = java.util.Objects.requireNonNull(bySender.get(entry.sender()));
        for (long missing = nonce; missing < entry.transaction().nonce(); missing++) {
            if (!queue.containsKey(missing)) {
                return "waits for the sender's nonce " + missing + ", which nobody has sent";
            }
        }
        if (!affordable(entry, baseFeePerGas)) {
            return "offers less than the base fee of " + baseFeePerGas + " wei";
        }
        return "executable: waits for a block with room";
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
