package org.assay.consensus.emission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// `contracts/vectors/emission.json`, which Solidity reads too: both must agree to the last unit.
final class VectorsTest {
    private static final BigInteger ZERO = BigInteger.ZERO;
    private static final BigInteger ONE = BigInteger.ONE;

    @Test
    void agreesWithSolidityOnEveryVector() throws IOException {
        Path file =
                Path.of(System.getProperty("assay.root", ".."))
                        .resolve("contracts/vectors/emission.json");
        Assumptions.assumeTrue(
                Files.exists(file), "skipped: needs contracts/vectors/emission.json");
        int count = 0;
        for (JsonNode vector : new ObjectMapper().readTree(file.toFile())) {
            assertThat(amount(vector))
                    .as(vector.toString())
                    .isEqualTo(new BigInteger(vector.get("amount").asText()));
            count++;
        }
        assertThat(count).isPositive();
    }

    private static BigInteger amount(JsonNode vector) {
        JsonNode params = vector.get("params");
        BigInteger at = new BigInteger(vector.get("at").asText());
        return switch (vector.get("primitive").asText()) {
            case "P1" ->
                    new Halving(
                                    Axis.HEIGHT,
                                    number(params, "base"),
                                    number(params, "interval"),
                                    number(params, "start"))
                            .amount(at);
            case "P2" ->
                    new HalvingByIssuance(
                                    number(params, "cap"),
                                    number(params, "base"),
                                    HalvingByIssuance.Measure.ISSUED)
                            .amount(at);
            case "P3" -> table(params, at);
            case "P4" ->
                    GeometricSteps.of(
                                    Axis.HEIGHT,
                                    number(params, "base"),
                                    number(params, "num"),
                                    number(params, "den"),
                                    number(params, "interval"),
                                    number(params, "start"),
                                    4096)
                            .orElseThrow()
                            .amount(at);
            case "P5" ->
                    Geometric.of(
                                    Axis.EPOCH,
                                    number(params, "base"),
                                    number(params, "num"),
                                    number(params, "den"),
                                    Geometric.Rounding.EACH,
                                    ZERO,
                                    ZERO)
                            .amount(at);
            case "P8" ->
                    new FlatThenTaper(
                                    Axis.HEIGHT,
                                    number(params, "base"),
                                    number(params, "final"),
                                    ZERO,
                                    number(params, "flatEnd"),
                                    number(params, "taperEnd"),
                                    ZERO,
                                    ONE)
                            .amount(at);
            case "P9" ->
                    new LinearRelease(
                                    Axis.TIME,
                                    number(params, "total"),
                                    number(params, "start"),
                                    number(params, "cliff"),
                                    number(params, "duration"))
                            .cumulative(at)
                            .orElseThrow();
            case "P11" -> caps(params);
            default -> throw new AssertionError("unknown primitive: " + vector);
        };
    }

    private static BigInteger table(JsonNode params, BigInteger at) {
        List<RateTable.Entry> entries = new ArrayList<>();
        for (int i = 0; i < params.get("starts").size(); i++) {
            entries.add(
                    new RateTable.Entry(
                            new BigInteger(params.get("starts").get(i).asText()),
                            new BigInteger(params.get("rates").get(i).asText())));
        }
        BigInteger period = number(params, "period");
        boolean end = params.get("lookup").asText().equals("END");
        return new RateTable(Axis.TIME, ONE, RateTable.Lookup.START, ONE, entries)
                .rateAt(end ? at.add(period) : at);
    }

    private static BigInteger caps(JsonNode params) {
        return new Caps(
                        number(params, "cap"),
                        number(params, "capPeriod"),
                        number(params, "capPayee"),
                        number(params, "lastPartial").equals(ONE))
                .allow(
                        number(params, "requested"),
                        number(params, "minted"),
                        number(params, "mintedPeriod"),
                        number(params, "mintedPayee"));
    }

    private static BigInteger number(JsonNode params, String key) {
        return new BigInteger(params.get(key).asText());
    }
}
