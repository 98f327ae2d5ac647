package org.assay.chain;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assay.evm.BlockContext;
import org.assay.evm.Fork;
import org.assay.evm.TransactionOutcome;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.primitives.state.StateView;
import org.assay.storage.state.PreparedState;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// Runs a block on its parent's state and compares every root with what the header states. Pure
/// but for reads of the state; safe for many threads.
public final class BlockExecutor {
    /// Bytes of a block's encoding from Osaka on (EIP-7934): 10 MiB less 2 MiB for the beacon
    /// block.
    static final int BLOCK_BYTES_MAX = 8 << 20;

    private final Contexts contexts;

    public BlockExecutor(Contexts contexts) {
        this.contexts = contexts;
    }

    /// What became of a block.
    public sealed interface Execution {
        record Executed(ExecutedBlock block) implements Execution {}

        record Invalid(BlockError reason, String detail) implements Execution {}
    }

    /// Computes the roots of a diff: on the head's state, or on another.
    public interface RootOf {
        PreparedState prepare(org.assay.primitives.state.StateDiff diff);
    }

    /// Executes `block`, whose header has passed [HeaderRules], on `parentState`.
    public Execution execute(Block block, Hash hash, StateView parentState, RootOf roots) {
        Header header = block.header();
        BlockContext context = contexts.of(header);
        Execution.Invalid shape = checkBody(block, context.fork());
        if (shape != null) {
            return shape;
        }
        Fork fork = context.fork();
        List<Optional<RecoveredTransaction>> recovered = recover(block.transactions(), fork);
        BlockRun run = new BlockRun(parentState, context, contexts.spec());
        if (!fork.isAtLeast(Fork.BYZANTIUM)) {
            run.rootAfterEach(diff -> roots.prepare(diff).stateRoot());
        }
        run.begin(header.parentHash(), header.parentBeaconBlockRoot());
        for (int i = 0; i < recovered.size(); i++) {
            Optional<RecoveredTransaction> transaction = recovered.get(i);
            if (transaction.isEmpty()) {
                return new Execution.Invalid(BlockError.INVALID_SIGNATURE, "transaction " + i);
            }
            if (run.add(transaction.get()) instanceof TransactionOutcome.Refused refused) {
                return new Execution.Invalid(
                        BlockError.INVALID_TRANSACTION,
                        "transaction " + i + ": " + refused.reason());
            }
        }
        if (isWorkPaid(fork)) {
            run.payWork(header, block.ommers());
        }
        Optional<BlockOutcome> finished = run.finish(block.withdrawals());
        if (finished.isEmpty()) {
            return new Execution.Invalid(BlockError.INVALID_REQUESTS, "a request contract failed");
        }
        return compare(block, hash, finished.get(), roots);
    }

    private Execution compare(Block block, Hash hash, BlockOutcome outcome, RootOf roots) {
        Header header = block.header();
        if (header.gasUsed() != outcome.gasUsed()) {
            return wrong(BlockError.INVALID_GAS_USED, header.gasUsed(), outcome.gasUsed());
        }
        if (header.blobGasUsed() != null && header.blobGasUsed() != outcome.blobGasUsed()) {
            return wrong(
                    BlockError.INCORRECT_BLOB_GAS_USED,
                    header.blobGasUsed(),
                    outcome.blobGasUsed());
        }
        Hash receiptsRoot = receiptsRoot(outcome.receipts());
        if (!header.receiptsRoot().equals(receiptsRoot)) {
            return wrong(BlockError.INVALID_RECEIPTS_ROOT, header.receiptsRoot(), receiptsRoot);
        }
        if (!header.logsBloom().equals(outcome.logsBloom())) {
            return new Execution.Invalid(BlockError.INVALID_LOG_BLOOM, "differs");
        }
        if (!Optional.ofNullable(header.requestsHash()).equals(outcome.requestsHash())) {
            return new Execution.Invalid(BlockError.INVALID_REQUESTS, "the hash differs");
        }
        PreparedState state = roots.prepare(outcome.diff());
        if (!header.stateRoot().equals(state.stateRoot())) {
            return wrong(BlockError.INVALID_STATE_ROOT, header.stateRoot(), state.stateRoot());
        }
        return new Execution.Executed(new ExecutedBlock(block, hash, state, outcome));
    }

    private boolean isWorkPaid(Fork fork) {
        return contexts.spec().qbft().isEmpty() && !fork.isAtLeast(Fork.PARIS);
    }

    private Execution.@Nullable Invalid checkBody(Block block, Fork fork) {
        Header header = block.header();
        if (fork.isAtLeast(Fork.OSAKA) && block.encode().length > BLOCK_BYTES_MAX) {
            return new Execution.Invalid(BlockError.RLP_BLOCK_LIMIT_EXCEEDED, "over 8 MiB");
        }
        if (!block.ommers().isEmpty() && !isWorkPaid(fork)) {
            return new Execution.Invalid(BlockError.INVALID_OMMERS, "none are allowed");
        }
        if (!header.ommersHash().equals(ommersHash(block.ommers()))) {
            return new Execution.Invalid(BlockError.INVALID_OMMERS, "their hash differs");
        }
        Hash transactionsRoot = transactionsRoot(block.transactions());
        if (!header.transactionsRoot().equals(transactionsRoot)) {
            return wrong(
                    BlockError.INVALID_TRANSACTIONS_ROOT,
                    header.transactionsRoot(),
                    transactionsRoot);
        }
        List<Withdrawal> withdrawals = block.withdrawals();
        // They are coins out of nothing: an Assay chain's follow from its rules, a beacon chain's
        // from its stakes, and another QBFT chain has none.
        boolean none = contexts.spec().qbft().isPresent() && contexts.spec().assay().isEmpty();
        if (none && withdrawals != null && !withdrawals.isEmpty()) {
            return new Execution.Invalid(BlockError.WRONG_WITHDRAWALS, "none are due");
        }
        Hash withdrawalsRoot = withdrawals == null ? null : withdrawalsRoot(withdrawals);
        if (!java.util.Objects.equals(header.withdrawalsRoot(), withdrawalsRoot)) {
            return new Execution.Invalid(BlockError.INVALID_WITHDRAWALS_ROOT, "differs");
        }
        return null;
    }

    /// Which part of the body is not what the header commits to; empty when all is. Needs no
    /// state: for those who download.
    public static Optional<String> bodyProblem(Block block) {
        Header header = block.header();
        List<Withdrawal> withdrawals = block.withdrawals();
        Hash withdrawalsRoot = withdrawals == null ? null : withdrawalsRoot(withdrawals);
        if (!header.ommersHash().equals(ommersHash(block.ommers()))) {
            return Optional.of("ommers");
        }
        if (!header.transactionsRoot().equals(transactionsRoot(block.transactions()))) {
            return Optional.of("transactions");
        }
        return java.util.Objects.equals(header.withdrawalsRoot(), withdrawalsRoot)
                ? Optional.empty()
                : Optional.of("withdrawals");
    }

    private static Execution.Invalid wrong(BlockError reason, Object stated, Object computed) {
        return new Execution.Invalid(reason, "the header says " + stated + ", here " + computed);
    }

    /// Senders, on all cores: the dearest part of a transfer.
    static List<Optional<RecoveredTransaction>> recover(List<Transaction> transactions, Fork fork) {
        boolean lowS = fork.isAtLeast(Fork.HOMESTEAD);
        return IntStream.range(0, transactions.size())
                .parallel()
                .mapToObj(transactions::get)
                .map(transaction -> lowS ? transaction.recover() : transaction.recoverAnyS())
                .toList();
    }

    private static Hash ommersHash(List<Header> ommers) {
        return ommers.isEmpty()
                ? Header.NO_OMMERS
                : Keccak.hash256(
                        RlpWriter.encode(
                                writer -> writer.writeList(ommers, (w, ommer) -> ommer.write(w))));
    }

    public static Hash transactionsRoot(List<Transaction> transactions) {
        return TrieRoot.of(transactions.stream().map(Transaction::encoded).toList());
    }

    public static Hash receiptsRoot(List<Receipt> receipts) {
        return TrieRoot.of(receipts.stream().map(r -> Bytes.wrap(r.encode())).toList());
    }

    public static Hash withdrawalsRoot(List<Withdrawal> withdrawals) {
        return TrieRoot.of(withdrawals.stream().map(w -> Bytes.wrap(w.encode())).toList());
    }
}
