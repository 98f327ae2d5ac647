package org.assay.rpc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assay.chain.Blockchain;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Transaction;
import org.jspecify.annotations.Nullable;

/// `eth_get…` of blocks, transactions and receipts.
final class BlockMethods implements Methods {
    private final Backend backend;
    private final Blocks blocks;

    BlockMethods(Backend backend) {
        this.backend = backend;
        this.blocks = new Blocks(backend.chain());
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();
        methods.put("eth_getBlockByNumber", params -> block(params, byNumber(params)));
        methods.put("eth_getBlockByHash", params -> block(params, byHash(params)));
        methods.put("eth_getHeaderByNumber", params -> header(byNumber(params)));
        methods.put("eth_getHeaderByHash", params -> header(byHash(params)));
        methods.put("eth_getBlockTransactionCountByNumber", params -> count(byNumber(params)));
        methods.put("eth_getBlockTransactionCountByHash", params -> count(byHash(params)));
        methods.put("eth_getUncleCountByBlockNumber", params -> ommerCount(byNumber(params)));
        methods.put("eth_getUncleCountByBlockHash", params -> ommerCount(byHash(params)));
        methods.put("eth_getUncleByBlockNumberAndIndex", params -> ommer(params, byNumber(params)));
        methods.put("eth_getUncleByBlockHashAndIndex", params -> ommer(params, byHash(params)));
        methods.put("eth_getTransactionByHash", this::transactionByHash);
        methods.put(
                "eth_getTransactionByBlockNumberAndIndex",
                params -> transactionByIndex(params, byNumber(params)));
        methods.put(
                "eth_getTransactionByBlockHashAndIndex",
                params -> transactionByIndex(params, byHash(params)));
        methods.put("eth_getRawTransactionByHash", this::rawByHash);
        methods.put(
                "eth_getRawTransactionByBlockNumberAndIndex",
                params -> rawByIndex(params, byNumber(params)));
        methods.put(
                "eth_getRawTransactionByBlockHashAndIndex",
                params -> rawByIndex(params, byHash(params)));
        methods.put("eth_getTransactionReceipt", this::receipt);
        methods.put("eth_getBlockReceipts", this::blockReceipts);
        return methods;
    }

    private Optional<Long> byNumber(Params params) {
        params.node(0);
        return blocks.number(params.optional(0));
    }

    private Optional<Long> byHash(Params params) {
        return backend.chain().numberOf(params.hash(0));
    }

    private @Nullable Object block(Params params, Optional<Long> number) {
        if (params.has(1) && !params.node(1).isBoolean()) {
            throw RpcError.invalidParams("argument 1 is not a boolean");
        }
        return number.flatMap(n -> backend.chain().blockAt(n))
                .map(block -> Views.block(block, hashOf(block.header()), params.flag(1)))
                .orElse(null);
    }

    private Hash hashOf(Header header) {
        return backend.chain().hashing().hashOf(header);
    }

    private @Nullable Object header(Optional<Long> number) {
        return number.flatMap(n -> backend.chain().headerAt(n))
                .map(header -> Views.header(header, hashOf(header)))
                .orElse(null);
    }

    private @Nullable Object count(Optional<Long> number) {
        return number.flatMap(n -> backend.chain().blockAt(n))
                .map(block -> Views.quantity(block.transactions().size()))
                .orElse(null);
    }

    private @Nullable Object ommerCount(Optional<Long> number) {
        return number.flatMap(n -> backend.chain().blockAt(n))
                .map(block -> Views.quantity(block.ommers().size()))
                .orElse(null);
    }

    private @Nullable Object ommer(Params params, Optional<Long> number) {
        int index = index(params);
        return number.flatMap(n -> backend.chain().blockAt(n))
                .filter(block -> index < block.ommers().size())
                .map(
                        block -> {
                            Header ommer = block.ommers().get(index);
                            return Views.header(ommer, ommer.hash());
                        })
                .orElse(null);
    }

    /// Argument 1 as a position in a block.
    private static int index(Params params) {
        UInt256 index = params.quantity(1);
        if (!index.fitsLong() || index.w3() > Integer.MAX_VALUE) {
            throw RpcError.invalidParams("argument 1: an index has at most 31 bits");
        }
        return (int) index.w3();
    }

    private @Nullable Object transactionByHash(Params params) {
        Hash hash = params.hash(0);
        if (params.count() > 1) {
            throw RpcError.invalidParams("too many arguments, want at most 1");
        }
        Optional<Blockchain.Place> place = backend.chain().placeOf(hash);
        if (place.isPresent()) {
            return transactionAt(place.get().number(), place.get().index());
        }
        UInt256 baseFee = Views.baseFee(backend.chain().head().header());
        return backend.pooled(hash)
                .flatMap(Transaction::recover)
                .map(recovered -> Views.transaction(recovered, null, null, -1, baseFee))
                .orElse(null);
    }

    private @Nullable Object transactionByIndex(Params params, Optional<Long> number) {
        int index = index(params);
        return number.map(n -> transactionAt(n, index)).orElse(null);
    }

    private @Nullable Object transactionAt(long number, int index) {
        Optional<Block> found = backend.chain().blockAt(number);
        if (found.isEmpty() || index >= found.get().transactions().size()) {
            return null;
        }
        Block block = found.get();
        return Views.transaction(
                block.transactions().get(index).recoverAnyS().orElseThrow(),
                block.header(),
                hashOf(block.header()),
                index,
                Views.baseFee(block.header()));
    }

    private @Nullable Object rawByHash(Params params) {
        Hash hash = params.hash(0);
        Optional<Transaction> found =
                backend.chain()
                        .placeOf(hash)
                        .flatMap(
                                place ->
                                        backend.chain()
                                                .blockAt(place.number())
                                                .map(
                                                        block ->
                                                                block.transactions()
                                                                        .get(place.index())))
                        .or(() -> backend.pooled(hash));
        return found.map(Transaction::encoded).map(Bytes::toString).orElse("0x");
    }

    private Object rawByIndex(Params params, Optional<Long> number) {
        int index = index(params);
        return number.flatMap(n -> backend.chain().blockAt(n))
                .filter(block -> index < block.transactions().size())
                .map(block -> block.transactions().get(index).encoded().toString())
                .orElse("0x");
    }

    private @Nullable Object receipt(Params params) {
        return receiptOf(backend, params.hash(0)).orElse(null);
    }

    /// The receipt of a transaction in a block.
    static Optional<Map<String, Object>> receiptOf(Backend backend, Hash transaction) {
        Blockchain chain = backend.chain();
        return chain.placeOf(transaction)
                .flatMap(
                        place ->
                                chain.storedAt(place.number())
                                        .map(stored -> receipt(chain, stored, place.index())));
    }

    private static Map<String, Object> receipt(
            Blockchain chain, Blockchain.Stored stored, int index) {
        UInt256 blobFee = chain.contexts().of(stored.block().header()).blobBaseFee();
        return Views.receipt(stored, index, blobFee);
    }

    private @Nullable Object blockReceipts(Params params) {
        return byNumber(params)
                .flatMap(number -> backend.chain().storedAt(number))
                .map(
                        stored ->
                                IntStream.range(0, stored.receipts().size())
                                        .mapToObj(i -> receipt(backend.chain(), stored, i))
                                        .toList())
                .map(List::copyOf)
                .orElse(null);
    }
}
