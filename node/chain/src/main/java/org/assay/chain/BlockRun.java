package org.assay.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.Fork;
import org.assay.evm.JournaledState;
import org.assay.evm.SystemCalls;
import org.assay.evm.Tracer;
import org.assay.evm.TransactionError;
import org.assay.evm.TransactionOutcome;
import org.assay.evm.Transition;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Bloom;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// One block in the making: what a builder and an executor do alike, transaction by transaction.
/// Owned by the thread that runs it.
final class BlockRun {
    /// Balances here are burned for good: nobody has its key.
    static final Address BURN_ADDRESS =
            Address.fromHex("0x000000000000000000000000000000000000dead");

    private final StateView parent;
    private final BlockContext context;
    private final ChainSpec spec;
    private final JournaledState state;
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<Log> logs = new ArrayList<>();
    private @Nullable Function<StateDiff, Hash> rootAfter;
    private Bytes bloom = Bloom.EMPTY;
    private long gasUsed;
    private long blobGasUsed;
    private UInt256 selfdestructWei = UInt256.ZERO;

    BlockRun(StateView parent, BlockContext context, ChainSpec spec) {
        this.parent = parent;
        this.context = context;
        this.spec = spec;
        this.state = new JournaledState(parent);
    }

    /// Before Byzantium a receipt tells the state root after its transaction: `root` computes it
    /// from the changes since the parent.
    void rootAfterEach(Function<StateDiff, Hash> root) {
        rootAfter = root;
    }

    void begin(Hash parentHash, @Nullable Hash parentBeaconBlockRoot) {
        if (spec.systemCalls()) {
            SystemCalls.beforeTransactions(
                    state, context, parentHash, parentBeaconBlockRoot, Tracer.NONE);
        }
    }

    /// Runs the next transaction; a refused one leaves the block as it was.
    TransactionOutcome add(RecoveredTransaction transaction) {
        long blobGas =
                BlobSchedule.GAS_PER_BLOB * transaction.transaction().blobVersionedHashes().size();
        if (blobGas > 0 && blobGasUsed + blobGas > context.blobs().maxBlobGas()) {
            return new TransactionOutcome.Refused(
                    TransactionError.TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED);
        }
        TransactionOutcome outcome =
                Transition.apply(state, context, transaction, gasLeft(), Tracer.NONE);
        if (outcome instanceof TransactionOutcome.Executed executed) {
            gasUsed += executed.gasUsed();
            blobGasUsed += executed.blobGasUsed();
            selfdestructWei = selfdestructWei.addExact(executed.burnedWei());
            Receipt receipt = receipt(transaction.transaction().type(), executed);
            receipts.add(receipt);
            logs.addAll(executed.logs());
            bloom = Bloom.or(bloom, receipt.logsBloom());
        }
        return outcome;
    }

    private Receipt receipt(int type, TransactionOutcome.Executed executed) {
        Receipt receipt = Receipt.of(type, executed.success(), gasUsed, executed.logs());
        if (rootAfter == null) {
            return receipt;
        }
        Hash root = rootAfter.apply(state.diff());
        return new Receipt(
                type, executed.success(), root, gasUsed, receipt.logsBloom(), receipt.logs());
    }

    /// Pays for proof of work; belongs between the last transaction and [#finish].
    void payWork(Header header, List<Header> ommers) {
        Fork fork = context.fork();
        for (Header ommer : ommers) {
            state.addBalance(ommer.coinbase(), BlockRewards.ofOmmer(fork, ommer, header.number()));
        }
        state.addBalance(header.coinbase(), BlockRewards.ofBlock(fork, ommers));
    }

    long gasLeft() {
        return context.gasLimit() - gasUsed;
    }

    long blobGasUsed() {
        return blobGasUsed;
    }

    int transactionCount() {
        return receipts.size();
    }

    private SystemCalls.Requests requests() {
        return spec.systemCalls()
                ? SystemCalls.afterTransactions(
                        state, context, logs, spec.depositContract().orElse(null), Tracer.NONE)
                : new SystemCalls.Requests.Collected(List.of());
    }

    /// Pays the withdrawals and collects the requests; empty when a request contract fails.
    Optional<BlockOutcome> finish(@Nullable List<Withdrawal> withdrawals) {
        if (withdrawals != null) {
            for (Withdrawal withdrawal : withdrawals) {
                state.addBalance(withdrawal.address(), withdrawal.amountWei());
            }
        }
        Optional<Hash> requestsHash = Optional.empty();
        List<Bytes> requests = List.of();
        if (context.fork().isAtLeast(Fork.PRAGUE)) {
            switch (requests()) {
                case SystemCalls.Requests.Collected collected -> {
                    requestsHash = Optional.of(collected.hash());
                    requests = collected.requests();
                }
                case SystemCalls.Requests.Invalid invalid -> {
                    return Optional.empty();
                }
            }
        }
        payReward();
        StateDiff diff = state.diff();
        return Optional.of(
                new BlockOutcome(
                        diff,
                        List.copyOf(receipts),
                        gasUsed,
                        blobGasUsed,
                        bloom,
                        requestsHash,
                        requests,
                        selfdestructWei,
                        burnAddressGain(diff)));
    }

    /// That of a QBFT network; the context has its beneficiary as the coinbase.
    private void payReward() {
        UInt256 wei =
                spec.qbft()
                        .map(qbft -> qbft.at(context.number(), context.timestamp()))
                        .map(QbftConfig::blockRewardWei)
                        .orElse(UInt256.ZERO);
        if (!wei.isZero()) {
            state.addBalance(context.coinbase(), wei);
        }
    }

    private UInt256 burnAddressGain(StateDiff diff) {
        StateDiff.Change change = diff.changes().get(BURN_ADDRESS);
        if (change == null || change.account() == null) {
            return UInt256.ZERO;
        }
        Account before = parent.account(BURN_ADDRESS);
        UInt256 held = before == null ? UInt256.ZERO : before.balance();
        UInt256 holds = change.account().balance();
        return holds.compareTo(held) > 0 ? holds.subtractExact(held) : UInt256.ZERO;
    }
}
