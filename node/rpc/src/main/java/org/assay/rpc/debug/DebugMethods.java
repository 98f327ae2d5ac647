package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.assay.chain.Blockchain;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.assay.rpc.Blocks;
import org.assay.rpc.Methods;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/// The `debug_` namespace: geth's traces, raw encodings and states in pages.
public final class DebugMethods implements Methods {
    private final Blockchain chain;
    private final Blocks blocks;
    private final Replay replay;

    public DebugMethods(Blockchain chain) {
        this.chain = chain;
        this.blocks = new Blocks(chain);
        this.replay = new Replay(chain);
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        Map<String, Function<Params, @Nullable Object>> methods = new TreeMap<>();
        methods.put("debug_traceTransaction", this::traceTransaction);
        methods.put("debug_traceCall", this::traceCall);
        methods.put(
                "debug_traceBlockByNumber",
                params -> traceBlock(replay.blockAt(numberAt(params)), config(params, 1)));
        methods.put("debug_traceBlockByHash", this::traceBlockByHash);
        methods.put("debug_traceBlock", this::traceEncodedBlock);
        methods.put(
                "debug_getRawHeader",
                params -> Bytes.wrap(block(params).header().encode()).toString());
        methods.put("debug_getRawBlock", params -> Bytes.wrap(block(params).encode()).toString());
        methods.put("debug_getRawReceipts", this::rawReceipts);
        methods.put("debug_getRawTransaction", this::rawTransaction);
        methods.put("debug_getBadBlocks", params -> List.of());
        StateRanges ranges = new StateRanges(chain, replay, this::numberAt);
        methods.put("debug_accountRange", ranges::accountRange);
        methods.put("debug_dumpBlock", ranges::dumpBlock);
        methods.put("debug_storageRangeAt", ranges::storageRangeAt);
        return methods;
    }

    private static JsonNode config(Params params, int index) {
        return params.optional(index).orElse(MissingNode.getInstance());
    }

    private long numberAt(Params params) {
        JsonNode tag = params.node(0);
        return blocks.number(params.optional(0))
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "block " + shown(tag) + " not found"));
    }

    private static String shown(JsonNode tag) {
        String text = tag.asText();
        return text.startsWith("0x") && text.length() < 66
                ? "#" + Params.quantity(tag, "block").toBigInteger()
                : text;
    }

    private Block block(Params params) {
        return replay.blockAt(numberAt(params));
    }

    private @Nullable Object traceTransaction(Params params) {
        JsonNode config = config(params, 1);
        TransactionTracer.Maker maker = Tracers.read(config);
        Blockchain.Place place =
                chain.placeOf(params.hash(0))
                        .orElseThrow(
                                () -> new RpcError(RpcError.SERVER_ERROR, "transaction not found"));
        return replay.transaction(place, maker, TraceLimits.deadline(config));
    }

    private @Nullable Object traceCall(Params params) {
        JsonNode config = config(params, 2);
        TransactionTracer.Maker maker = Tracers.read(config);
        long number =
                blocks.number(params.optional(1))
                        .orElseThrow(
                                () ->
                                        new RpcError(
                                                RpcError.SERVER_ERROR,
                                                "block " + shown(params.node(1)) + " not found"));
        return new TraceCall(chain)
                .trace(params.node(0), number, config, maker, TraceLimits.deadline(config));
    }

    private List<Map<String, @Nullable Object>> traceBlock(Block block, JsonNode config) {
        return replay.block(block, Tracers.read(config), TraceLimits.deadline(config)).stream()
                .map(Replay.Traced::view)
                .toList();
    }

    private Object traceBlockByHash(Params params) {
        Hash hash = params.hash(0);
        long number =
                chain.numberOf(hash)
                        .orElseThrow(
                                () ->
                                        new RpcError(
                                                RpcError.SERVER_ERROR,
                                                "block " + hash + " not found"));
        return traceBlock(replay.blockAt(number), config(params, 1));
    }

    /// A block given by its encoding, whose parent is known here.
    private Object traceEncodedBlock(Params params) {
        Block block;
        try {
            block = Block.decode(params.bytes(0));
        } catch (RlpException e) {
            throw new RpcError(RpcError.SERVER_ERROR, "could not decode block: " + e.getMessage());
        }
        Hash parent = block.header().parentHash();
        boolean known =
                chain.numberOf(parent)
                        .filter(number -> number + 1 == block.header().number())
                        .isPresent();
        if (!known && block.header().number() != 0) {
            throw new RpcError(RpcError.SERVER_ERROR, "parent " + parent + " not found");
        }
        return traceBlock(block, config(params, 1));
    }

    private Object rawReceipts(Params params) {
        return chain.storedAt(numberAt(params)).orElseThrow().receipts().stream()
                .map(receipt -> Bytes.wrap(receipt.encode()).toString())
                .toList();
    }

    private Object rawTransaction(Params params) {
        return chain.placeOf(params.hash(0))
                .map(place -> replay.blockAt(place.number()).transactions().get(place.index()))
                .map(Transaction::encoded)
                .orElse(Bytes.EMPTY)
                .toString();
    }
}
