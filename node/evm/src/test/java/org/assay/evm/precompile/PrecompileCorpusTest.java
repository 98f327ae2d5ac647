package org.assay.evm.precompile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.evm.Fork;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hex;
import org.assay.testkit.Shared;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The vectors of go-ethereum, EIP-2537 and Besu, read from the shared corpora.
@Tag("reference")
final class PrecompileCorpusTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "geth/ecRecover.json, 0x01, FRONTIER",
        "geth/modexp.json, 0x05, BYZANTIUM",
        "geth/modexp_eip2565.json, 0x05, BERLIN",
        "geth/modexp_eip7883.json, 0x05, OSAKA",
        "geth/bn256Add.json, 0x06, ISTANBUL",
        "geth/bn256ScalarMul.json, 0x07, ISTANBUL",
        "geth/bn256Pairing.json, 0x08, ISTANBUL",
        "geth/blake2F.json, 0x09, ISTANBUL",
        "geth/fail-blake2f.json, 0x09, ISTANBUL",
        "geth/p256Verify.json, 0x100, OSAKA",
    })
    void agreesOnEveryCase(String entry, String number, Fork fork) throws IOException {
        Precompile contract = Contracts.at(Integer.decode(number), fork);
        List<String> failures = new ArrayList<>();
        int index = 0;
        for (JsonNode node : read("corpora/precompiles.zip", entry)) {
            Case vector = node.has("input") ? ofBesu(node) : ofGeth(node);
            String problem = check(contract, fork, vector);
            if (problem != null) {
                failures.add(index + " " + vector.name() + ": " + problem);
            }
            index++;
        }
        assertThat(index).isPositive();
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"risc0-receipts.json", "sp1-groth16.json"})
    void checksGroth16Proofs(String entry) throws IOException {
        for (JsonNode proof : read("corpora/groth16-bn254.zip", entry)) {
            for (JsonNode step : proof.get("steps")) {
                checkStep(proof.get("name").asText(), step);
            }
            checkStep(proof.get("name").asText(), proof.get("pairing"));
        }
    }

    private static void checkStep(String name, JsonNode step) {
        int number = Integer.decode(step.get("precompile").asText());
        Bytes output = Contracts.call(number, Fork.OSAKA, Hex.decode(step.get("input").asText()));
        assertThat(output).as(name).isEqualTo(Bytes.fromHex(step.get("output").asText()));
    }

    /// Null `output`: must fail. Negative `gas`: not told.
    private record Case(String name, Bytes input, @Nullable Bytes output, long gas) {}

    private static Case ofGeth(JsonNode node) {
        boolean fails = node.has("ExpectedError");
        return new Case(
                node.get("Name").asText(),
                Bytes.fromHex(node.get("Input").asText()),
                fails ? null : Bytes.fromHex(node.get("Expected").asText()),
                fails ? -1 : node.get("Gas").asLong());
    }

    /// Besu's gas column predates the final prices.
    private static Case ofBesu(JsonNode node) {
        String result = node.get("result").asText();
        return new Case(
                node.get("notes").asText(),
                Bytes.fromHex(node.get("input").asText()),
                result.isEmpty() ? null : Bytes.fromHex(result),
                -1);
    }

    private static @Nullable String check(Precompile contract, Fork fork, Case vector) {
        byte[] input = vector.input().toArray();
        long gas = contract.gas(input, fork);
        byte[] run = gas < 0 ? null : contract.run(input);
        Bytes output = run == null ? null : Bytes.wrap(run);
        if (!Objects.equals(output, vector.output())) {
            return "output " + output + ", expected " + vector.output();
        }
        return vector.gas() >= 0 && vector.gas() != gas
                ? "gas " + gas + ", expected " + vector.gas()
                : null;
    }

    private static JsonNode read(String archive, String entry) throws IOException {
        try (ZipFile zip = new ZipFile(Shared.path(archive).toFile())) {
            ZipEntry found = requireNonNull(zip.getEntry(entry), entry);
            try (InputStream stream = zip.getInputStream(found)) {
                return JSON.readTree(stream);
            }
        }
    }
}
