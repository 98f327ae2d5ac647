package org.assay.chain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.chain.pool.TransactionPool;
import org.assay.evm.BlockContext;
import org.assay.evm.Fork;
import org.assay.evm.TransactionError;
import org.assay.evm.TransactionOutcome;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Bloom;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.Withdrawal;
import org.assay.storage.state.PreparedState;
import org.assay.storage.trie.TrieRoot;

/// Builds a block on the head: the prologue first where the chain has one, then the pool's
/// offers.
public final class BlockBuilder {
    /// Room kept below EIP-7934's limit for the header, withdrawals and seals.
    private static final int BODY_BYTES_MAX = BlockExecutor.BLOCK_BYTES_MAX - (256 << 10);

    /// The gas below which no further transaction is tried.
    private static final long GAS_LEAST = 21_000;

    private final Blockchain chain;

    public BlockBuilder(Blockchain chain) {
        this.chain = chain;
    }

    /// What a block is to carry besides pool transactions. `timestamp` in seconds.
    public record Plan(
            long timestamp,
            Address coinbase,
            Bytes extraData,
            Optional<Transaction> prologue,
            List<Withdrawal> withdrawals,
            Overrides overrides) {
        /// By the rules alone.
        public Plan(
                long timestamp,
                Address coinbase,
                Bytes extraData,
                Optional<Transaction> prologue,
                List<Withdrawal> withdrawals) {
            this(timestamp, coinbase, extraData, prologue, withdrawals, Overrides.NONE);
        }
    }

    /// Header fields that a developer's chain or a test sets against the rules: gas, wei a unit
    /// of gas.
    public record Overrides(
            Optional<Long> gasLimit,
            Optional<UInt256> baseFeePerGas,
            Optional<Hash> mixHash,
            Optional<Hash> parentBeaconBlockRoot) {
        public static final Overrides NONE =
                new Overrides(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The block, and the pool transactions that turned out invalid, with the reason.
    public record Built(ExecutedBlock block, Map<Hash, String> refused) {}

    /// A block of given transactions, or the first of them that cannot be in it.
    public sealed interface Made {
        record Whole(ExecutedBlock block) implements Made {}

        record Refused(int index, TransactionError reason) implements Made {}
    }

    /// A block in the making.
    private record Draft(
            Header header, BlockContext context, BlockRun run, List<Transaction> transactions) {}

    public Built build(ChainHead parent, Plan plan, TransactionPool pool) {
        Draft draft = begin(parent, plan);
        if (plan.prologue().isPresent()) {
            RecoveredTransaction prologue = plan.prologue().get().recover().orElseThrow();
            TransactionOutcome outcome = draft.run.add(prologue);
            Invariant.check(
                    outcome instanceof TransactionOutcome.Executed executed && executed.success(),
                    "the own prologue runs: " + outcome);
            draft.transactions.add(prologue.transaction());
        }
        Map<Hash, String> refused = new HashMap<>();
        fill(draft.run, parent, draft.context, pool, draft.transactions, refused);
        return new Built(finish(plan, draft), refused);
    }

    /// A block of exactly these transactions in this order.
    public Made make(ChainHead parent, Plan plan, List<RecoveredTransaction> transactions) {
        Draft draft = begin(parent, plan);
        for (RecoveredTransaction one : transactions) {
            if (draft.run.add(one) instanceof TransactionOutcome.Refused refused) {
                return new Made.Refused(draft.transactions.size(), refused.reason());
            }
            draft.transactions.add(one.transaction());
        }
        return new Made.Whole(finish(plan, draft));
    }

    private Draft begin(ChainHead parent, Plan plan) {
        Header header = draft(parent, plan);
        BlockContext context = chain.contexts().of(header);
        BlockRun run = new BlockRun(parent.state(), context, chain.spec());
        run.begin(parent.hash(), header.parentBeaconBlockRoot());
        return new Draft(header, context, run, new ArrayList<>());
    }

    private ExecutedBlock finish(Plan plan, Draft draft) {
        List<Withdrawal> withdrawals =
                draft.context.fork().isAtLeast(Fork.SHANGHAI) ? plan.withdrawals() : null;
        BlockOutcome outcome =
                draft.run
                        .finish(withdrawals)
                        .orElseThrow(() -> new IllegalStateException("a request contract failed"));
        PreparedState state = chain.prepareChild(outcome.diff());
        Header header =
                seal(draft.header, outcome, state.stateRoot(), draft.transactions, withdrawals);
        Block block = new Block(header, List.copyOf(draft.transactions), List.of(), withdrawals);
        return new ExecutedBlock(block, chain.hashing().hashOf(header), state, outcome);
    }

    private static void fill(
            BlockRun run,
            ChainHead parent,
            BlockContext context,
            TransactionPool pool,
            List<Transaction> transactions,
            Map<Hash, String> refused) {
        long[] bytes = {0};
        long room = run.gasLeft();
        pool.select(
                parent.state(),
                context.baseFeePerGas(),
                entry -> {
                    Transaction transaction = entry.transaction();
                    if (run.gasLeft() < GAS_LEAST) {
                        return TransactionPool.Choice.STOP;
                    }
                    if (transaction.gasLimit() > room) {
                        refused.put(
                                transaction.hash(),
                                "its gas limit is above what a block has for it, " + room);
                        return TransactionPool.Choice.LEAVE_SENDER;
                    }
                    if (transaction.gasLimit() > run.gasLeft()
                            || bytes[0] + transaction.encoded().size() > BODY_BYTES_MAX) {
                        return TransactionPool.Choice.LEAVE_SENDER;
                    }
                    return switch (run.add(entry.recovered())) {
                        case TransactionOutcome.Executed executed -> {
                            transactions.add(transaction);
                            bytes[0] += transaction.encoded().size() + 9;
                            yield TransactionPool.Choice.NEXT;
                        }
                        case TransactionOutcome.Refused no -> {
                            if (!isForThisBlockOnly(no.reason())) {
                                refused.put(transaction.hash(), no.reason().toString());
                            }
                            yield TransactionPool.Choice.LEAVE_SENDER;
                        }
                    };
                });
    }

    /// Another block may have room, or a lower blob fee.
    private static boolean isForThisBlockOnly(TransactionError reason) {
        return reason == TransactionError.TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED
                || reason == TransactionError.INSUFFICIENT_MAX_FEE_PER_BLOB_GAS;
    }

    private Header draft(ChainHead parent, Plan plan) {
        ChainSpec spec = chain.spec();
        Header before = parent.header();
        boolean merged = spec.assay().isPresent() || before.difficulty().isZero();
        Fork fork = spec.forks().forkAt(before.number() + 1, plan.timestamp(), merged);
        boolean cancun = fork.isAtLeast(Fork.CANCUN);
        return new Header(
                parent.hash(),
                Header.NO_OMMERS,
                plan.coinbase(),
                Hash.ZERO,
                TrieRoot.EMPTY,
                TrieRoot.EMPTY,
                Bloom.EMPTY,
                merged ? UInt256.ZERO : UInt256.ONE,
                before.number() + 1,
                plan.overrides().gasLimit().orElse(before.gasLimit()),
                0,
                plan.timestamp(),
                plan.extraData(),
                plan.overrides().mixHash().orElse(HeaderRules.QBFT_MIX_HASH),
                0,
                plan.overrides()
                        .baseFeePerGas()
                        .orElseGet(() -> BaseFee.ofChild(spec, before, fork)),
                fork.isAtLeast(Fork.SHANGHAI) ? TrieRoot.EMPTY : null,
                cancun ? 0L : null,
                chain.contexts().childExcessBlobGas(before, fork, plan.timestamp()),
                cancun ? plan.overrides().parentBeaconBlockRoot().orElse(Hash.ZERO) : null,
                null);
    }

    private static Header seal(
            Header draft,
            BlockOutcome outcome,
            Hash stateRoot,
            List<Transaction> transactions,
            @org.jspecify.annotations.Nullable List<Withdrawal> withdrawals) {
        return new Header(
                draft.parentHash(),
                draft.ommersHash(),
                draft.coinbase(),
                stateRoot,
                BlockExecutor.transactionsRoot(transactions),
                BlockExecutor.receiptsRoot(outcome.receipts()),
                outcome.logsBloom(),
                draft.difficulty(),
                draft.number(),
                draft.gasLimit(),
                outcome.gasUsed(),
                draft.timestamp(),
                draft.extraData(),
                draft.mixHash(),
                draft.nonce(),
                draft.baseFeePerGas(),
                withdrawals == null ? null : BlockExecutor.withdrawalsRoot(withdrawals),
                draft.blobGasUsed() == null ? null : (Long) outcome.blobGasUsed(),
                draft.excessBlobGas(),
                draft.parentBeaconBlockRoot(),
                outcome.requestsHash().orElse(null));
    }
}
