package org.assay.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.zip.ZipFile;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainImporter;
import org.assay.chain.QbftConfig;
import org.assay.chain.QbftSchedule;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.testkit.Shared;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Besu's own answers on its own chain.
@Tag("reference")
final class QbftMethodsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Besu was at this height when it was asked.
    private static final int HEAD = 352;

    private static byte[] entry(String name) throws IOException {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/qbft-besu-run.zip").toFile())) {
            return zip.getInputStream(zip.getEntry(name)).readAllBytes();
        }
    }

    private static Map<String, Function<Params, @Nullable Object>> methods() throws IOException {
        Blockchain chain =
                ChainImporter.inMemory(
                        new String(entry("chain/genesis.json"), StandardCharsets.UTF_8),
                        Bytes.wrap(entry("chain/blocks.rlp")));
        assertEquals(HEAD, chain.head().number());
        Backend backend = new TestChain(chain);
        QbftSchedule schedule = chain.spec().qbft().orElseThrow();
        Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();
        methods.putAll(new QbftMethods(backend, schedule.first()).methods());
        methods.putAll(new VoteMethods(backend, schedule).methods());
        return methods;
    }

    /// Besu lists signers in the order of a hash map: compared as a set.
    private static Object comparable(JsonNode result) {
        if (!result.isArray()) {
            return result;
        }
        List<String> rows = new ArrayList<>();
        result.forEach(row -> rows.add(row.toString()));
        return new TreeSet<>(rows);
    }

    @Test
    void answersAsBesuDid() throws IOException {
        var methods = methods();
        int compared = 0;
        for (JsonNode sample : JSON.readTree(entry("chain/rpc-samples.json"))) {
            String name = sample.path("method").asText();
            if (!name.startsWith("qbft_")) {
                continue;
            }
            var method = java.util.Objects.requireNonNull(methods.get(name), name);
            Params params = new Params(sample.path("params"));
            JsonNode expected = sample.path("response");
            if (expected.has("error")) {
                RpcError error =
                        assertThrows(RpcError.class, () -> method.apply(params), sample.toString());
                assertEquals(expected.path("error").path("code").asInt(), error.code());
                assertEquals(
                        expected.path("error").path("message").asText(),
                        String.valueOf(error.getMessage()));
            } else {
                JsonNode result = JSON.readTree(JSON.writeValueAsString(method.apply(params)));
                assertEquals(
                        comparable(expected.path("result")), comparable(result), sample.toString());
            }
            compared++;
        }
        assertTrue(compared >= 19, compared + " samples");
    }

    @Test
    void saysThatVotesMeanNothingWhereAContractDecides() throws IOException {
        QbftConfig contract =
                new QbftConfig(
                        100,
                        1,
                        0,
                        0,
                        1_000,
                        Optional.of(Address.ofNumber(1)),
                        UInt256.ZERO,
                        Optional.empty());
        QbftSchedule byContract = new QbftSchedule(contract, List.of(), new TreeMap<>());
        var propose =
                java.util.Objects.requireNonNull(
                        new VoteMethods(new TestChain(), byContract)
                                .methods()
                                .get("qbft_proposeValidatorVote"));
        ArrayNode arguments = JSON.createArrayNode().add(Address.ofNumber(2).toString()).add(true);
        RpcError error = assertThrows(RpcError.class, () -> propose.apply(new Params(arguments)));
        assertEquals(-32604, error.code());
    }
}
