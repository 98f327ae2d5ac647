package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.assay.chain.Blockchain;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Bloom;
import org.assay.primitives.block.Log;

/// `eth_getLogs`: addresses and topics against blocks, with the headers' blooms as the first
/// sieve.
record LogSearch(Set<Address> addresses, List<Set<Hash>> topics) {
    private static final int TOPICS_MAX = 4;

    /// Addresses, and alternatives of one topic, in a filter.
    private static final int ALTERNATIVES_MAX = 1_000;

    /// Throws [RpcError] where `filter` is no filter.
    static LogSearch parse(JsonNode filter) {
        if (!filter.isObject()) {
            throw RpcError.invalidParams("the filter is not an object");
        }
        Set<Address> addresses = new HashSet<>();
        each(
                filter.path("address"),
                "address",
                text -> addresses.add(Params.address(text, "address")));
        List<Set<Hash>> topics = new ArrayList<>();
        JsonNode positions = filter.path("topics");
        boolean none = positions.isMissingNode() || positions.isNull();
        if (!none && (!positions.isArray() || positions.size() > TOPICS_MAX)) {
            throw RpcError.invalidParams("topics is not a list of at most " + TOPICS_MAX);
        }
        for (JsonNode position : positions) {
            Set<Hash> wanted = new HashSet<>();
            // A null among the alternatives matches anything.
            boolean[] any = {false};
            if (position.isArray()) {
                position.forEach(alternative -> any[0] |= alternative.isNull());
            }
            if (!any[0]) {
                each(position, "topic", text -> wanted.add(Params.hash(text, "topic")));
            }
            topics.add(wanted);
        }
        return new LogSearch(addresses, topics);
    }

    private static void each(JsonNode node, String what, Consumer<String> then) {
        if (node.isMissingNode() || node.isNull()) {
            return;
        }
        if (node.isTextual()) {
            then.accept(node.asText());
            return;
        }
        if (!node.isArray() || node.size() > ALTERNATIVES_MAX) {
            throw RpcError.invalidParams(
                    what + " is neither text nor a list of at most " + ALTERNATIVES_MAX);
        }
        for (JsonNode item : node) {
            if (!item.isTextual()) {
                throw RpcError.invalidParams(what + ": not a string");
            }
            then.accept(item.asText());
        }
    }

    /// Heights, both included.
    private record Range(long from, long to) {}

    private static Range range(Blocks blocks, JsonNode filter) {
        boolean bounded = filter.hasNonNull("fromBlock") || filter.hasNonNull("toBlock");
        // Besu takes the second spelling too.
        String key = filter.hasNonNull("blockhash") ? "blockhash" : "blockHash";
        if (filter.hasNonNull(key)) {
            if (bounded) {
                throw RpcError.invalidParams(
                        "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the"
                                + " other");
            }
            Hash hash = Params.hash(filter.get(key).asText(), key);
            long number =
                    blocks.chain()
                            .numberOf(hash)
                            .orElseThrow(
                                    () -> new RpcError(RpcError.SERVER_ERROR, "unknown block"));
            return new Range(number, number);
        }
        long from = bound(blocks, filter, "fromBlock");
        long to = bound(blocks, filter, "toBlock");
        if (from > to) {
            throw RpcError.invalidParams("invalid block range params");
        }
        return new Range(from, to);
    }

    private static long bound(Blocks blocks, JsonNode filter, String key) {
        return blocks.number(Optional.ofNullable(filter.get(key)).filter(node -> !node.isNull()))
                .orElseThrow(
                        () ->
                                RpcError.invalidParams(
                                        "block range extends beyond current head block"));
    }

    static List<Map<String, Object>> search(Blocks blocks, JsonNode filter, RpcLimits.Work limits) {
        LogSearch search = parse(filter);
        Range range = range(blocks, filter);
        return search.between(blocks, range.from(), range.to(), limits);
    }

    /// The logs of blocks `from` to `to`, both included.
    List<Map<String, Object>> between(Blocks blocks, long from, long to, RpcLimits.Work limits) {
        if (to - from >= limits.logRangeBlocksMax()) {
            throw new RpcError(
                    RpcError.LIMIT_EXCEEDED,
                    "a range of "
                            + (to - from + 1)
                            + " blocks, limit "
                            + limits.logRangeBlocksMax());
        }
        long deadline = System.nanoTime() + limits.callMillisMax() * 1_000_000;
        List<Map<String, Object>> found = new ArrayList<>();
        for (long number = from; number <= to; number++) {
            Optional<Bytes> bloom = blocks.chain().headerAt(number).map(h -> h.logsBloom());
            if (bloom.isPresent() && mayMatch(bloom.get())) {
                blocks.chain().storedAt(number).ifPresent(stored -> collect(stored, found));
            }
            if (found.size() > limits.logResultsMax()) {
                throw new RpcError(
                        RpcError.LIMIT_EXCEEDED,
                        "query returned more than " + limits.logResultsMax() + " results");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new RpcError(
                        RpcError.LIMIT_EXCEEDED, "the query takes too long: ask for fewer blocks");
            }
        }
        return found;
    }

    /// Adds the block's logs that match.
    void collect(Blockchain.Stored stored, List<Map<String, Object>> found) {
        for (int i = 0; i < stored.receipts().size(); i++) {
            List<Log> logs = stored.receipts().get(i).logs();
            if (logs.stream().noneMatch(this::matches)) {
                continue;
            }
            List<Map<String, Object>> objects = Views.logs(stored, i);
            for (int j = 0; j < logs.size(); j++) {
                if (matches(logs.get(j))) {
                    found.add(objects.get(j));
                }
            }
        }
    }

    private boolean mayMatch(Bytes bloom) {
        return anyIn(bloom, addresses.stream().map(Address::toArray).toList())
                && topics.stream()
                        .allMatch(
                                wanted ->
                                        anyIn(bloom, wanted.stream().map(Hash::toArray).toList()));
    }

    /// Whether `bloom` may hold one of `entries`; true where any will do.
    private static boolean anyIn(Bytes bloom, List<byte[]> entries) {
        return entries.isEmpty()
                || entries.stream().anyMatch(entry -> Bloom.mayContain(bloom, entry));
    }

    private boolean matches(Log log) {
        if (!addresses.isEmpty() && !addresses.contains(log.address())) {
            return false;
        }
        if (topics.size() > log.topics().size()) {
            return false;
        }
        for (int i = 0; i < topics.size(); i++) {
            Set<Hash> wanted = topics.get(i);
            if (!wanted.isEmpty() && !wanted.contains(log.topics().get(i))) {
                return false;
            }
        }
        return true;
    }
}
