package org.assay.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assay.chain.Blockchain;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Bloom;
import org.assay.primitives.block.Log;

/// `eth_getLogs`: addresses and topics against blocks, with the headers' blooms as the first
/// sieve.
record LogSearch(Set<Address> addresses, List<Set<Hash>> topics) {
    static LogSearch parse(JsonNode filter) {
        Set<Address> addresses = new HashSet<>();
        each(filter.path("address"), node -> addresses.add(Params.address(node, "address")));
        List<Set<Hash>> topics = new ArrayList<>();
        for (JsonNode position : filter.path("topics")) {
            Set<Hash> wanted = new HashSet<>();
            each(position, node -> wanted.add(Params.hash(node, "topic")));
            topics.add(wanted);
        }
        return new LogSearch(addresses, topics);
    }

    private static void each(JsonNode node, java.util.function.Consumer<String> then) {
        if (node.isArray()) {
            node.forEach(item -> then.accept(item.asText()));
        } else if (node.isTextual()) {
            then.accept(node.asText());
        }
    }

    static List<Map<String, Object>> search(Blocks blocks, JsonNode filter, RpcLimits.Work limits) {
        LogSearch search = parse(filter);
        long from;
        long to;
        if (filter.hasNonNull("blockHash")) {
            from = blocks.require(Optional.of(filter.get("blockHash")));
            to = from;
        } else {
            long head = blocks.chain().head().number();
            from = blocks.number(Optional.ofNullable(filter.get("fromBlock"))).orElse(head + 1);
            to = blocks.number(Optional.ofNullable(filter.get("toBlock"))).orElse(head);
        }
        if (to - from >= limits.logRangeBlocksMax()) {
            throw new RpcError(
                    RpcError.LIMIT_EXCEEDED,
                    "a range of "
                            + (to - from + 1)
                            + " blocks, limit "
                            + limits.logRangeBlocksMax());
        }
        List<Map<String, Object>> found = new ArrayList<>();
        for (long number = from; number <= to; number++) {
            if (search.mayMatch(blocks.header(number).logsBloom())) {
                blocks.chain().storedAt(number).ifPresent(stored -> search.collect(stored, found));
            }
            if (found.size() > limits.logResultsMax()) {
                throw new RpcError(
                        RpcError.LIMIT_EXCEEDED,
                        "query returned more than " + limits.logResultsMax() + " results");
            }
        }
        return found;
    }

    private void collect(Blockchain.Stored stored, List<Map<String, Object>> found) {
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
        boolean address =
                addresses.isEmpty()
                        || addresses.stream().anyMatch(a -> Bloom.mayContain(bloom, a.toArray()));
        return address
                && topics.stream()
                        .allMatch(
                                wanted ->
                                        wanted.isEmpty()
                                                || wanted.stream()
                                                        .anyMatch(
                                                                t ->
                                                                        Bloom.mayContain(
                                                                                bloom,
                                                                                t.toArray())));
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
