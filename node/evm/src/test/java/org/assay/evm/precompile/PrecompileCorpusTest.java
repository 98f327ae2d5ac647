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
import org.junit.jupiter.api.Test;
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
        "geth/pointEvaluation.json, 0x0a, CANCUN",
        "geth/p256Verify.json, 0x100, OSAKA",
        "geth/blsG1Add.json, 0x0b, PRAGUE",
        "geth/fail-blsG1Add.json, 0x0b, PRAGUE",
        "geth/blsG1Mul.json, 0x0c, PRAGUE",
        "geth/fail-blsG1Mul.json, 0x0c, PRAGUE",
        "geth/blsG1MultiExp.json, 0x0c, PRAGUE",
        "geth/fail-blsG1MultiExp.json, 0x0c, PRAGUE",
        "geth/blsG2Add.json, 0x0d, PRAGUE",
        "geth/fail-blsG2Add.json, 0x0d, PRAGUE",
        "geth/blsG2Mul.json, 0x0e, PRAGUE",
        "geth/fail-blsG2Mul.json, 0x0e, PRAGUE",
        "geth/blsG2MultiExp.json, 0x0e, PRAGUE",
        "geth/fail-blsG2MultiExp.json, 0x0e, PRAGUE",
        "geth/blsPairing.json, 0x0f, PRAGUE",
        "geth/fail-blsPairing.json, 0x0f, PRAGUE",
        "geth/blsMapG1.json, 0x10, PRAGUE",
        "geth/fail-blsMapG1.json, 0x10, PRAGUE",
        "geth/blsMapG2.json, 0x11, PRAGUE",
        "geth/fail-blsMapG2.json, 0x11, PRAGUE",
        "eip-2537/add_G1_bls.json, 0x0b, PRAGUE",
        "eip-2537/fail-add_G1_bls.json, 0x0b, PRAGUE",
        "eip-2537/mul_G1_bls.json, 0x0c, PRAGUE",
        "eip-2537/fail-mul_G1_bls.json, 0x0c, PRAGUE",
        "eip-2537/fail-msm_G1_bls.json, 0x0c, PRAGUE",
        "eip-2537/add_G2_bls.json, 0x0d, PRAGUE",
        "eip-2537/fail-add_G2_bls.json, 0x0d, PRAGUE",
        "eip-2537/mul_G2_bls.json, 0x0e, PRAGUE",
        "eip-2537/fail-mul_G2_bls.json, 0x0e, PRAGUE",
        "eip-2537/fail-msm_G2_bls.json, 0x0e, PRAGUE",
        "eip-2537/pairing_check_bls.json, 0x0f, PRAGUE",
        "eip-2537/fail-pairing_check_bls.json, 0x0f, PRAGUE",
        "eip-2537/map_fp_to_G1_bls.json, 0x10, PRAGUE",
        "eip-2537/fail-map_fp_to_G1_bls.json, 0x10, PRAGUE",
        "eip-2537/map_fp2_to_G2_bls.json, 0x11, PRAGUE",
        "eip-2537/fail-map_fp2_to_G2_bls.json, 0x11, PRAGUE",
        "besu-bls12/g1_add.json, 0x0b, PRAGUE",
        "besu-bls12/g1_mul.json, 0x0c, PRAGUE",
        "besu-bls12/g1_multiexp.json, 0x0c, PRAGUE",
        "besu-bls12/g2_add.json, 0x0d, PRAGUE",
        "besu-bls12/g2_mul.json, 0x0e, PRAGUE",
        "besu-bls12/g2_multiexp.json, 0x0e, PRAGUE",
        "besu-bls12/pairing.json, 0x0f, PRAGUE",
        "besu-bls12/invalid_subgroup_for_pairing.json, 0x0f, PRAGUE",
        "besu-bls12/fp_to_g1.json, 0x10, PRAGUE",
        "besu-bls12/fp2_to_g2.json, 0x11, PRAGUE",
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

    @Test
    void agreesOnPointEvaluationsOfBesu() throws IOException {
        JsonNode file = read("corpora/precompiles.zip", "besu-kzg/pointEvaluationPrecompile.json");
        Bytes output = Bytes.fromHex(file.get("PrecompileReturnValue").asText());
        for (JsonNode node : file.get("TestCases")) {
            String failure = node.get("FailureMode").asText();
            assertThat(Contracts.call(0x0a, Fork.CANCUN, node.get("Input").asText()))
                    .as(failure)
                    .isEqualTo(node.get("Valid").asBoolean() ? output : null);
        }
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
