package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assay.chain.Blockchain;
import org.assay.chain.pool.PoolAnswer;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.jspecify.annotations.Nullable;

/// `eth_*`: what the execution APIs define, as far as it is there.
final class EthMethods implements Methods {
    private static final int FEE_HISTORY_MAX = 1_024;

    private final Backend backend;
    private final Blocks blocks;
    private final RpcLimits limits;

    EthMethods(Backend backend, RpcLimits limits) {
        this.backend = backend;
        this.limits = limits;
        this.blocks = new Blocks(backend.chain());
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();
        methods.put("eth_chainId", params -> backend.chain().spec().chainId().toQuantity());
        methods.put("eth_blockNumber", params -> Views.quantity(backend.chain().head().number()));
        methods.put("eth_syncing", this::syncing);
        methods.put("eth_accounts", params -> List.of());
        methods.put("eth_gasPrice", params -> baseFee().toQuantity());
        methods.put("eth_maxPriorityFeePerGas", params -> "0x0");
        methods.put("eth_feeHistory", this::feeHistory);
        methods.put("eth_getBalance", this::balance);
        methods.put("eth_getCode", this::code);
        methods.put("eth_getStorageAt", this::storageAt);
        methods.put("eth_getTransactionCount", this::transactionCount);
        methods.put("eth_call", this::call);
        methods.put("eth_estimateGas", this::estimateGas);
        methods.put("eth_sendRawTransaction", this::sendRawTransaction);
        methods.put("eth_getBlockByNumber", params -> block(params, blocks::number));
        methods.put("eth_getBlockByHash", params -> block(params, blocks::number));
        methods.put("eth_getBlockTransactionCountByNumber", this::countOfBlock);
        methods.put("eth_getBlockTransactionCountByHash", this::countOfBlock);
        methods.put("eth_getUncleCountByBlockNumber", params -> "0x0");
        methods.put("eth_getUncleCountByBlockHash", params -> "0x0");
        methods.put("eth_getTransactionByHash", this::transactionByHash);
        methods.put("eth_getTransactionByBlockNumberAndIndex", this::transactionByIndex);
        methods.put("eth_getTransactionByBlockHashAndIndex", this::transactionByIndex);
        methods.put("eth_getTransactionReceipt", this::receipt);
        methods.put("eth_getBlockReceipts", this::blockReceipts);
        methods.put(
                "eth_getLogs", params -> LogSearch.search(blocks, params.node(0), limits.work()));
        return methods;
    }

    private UInt256 baseFee() {
        return Views.baseFee(backend.chain().head().header());
    }

    private Object syncing(Params params) {
        Optional<Long> target = backend.syncTarget();
        if (target.isEmpty()) {
            return false;
        }
        String current = Views.quantity(backend.chain().head().number());
        return Map.of(
                "startingBlock",
                current,
                "currentBlock",
                current,
                "highestBlock",
                Views.quantity(target.get()));
    }

    private Object feeHistory(Params params) {
        long newest = blocks.require(params.optional(1));
        UInt256 asked = params.quantity(0);
        long count = Math.min(asked.fitsLong() ? asked.w3() : FEE_HISTORY_MAX, FEE_HISTORY_MAX);
        long oldest = Math.max(0, newest - count + 1);
        List<String> fees = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<List<String>> rewards = new ArrayList<>();
        int percentiles = params.has(2) ? params.node(2).size() : 0;
        for (long n = oldest; n <= newest; n++) {
            Header header = blocks.header(n);
            fees.add(Views.baseFee(header).toQuantity());
            ratios.add((double) header.gasUsed() / header.gasLimit());
            rewards.add(IntStream.range(0, percentiles).mapToObj(i -> "0x0").toList());
        }
        fees.add(baseFee().toQuantity());
        Map<String, Object> history = new LinkedHashMap<>();
        history.put("oldestBlock", Views.quantity(oldest));
        history.put("baseFeePerGas", fees);
        history.put("gasUsedRatio", ratios);
        if (percentiles > 0) {
            history.put("reward", rewards);
        }
        return history;
    }

    private StateView stateOf(Params params, int index) {
        return blocks.state(blocks.require(params.optional(index)));
    }

    private Object balance(Params params) {
        Account account = stateOf(params, 1).account(params.address(0));
        return (account == null ? UInt256.ZERO : account.balance()).toQuantity();
    }

    private Object code(Params params) {
        StateView state = stateOf(params, 1);
        Account account = state.account(params.address(0));
        return account == null ? "0x" : state.code(account.codeHash()).toString();
    }

    private Object storageAt(Params params) {
        UInt256 slot = UInt256.parse(params.text(1));
        return stateOf(params, 2).storage(params.address(0), slot).toHash().toString();
    }

    private Object transactionCount(Params params) {
        Address address = params.address(0);
        if (params.has(1) && params.node(1).asText().equals("pending")) {
            return Views.quantity(backend.pendingNonce(address));
        }
        Account account = stateOf(params, 1).account(address);
        return Views.quantity(account == null ? 0 : account.nonce());
    }

    private Object call(Params params) {
        long number = blocks.require(params.optional(1));
        return Calls.call(
                        blocks.state(number),
                        backend.chain().contexts().of(blocks.header(number)),
                        Calls.message(params.node(0), limits.work().callGasMax()))
                .toString();
    }

    private Object estimateGas(Params params) {
        long number = blocks.require(params.optional(1));
        Header header = blocks.header(number);
        return Views.quantity(
                Calls.estimate(
                        blocks.state(number),
                        backend.chain().contexts().of(header),
                        Calls.message(params.node(0), Math.min(1 << 24, header.gasLimit()))));
    }

    private Object sendRawTransaction(Params params) {
        Transaction transaction;
        try {
            transaction = Transaction.decode(params.bytes(0));
        } catch (RlpException e) {
            throw new RpcError(
                    RpcError.SERVER_ERROR, "failed to decode transaction: " + e.getMessage());
        }
        RecoveredTransaction recovered =
                transaction
                        .recover()
                        .orElseThrow(
                                () ->
                                        new RpcError(
                                                RpcError.SERVER_ERROR,
                                                "invalid sender: no key made this signature"));
        return switch (backend.submit(recovered)) {
            case PoolAnswer.Accepted accepted -> {
                if (!accepted.isNew()) {
                    throw new RpcError(RpcError.SERVER_ERROR, "already known");
                }
                yield accepted.hash().toString();
            }
            case PoolAnswer.Refused refused ->
                    throw new RpcError(RpcError.SERVER_ERROR, refused.message());
        };
    }

    private @Nullable Object block(
            Params params, Function<Optional<JsonNode>, Optional<Long>> find) {
        params.node(0);
        Optional<Long> number = find.apply(params.optional(0));
        if (number.isEmpty()) {
            return null;
        }
        Block block = backend.chain().blockAt(number.get()).orElseThrow();
        Hash hash = backend.chain().hashing().hashOf(block.header());
        return Views.block(block, hash, params.flag(1));
    }

    private @Nullable Object countOfBlock(Params params) {
        return blocks.number(params.optional(0))
                .flatMap(number -> backend.chain().blockAt(number))
                .map(block -> Views.quantity(block.transactions().size()))
                .orElse(null);
    }

    private @Nullable Object transactionByHash(Params params) {
        Hash hash = params.hash(0);
        Optional<Blockchain.Place> place = backend.chain().placeOf(hash);
        if (place.isPresent()) {
            return transactionAt(place.get().number(), place.get().index());
        }
        return backend.pooled(hash)
                .flatMap(Transaction::recover)
                .map(recovered -> Views.transaction(recovered, null, null, -1, baseFee()))
                .orElse(null);
    }

    private @Nullable Object transactionByIndex(Params params) {
        Optional<Long> number = blocks.number(params.optional(0));
        UInt256 index = params.quantity(1);
        return number.isPresent() && index.fitsLong() && index.w3() < Integer.MAX_VALUE
                ? transactionAt(number.get(), (int) index.w3())
                : null;
    }

    private @Nullable Object transactionAt(long number, int index) {
        Block block = backend.chain().blockAt(number).orElseThrow();
        if (index >= block.transactions().size()) {
            return null;
        }
        return Views.transaction(
                block.transactions().get(index).recoverAnyS().orElseThrow(),
                block.header(),
                backend.chain().hashing().hashOf(block.header()),
                index,
                Views.baseFee(block.header()));
    }

    private @Nullable Object receipt(Params params) {
        return backend.chain()
                .placeOf(params.hash(0))
                .flatMap(
                        place ->
                                backend.chain()
                                        .storedAt(place.number())
                                        .map(stored -> receiptOf(stored, place.index())))
                .orElse(null);
    }

    private Map<String, Object> receiptOf(Blockchain.Stored stored, int index) {
        UInt256 blobFee = backend.chain().contexts().of(stored.block().header()).blobBaseFee();
        return Views.receipt(stored, index, blobFee);
    }

    private @Nullable Object blockReceipts(Params params) {
        return blocks.number(params.optional(0))
                .flatMap(number -> backend.chain().storedAt(number))
                .map(
                        stored ->
                                IntStream.range(0, stored.receipts().size())
                                        .mapToObj(i -> receiptOf(stored, i))
                                        .toList())
                .orElse(null);
    }
}
