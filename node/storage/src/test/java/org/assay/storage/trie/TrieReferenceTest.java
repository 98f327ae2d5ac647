package org.assay.storage.trie;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.testkit.Shared;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// The trie tests of ethereum/tests: plain tries built at once, secure ones also step by step.
@Tag("reference")
final class TrieReferenceTest {
    private static final List<String> FILES =
            List.of(
                    "trietest.json",
                    "trieanyorder.json",
                    "trietest_secureTrie.json",
                    "trieanyorder_secureTrie.json",
                    "hex_encoded_securetrie_test.json");

    private record Step(Bytes key, @Nullable Bytes value) {}

    @TestFactory
    Stream<DynamicTest> rootsAreEthereums() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (ZipFile zip = new ZipFile(Shared.path("corpora/basic-vectors.zip").toFile())) {
            for (String file : FILES) {
                try (InputStream input = zip.getInputStream(zip.getEntry("TrieTests/" + file))) {
                    boolean secure = file.toLowerCase(java.util.Locale.ROOT).contains("secure");
                    for (var test : new ObjectMapper().readTree(input).properties()) {
                        List<Step> steps = steps(test.getValue().get("in"));
                        Hash root = Hash.fromHex(test.getValue().get("root").asText());
                        tests.add(
                                DynamicTest.dynamicTest(
                                        file + " " + test.getKey(),
                                        () -> check(steps, secure, root)));
                    }
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> neighboursOfKeys() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (ZipFile zip = new ZipFile(Shared.path("corpora/basic-vectors.zip").toFile());
                InputStream input =
                        zip.getInputStream(zip.getEntry("TrieTests/trietestnextprev.json"))) {
            for (var test : new ObjectMapper().readTree(input).properties()) {
                TreeMap<String, String> entries = new TreeMap<>();
                test.getValue().get("in").forEach(key -> entries.put(key.asText(), ""));
                for (JsonNode row : test.getValue().get("tests")) {
                    String key = row.get(0).asText();
                    tests.add(
                            DynamicTest.dynamicTest(
                                    "next and previous of '" + key + "'",
                                    () -> {
                                        String lower = entries.lowerKey(key);
                                        String higher = entries.higherKey(key);
                                        assertThat(lower == null ? "" : lower)
                                                .isEqualTo(row.get(1).asText());
                                        assertThat(higher == null ? "" : higher)
                                                .isEqualTo(row.get(2).asText());
                                    }));
                }
            }
        }
        return tests.stream();
    }

    private static List<Step> steps(JsonNode in) {
        List<Step> steps = new ArrayList<>();
        if (in.isArray()) {
            in.forEach(pair -> steps.add(step(pair.get(0).asText(), pair.get(1))));
        } else {
            in.properties().forEach(entry -> steps.add(step(entry.getKey(), entry.getValue())));
        }
        return steps;
    }

    private static Step step(String key, JsonNode value) {
        return new Step(bytes(key), value.isNull() ? null : bytes(value.asText()));
    }

    private static Bytes bytes(String text) {
        return text.startsWith("0x")
                ? Bytes.fromHex(text)
                : Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void check(List<Step> steps, boolean secure, Hash root) {
        TreeMap<Bytes, Bytes> entries = new TreeMap<>();
        TrieFixture trie = new TrieFixture();
        for (Step step : steps) {
            Hash hashed = Keccak.hash256(step.key());
            Bytes key = secure ? hashed.toBytes() : step.key();
            Bytes value = step.value();
            if (value == null) {
                entries.remove(key);
            } else {
                entries.put(key, value);
            }
            trie.change(
                    List.of(new PatriciaTrie.Change(hashed, value == null ? Bytes.EMPTY : value)));
        }
        assertThat(TrieRoot.of(entries)).isEqualTo(root);
        if (secure) {
            assertThat(trie.root()).isEqualTo(root);
        }
    }
}
