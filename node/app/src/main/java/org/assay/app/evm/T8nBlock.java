package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.assay.app.Output;
import org.assay.chain.BaseFee;
import org.assay.chain.BlockExecutor;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.Fork;
import org.assay.evm.JournaledState;
import org.assay.evm.SystemCalls;
import org.assay.evm.Tracer;
import org.assay.evm.TransactionOutcome;
import org.assay.evm.Transition;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Bloom;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.rlp.RlpWriter;
import org.assay.primitives.state.StateDiff;
import org.assay.rpc.simulate.Refusals;
import org.jspecify.annotations.Nullable;

/// The block of `assay evm t8n`: made from an environment, run once, then told as geth tells it.
final class T8nBlock {
    private static final Address DEPOSIT_CONTRACT =
            Address.fromHex("0x00000000219ab540356cBB839Cbe05303d7705Fa");
    private static final BigInteger OMMER_SHARE = BigInteger.valueOf(8);
    private static final BigInteger NEPHEW_SHARE = BigInteger.valueOf(32);

    private final JsonNode env;
    private final Fork fork;
    private final BlockContext context;
    private final @Nullable Long excessBlobGas;
    private final Map<Long, Hash> blockHashes = new HashMap<>();
    private final List<Transaction> included = new ArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<Log> logs = new ArrayList<>();
    private final ArrayNode receiptViews = Output.object().arrayNode();
    private final ArrayNode rejected = Output.object().arrayNode();
    private long gasUsed;
    private long blobGasUsed;
    private Optional<SystemCalls.Requests.Collected> requests = Optional.empty();
    private MemoryState after = MemoryState.empty();

    /// Throws [IllegalArgumentException] for a fork or environment that makes no block.
    T8nBlock(String forkName, long chainId, JsonNode env) {
        this.env = env;
        boolean hasOwnBlobs = forkName.toUpperCase(Locale.ROOT).startsWith("BPO");
        Fork known = hasOwnBlobs ? Fork.OSAKA : TestJson.fork(forkName);
        if (known == null) {
            throw new IllegalArgumentException("no fork is named " + forkName);
        }
        this.fork = known;
        env.path("blockHashes")
                .properties()
                .forEach(
                        entry ->
                                blockHashes.put(
                                        UInt256.parse(entry.getKey()).toLongExact(),
                                        TestJson.word(entry.getValue()).toHash()));
        BlobSchedule blobs = blobs(forkName, known);
        UInt256 baseFee = baseFee();
        this.excessBlobGas = excessBlobGas(blobs);
        this.context =
                new BlockContext(
                        known,
                        chainId,
                        TestJson.number(env, "currentNumber"),
                        TestJson.number(env, "currentTimestamp"),
                        TestJson.address(env.path("currentCoinbase")),
                        baseFee,
                        TestJson.hash(env, "currentRandom"),
                        TestJson.word(env, "currentDifficulty"),
                        TestJson.number(env, "currentGasLimit"),
                        excessBlobGas == null ? UInt256.ZERO : blobs.blobBaseFee(excessBlobGas),
                        blobs,
                        number -> blockHashes.getOrDefault(number, Hash.ZERO));
    }

    private static BlobSchedule blobs(String name, Fork fork) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "BPO1" -> BlobSchedule.BPO1;
            case "BPO2" -> BlobSchedule.BPO2;
            default -> BlobSchedule.of(fork);
        };
    }

    private UInt256 baseFee() {
        if (!fork.isAtLeast(Fork.LONDON)) {
            return UInt256.ZERO;
        }
        if (env.hasNonNull("currentBaseFee")) {
            return TestJson.word(env, "currentBaseFee");
        }
        if (!env.hasNonNull("parentBaseFee")) {
            throw new IllegalArgumentException("env: currentBaseFee or parentBaseFee is needed");
        }
        return BaseFee.next(
                TestJson.word(env, "parentBaseFee"),
                TestJson.number(env, "parentGasUsed"),
                TestJson.number(env, "parentGasLimit"));
    }

    private @Nullable Long excessBlobGas(BlobSchedule blobs) {
        if (!fork.isAtLeast(Fork.CANCUN)) {
            return null;
        }
        if (env.hasNonNull("currentExcessBlobGas")) {
            return TestJson.number(env, "currentExcessBlobGas");
        }
        return blobs.excessBlobGas(
                fork,
                TestJson.number(env, "parentExcessBlobGas"),
                TestJson.number(env, "parentBlobGasUsed"),
                TestJson.word(env, "parentBaseFee"));
    }

    /// `reward` in wei, negative for none at all.
    void run(MemoryState before, List<T8nTransactions.Given> given, BigInteger reward) {
        JournaledState state = new JournaledState(before);
        if (fork.isAtLeast(Fork.CANCUN)) {
            Hash parent = blockHashes.getOrDefault(context.number() - 1, Hash.ZERO);
            Hash beacon = TestJson.hash(env, "parentBeaconBlockRoot");
            SystemCalls.beforeTransactions(state, context, parent, beacon, Tracer.NONE);
        }
        for (int i = 0; i < given.size(); i++) {
            Optional<RecoveredTransaction> one = given.get(i).transaction();
            String problem =
                    one.map(transaction -> add(before, state, transaction))
                            .orElse(given.get(i).problem());
            if (!problem.isEmpty()) {
                rejected.add(Output.object().put("index", i).put("error", problem));
            }
        }
        if (!fork.isAtLeast(Fork.PARIS) && reward.signum() >= 0) {
            payWork(state, reward);
        }
        withdrawals()
                .forEach(
                        withdrawal ->
                                state.addBalance(withdrawal.address(), withdrawal.amountWei()));
        if (fork.isAtLeast(Fork.PRAGUE)) {
            requests =
                    switch (SystemCalls.afterTransactions(
                            state, context, logs, DEPOSIT_CONTRACT, Tracer.NONE)) {
                        case SystemCalls.Requests.Collected collected -> Optional.of(collected);
                        case SystemCalls.Requests.Invalid invalid ->
                                throw new IllegalArgumentException("requests: " + invalid.reason());
                    };
        }
        after = before.after(state.diff());
    }

    /// Empty for a transaction that is in the block now, else why it is not.
    private String add(MemoryState before, JournaledState state, RecoveredTransaction one) {
        Transaction transaction = one.transaction();
        if (fork.isAtLeast(Fork.HOMESTEAD) && !transaction.signature().isLowS()) {
            return "invalid transaction v, r, s values";
        }
        long blobGas = BlobSchedule.GAS_PER_BLOB * transaction.blobVersionedHashes().size();
        if (blobGas > 0 && blobGasUsed + blobGas > context.blobs().maxBlobGas()) {
            return "blob gas ("
                    + (blobGasUsed + blobGas)
                    + ") would exceed maximum allowance "
                    + context.blobs().maxBlobGas();
        }
        long gasLeft = context.gasLimit() - gasUsed;
        return switch (Transition.apply(state, context, one, gasLeft, Tracer.NONE)) {
            case TransactionOutcome.Executed executed -> {
                include(before, state, transaction, executed);
                yield "";
            }
            case TransactionOutcome.Refused refused ->
                    Refusals.words(
                            refused.reason(),
                            transaction.body(),
                            one.sender(),
                            state.accountNow(one.sender()),
                            context);
        };
    }

    private void include(
            MemoryState before,
            JournaledState state,
            Transaction transaction,
            TransactionOutcome.Executed executed) {
        gasUsed += executed.gasUsed();
        blobGasUsed += executed.blobGasUsed();
        Receipt receipt =
                Receipt.of(transaction.type(), executed.success(), gasUsed, executed.logs());
        if (!fork.isAtLeast(Fork.BYZANTIUM)) {
            StateDiff diff = state.diff();
            receipt =
                    new Receipt(
                            receipt.type(),
                            receipt.success(),
                            before.after(diff).root(),
                            gasUsed,
                            receipt.logsBloom(),
                            receipt.logs());
        }
        T8nViews.Place place = new T8nViews.Place(included.size(), logs.size());
        receiptViews.add(T8nViews.receipt(transaction, receipt, executed, place));
        included.add(transaction);
        receipts.add(receipt);
        logs.addAll(executed.logs());
    }

    private void payWork(JournaledState state, BigInteger reward) {
        BigInteger own = reward;
        for (JsonNode ommer : env.path("ommers")) {
            own = own.add(reward.divide(NEPHEW_SHARE));
            BigInteger share =
                    OMMER_SHARE
                            .subtract(BigInteger.valueOf(TestJson.number(ommer, "delta")))
                            .multiply(reward)
                            .divide(OMMER_SHARE);
            state.addBalance(TestJson.address(ommer.path("address")), UInt256.of(share));
        }
        state.addBalance(context.coinbase(), UInt256.of(own));
    }

    private List<Withdrawal> withdrawals() {
        List<Withdrawal> withdrawals = new ArrayList<>();
        for (JsonNode item : env.path("withdrawals")) {
            withdrawals.add(
                    new Withdrawal(
                            TestJson.number(item, "index"),
                            TestJson.number(item, "validatorIndex"),
                            TestJson.address(item.path("address")),
                            TestJson.number(item, "amount")));
        }
        return withdrawals;
    }

    ObjectNode alloc() {
        return T8nViews.alloc(after);
    }

    /// The list of transactions as a block has it.
    Bytes body() {
        return Bytes.wrap(
                RlpWriter.encode(w -> w.writeList(included, (items, one) -> one.write(items))));
    }

    ObjectNode result() {
        ObjectNode result = Output.object();
        Bytes bloom = receipts.stream().map(Receipt::logsBloom).reduce(Bloom.EMPTY, Bloom::or);
        byte[] allLogs = RlpWriter.encode(w -> w.writeList(logs, (items, log) -> log.write(items)));
        result.put("stateRoot", after.root().toString());
        result.put("txRoot", BlockExecutor.transactionsRoot(included).toString());
        result.put("receiptsRoot", BlockExecutor.receiptsRoot(receipts).toString());
        result.put("logsHash", Keccak.hash256(allLogs).toString());
        result.put("logsBloom", bloom.toString());
        result.set("receipts", receiptViews);
        if (!rejected.isEmpty()) {
            result.set("rejected", rejected);
        }
        result.put(
                "currentDifficulty",
                fork.isAtLeast(Fork.PARIS) ? null : context.difficulty().toQuantity());
        result.put("gasUsed", T8nViews.quantity(gasUsed));
        if (fork.isAtLeast(Fork.LONDON)) {
            result.put("currentBaseFee", context.baseFeePerGas().toQuantity());
        }
        if (fork.isAtLeast(Fork.SHANGHAI)) {
            result.put("withdrawalsRoot", BlockExecutor.withdrawalsRoot(withdrawals()).toString());
        }
        if (excessBlobGas != null) {
            result.put("currentExcessBlobGas", T8nViews.quantity(excessBlobGas));
            result.put("blobGasUsed", T8nViews.quantity(blobGasUsed));
        }
        requests.ifPresent(
                collected -> {
                    result.put("requestsHash", collected.hash().toString());
                    ArrayNode texts = result.putArray("requests");
                    collected.requests().forEach(request -> texts.add(request.toString()));
                });
        return result;
    }
}
