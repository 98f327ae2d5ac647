package org.assay.rpc.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assay.chain.BlockRewards;
import org.assay.evm.BlockContext;
import org.assay.evm.Failure;
import org.assay.evm.Fork;
import org.assay.evm.HaltReason;
import org.assay.evm.JournaledState;
import org.assay.evm.SystemCalls;
import org.assay.evm.Tracer;
import org.assay.evm.TransactionError;
import org.assay.evm.TransactionOutcome;
import org.assay.evm.TrialRun;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Bloom;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.rpc.RevertReason;
import org.assay.rpc.RpcError;
import org.assay.rpc.Views;
import org.assay.rpc.debug.DeadlineTracer;
import org.assay.storage.trie.TrieRoot;
import org.jspecify.annotations.Nullable;

/// One block of a [Simulation] in the making. Used once.
final class SimulatedBlock {
    private static final int NONCE_TOO_LOW = -38010;
    private static final int NONCE_TOO_HIGH = -38011;
    private static final int FEE_TOO_LOW = -38012;
    private static final int INTRINSIC_GAS = -38013;
    private static final int INSUFFICIENT_FUNDS = -38014;
    private static final int BLOCK_GAS_LIMIT = -38015;
    private static final int INITCODE_SIZE = -38025;
    private static final int EXECUTION_FAILED = -32015;

    private static final Signature NO_SIGNATURE = new Signature(UInt256.ZERO, UInt256.ZERO, 0);

    private final Simulation simulation;
    private final Header draft;
    private final BlockContext context;
    private final StateView before;
    private final Precompiles precompiles;

    private final List<RecoveredTransaction> transactions = new ArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<Map<String, Object>> calls = new ArrayList<>();
    private final List<List<TransferTracer.Numbered>> logs = new ArrayList<>();
    private final List<Log> logsOfBlock = new ArrayList<>();
    private long gasUsed;
    private long blobGasUsed;
    private int logCount;
    private @Nullable Header header;

    SimulatedBlock(
            Simulation simulation,
            Header draft,
            BlockContext context,
            StateView before,
            Precompiles precompiles) {
        this.simulation = simulation;
        this.draft = draft;
        this.context = context;
        this.before = before;
        this.precompiles = precompiles;
    }

    /// The finished header, after [#run].
    Header header() {
        return java.util.Objects.requireNonNull(header);
    }

    /// Runs the calls and shows the block.
    Map<String, Object> run(SimulateMethods.Request request) {
        OverlaidState overlaid = new OverlaidState(before);
        overlaid.add(request.state().changes(before));
        JournaledState journal = new JournaledState(overlaid);
        journal.fixPrecompiles(precompiles);
        SystemCalls.beforeTransactions(
                journal, context, draft.parentHash(), draft.parentBeaconBlockRoot(), Tracer.NONE);
        for (JsonNode call : request.calls()) {
            run(call, journal);
        }
        List<Withdrawal> withdrawals = request.overrides().withdrawals().orElse(List.of());
        boolean shanghai = context.fork().isAtLeast(Fork.SHANGHAI);
        if (shanghai) {
            withdrawals.forEach(paid -> journal.addBalance(paid.address(), paid.amountWei()));
        }
        boolean worked = !draft.difficulty().isZero() && !context.fork().isAtLeast(Fork.PARIS);
        if (worked && simulation.chain.spec().qbft().isEmpty()) {
            journal.addBalance(draft.coinbase(), BlockRewards.ofBlock(context.fork(), List.of()));
        }
        Hash requestsHash = requestsHash(journal);
        StateDiff diff = overlaid.changes().then(journal.diff());
        Header sealed =
                seal(simulation.rootAfter(diff), shanghai ? withdrawals : null, requestsHash);
        header = sealed;
        Block block =
                new Block(
                        sealed,
                        transactions.stream().map(RecoveredTransaction::transaction).toList(),
                        List.of(),
                        shanghai ? withdrawals : null);
        return view(block);
    }

    private @Nullable Hash requestsHash(JournaledState journal) {
        if (!context.fork().isAtLeast(Fork.PRAGUE)) {
            return null;
        }
        SystemCalls.Requests requests =
                SystemCalls.afterTransactions(
                        journal,
                        context,
                        logsOfBlock,
                        simulation.chain.spec().depositContract().orElse(null),
                        Tracer.NONE);
        return switch (requests) {
            case SystemCalls.Requests.Collected collected -> collected.hash();
            case SystemCalls.Requests.Invalid invalid ->
                    throw new RpcError(RpcError.INTERNAL_ERROR, "requests: " + invalid.reason());
        };
    }

    private void run(JsonNode node, JournaledState journal) {
        UInt256 chainId = simulation.chain.spec().chainId();
        CallArguments call = CallArguments.read(node, chainId);
        long remaining = context.gasLimit() - gasUsed;
        long asked = call.gas().isPresent() ? call.gasWithin(Long.MAX_VALUE) : remaining;
        if (asked > remaining) {
            throw new RpcError(
                    BLOCK_GAS_LIMIT,
                    "block gas limit reached: " + gasUsed + " >= " + context.gasLimit());
        }
        long gas = Math.min(asked, simulation.gasLeft);
        Account sender = journal.accountNow(call.from());
        TransactionBody body = call.body(chainId, gas, sender == null ? 0 : sender.nonce());
        TransferTracer tracer = new TransferTracer(simulation.options.traceTransfers(), logCount);
        boolean validates = simulation.options.validation();
        TransactionOutcome outcome =
                TrialRun.run(
                        journal,
                        blobFree(body, validates),
                        body,
                        call.from(),
                        validates ? TrialRun.Checks.BLOCK : TrialRun.Checks.CALL,
                        simulation.gasLeft,
                        DeadlineTracer.around(tracer, simulation.deadlineNanos));
        switch (outcome) {
            case TransactionOutcome.Refused refused ->
                    throw refusal(refused.reason(), body, call.from(), sender);
            case TransactionOutcome.Executed executed -> add(call.from(), body, executed, tracer);
        }
    }

    private BlockContext blobFree(TransactionBody body, boolean validates) {
        boolean free = !validates && body.maxFeePerBlobGas().isZero();
        if (!free || body.blobVersionedHashes().isEmpty()) {
            return context;
        }
        return CallContexts.withBlobBaseFee(context, UInt256.ZERO);
    }

    private RpcError refusal(
            TransactionError error, TransactionBody body, Address from, @Nullable Account sender) {
        int code =
                switch (error) {
                    case NONCE_MISMATCH_TOO_LOW -> NONCE_TOO_LOW;
                    case NONCE_MISMATCH_TOO_HIGH -> NONCE_TOO_HIGH;
                    case INSUFFICIENT_MAX_FEE_PER_GAS -> FEE_TOO_LOW;
                    case INTRINSIC_GAS_TOO_LOW -> INTRINSIC_GAS;
                    case INSUFFICIENT_ACCOUNT_FUNDS -> INSUFFICIENT_FUNDS;
                    case INITCODE_SIZE_EXCEEDED -> INITCODE_SIZE;
                    case PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS -> RpcError.INVALID_PARAMS;
                    default -> RpcError.INTERNAL_ERROR;
                };
        return new RpcError(
                code,
                "err: "
                        + Refusals.words(error, body, from, sender, context)
                        + " (supplied gas "
                        + body.gasLimit()
                        + ")");
    }

    private void add(
            Address from,
            TransactionBody body,
            TransactionOutcome.Executed executed,
            TransferTracer tracer) {
        gasUsed += executed.gasUsed();
        blobGasUsed += executed.blobGasUsed();
        simulation.gasLeft -= executed.gasUsed();
        Transaction transaction = Transaction.of(body, NO_SIGNATURE);
        transactions.add(new RecoveredTransaction(transaction, from));
        receipts.add(Receipt.of(body.type(), executed.success(), gasUsed, executed.logs()));
        logsOfBlock.addAll(executed.logs());
        List<TransferTracer.Numbered> shown = tracer.logs();
        logs.add(shown);
        logCount = tracer.count();
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("returnData", executed.success() ? executed.output().toString() : "0x");
        call.put("logs", List.of());
        call.put("gasUsed", Views.quantity(executed.gasUsed()));
        call.put("maxUsedGas", Views.quantity(executed.gasSpent()));
        call.put("status", executed.success() ? "0x1" : "0x0");
        if (!executed.success()) {
            call.put("error", error(executed, tracer.failure()));
        }
        calls.add(call);
    }

    private static Map<String, Object> error(
            TransactionOutcome.Executed executed, @Nullable Failure failure) {
        Map<String, Object> error = new LinkedHashMap<>();
        if (executed.halt() == HaltReason.REVERT) {
            String reason = RevertReason.of(executed.output());
            error.put("message", "execution reverted" + (reason == null ? "" : ": " + reason));
            error.put("code", RpcError.EXECUTION_REVERTED);
            error.put("data", executed.output().toString());
        } else {
            error.put("message", failure == null ? "failed" : failure.text());
            error.put("code", EXECUTION_FAILED);
        }
        return error;
    }

    private Header seal(
            Hash stateRoot, @Nullable List<Withdrawal> withdrawals, @Nullable Hash requestsHash) {
        Bytes bloom = Bloom.EMPTY;
        for (Receipt receipt : receipts) {
            bloom = Bloom.or(bloom, receipt.logsBloom());
        }
        return new Header(
                draft.parentHash(),
                draft.ommersHash(),
                draft.coinbase(),
                stateRoot,
                TrieRoot.of(transactions.stream().map(tx -> tx.transaction().encoded()).toList()),
                TrieRoot.of(receipts.stream().map(r -> Bytes.wrap(r.encode())).toList()),
                bloom,
                draft.difficulty(),
                draft.number(),
                draft.gasLimit(),
                gasUsed,
                draft.timestamp(),
                draft.extraData(),
                draft.mixHash(),
                draft.nonce(),
                draft.baseFeePerGas(),
                withdrawals == null
                        ? null
                        : TrieRoot.of(
                                withdrawals.stream().map(w -> Bytes.wrap(w.encode())).toList()),
                draft.blobGasUsed() == null ? null : (Long) blobGasUsed,
                draft.excessBlobGas(),
                draft.parentBeaconBlockRoot(),
                requestsHash);
    }

    private Map<String, Object> view(Block block) {
        Hash hash = block.header().hash();
        Map<String, Object> object = Views.block(block, hash, false);
        if (simulation.options.returnFullTransactions()) {
            List<Object> full = new ArrayList<>();
            for (int i = 0; i < transactions.size(); i++) {
                Map<String, Object> transaction =
                        Views.transaction(
                                transactions.get(i),
                                block.header(),
                                hash,
                                i,
                                Views.baseFee(block.header()));
                transaction.put("blockTimestamp", Views.quantity(block.header().timestamp()));
                full.add(transaction);
            }
            object.put("transactions", full);
        }
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).put("logs", logViews(i, block.header(), hash));
        }
        object.put("calls", calls);
        return object;
    }

    private List<Map<String, Object>> logViews(int index, Header sealed, Hash hash) {
        List<Map<String, Object>> views = new ArrayList<>();
        for (TransferTracer.Numbered entry : logs.get(index)) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("address", entry.log().address().toString());
            view.put("topics", entry.log().topics().stream().map(Hash::toString).toList());
            view.put("data", entry.log().data().toString());
            view.put("blockNumber", Views.quantity(sealed.number()));
            view.put("transactionHash", transactions.get(index).transaction().hash().toString());
            view.put("transactionIndex", Views.quantity(index));
            view.put("blockHash", hash.toString());
            view.put("blockTimestamp", Views.quantity(sealed.timestamp()));
            view.put("logIndex", Views.quantity(entry.index()));
            view.put("removed", false);
            views.add(view);
        }
        return views;
    }
}
