package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.assay.chain.ChainHead;
import org.assay.chain.QbftConfig;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;

/// `qbft_*` that read, as Besu answers them. See [VoteMethods] for those that vote.
final class QbftMethods implements Methods {
    private static final long METRICS_BLOCKS = 100;

    private final Backend backend;
    private final QbftConfig config;
    private final Blocks blocks;

    QbftMethods(Backend backend, QbftConfig config) {
        this.backend = backend;
        this.config = config;
        this.blocks = new Blocks(backend.chain());
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "qbft_getValidatorsByBlockNumber", this::validatorsByNumber,
                "qbft_getValidatorsByBlockHash", this::validatorsByHash,
                "qbft_getSignerMetrics", this::signerMetrics,
                "qbft_getRequestTimeoutSeconds", params -> config.requestTimeoutMillis() / 1000);
    }

    private @Nullable Object validatorsByNumber(Params params) {
        if (!params.has(0)) {
            throw RpcError.invalidParams("Invalid block param (block not found)");
        }
        ChainHead head = backend.chain().head();
        if (params.node(0).asText().equals("pending")) {
            return texts(head.nextValidators());
        }
        return blocks.number(params.optional(0)).map(this::validators).orElse(null);
    }

    private @Nullable Object validatorsByHash(Params params) {
        Bytes hash = bytes(params.optional(0));
        if (hash == null || hash.size() != 32) {
            throw RpcError.invalidParams("Invalid block hash params");
        }
        return backend.chain().numberOf(params.hash(0)).map(this::validators).orElse(null);
    }

    static @Nullable Bytes bytes(Optional<JsonNode> node) {
        try {
            return Bytes.fromHex(node.map(JsonNode::asText).orElse(""));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private List<String> validators(long number) {
        return texts(
                backend.chain()
                        .validatorsOf(number)
                        .orElseThrow(
                                () ->
                                        new RpcError(
                                                RpcError.RESOURCE_NOT_FOUND,
                                                "the state of block " + number + " is pruned")));
    }

    private static List<String> texts(List<Address> addresses) {
        return addresses.stream().map(Address::toString).toList();
    }

    /// The blocks from parameter 0 to before parameter 1; the last hundred without.
    private Object signerMetrics(Params params) {
        long head = backend.chain().head().number();
        long end = params.has(1) ? edge(params, 1) : head;
        long start = params.has(0) ? edge(params, 0) : Math.max(0, end - METRICS_BLOCKS);
        if (start >= end || end > head + 1) {
            throw RpcError.invalidParams("Invalid block number params");
        }
        SortedMap<Address, long[]> byProposer = new TreeMap<>();
        backend.chain().head().nextValidators().forEach(it -> byProposer.put(it, new long[2]));
        for (long number = start; number < end; number++) {
            long[] row =
                    byProposer.computeIfAbsent(
                            blocks.header(number).coinbase(), ignored -> new long[2]);
            row[0]++;
            row[1] = number;
        }
        return byProposer.entrySet().stream()
                .map(
                        entry -> {
                            Map<String, Object> row = new LinkedHashMap<>();
                            row.put("address", entry.getKey().toString());
                            row.put("proposedBlockCount", quantity(entry.getValue()[0]));
                            row.put("lastProposedBlockNumber", quantity(entry.getValue()[1]));
                            return row;
                        })
                .toList();
    }

    private long edge(Params params, int index) {
        return blocks.number(params.optional(index))
                .orElseThrow(() -> RpcError.invalidParams("Invalid block number params"));
    }

    private static String quantity(long value) {
        return UInt256.of(value).toQuantity();
    }
}
