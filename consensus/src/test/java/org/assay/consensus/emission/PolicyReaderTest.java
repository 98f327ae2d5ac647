package org.assay.consensus.emission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyReaderTest {
    private static Policy.Problem problem(String json) {
        return switch (Policy.parse(json)) {
            case Policy.Parsed.Invalid(Policy.Problem problem) -> problem;
            case Policy.Parsed.Valid valid -> throw new AssertionError("accepted " + json);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"share\": 6000 | \"share\": 6001 | versions[0].split.parts | to 10000",
                "\"share\": 6000 | \"share\": 10001 | versions[0].split.parts[1].share | from 0 to 10000",
                "\"share\": 6000 | \"share\": -1 | versions[0].split.parts[1].share | digits only",
                "\"share\": 6000 | \"share\": 0.5 | versions[0].split.parts[1].share | digits only",
                "\"treasury\", \"share\" | \"treasury\", \"shape\" | versions[0].split.parts[3].share | add it",
                "epochPool | epochPond | versions[0].split.parts[1].to | proposer, treasury",
                "\"height\": 0 | \"height\": 1 | versions[0].start | \"height\": 0",
                "\"version\": 1 | \"version\": 2 | versions[0].version | write 1",
                "\"base\": \"83 | \"base\": \"9900000000083 | versions[0].schedule | lower the rate",
                "halvingByIssuance | quartering | versions[0].schedule.kind | halving",
                "clockBoundSeconds | clockBound | versions[0].clockBound | remove it",
                "\"clockBoundSeconds\": 60 | \"clockBoundSeconds\": 0 | versions[0].clockBoundSeconds | from 1",
                "\"per\": \"second\" | \"per\": \"year\" | versions[0].per | second, block",
                "\"multiple\": 2 | \"multiple\": 1 | versions[0].breaker.multiple | from 2",
                "\"floorBps\": 5000 | \"floorBps\": 15001 | versions[0].demandBand.floorBps | at most 15000",
                "\"unit\": \"wei\" | \"unit\": 1 | unit | quotes",
                "\"unit\": \"wei\" | \"unit\": \"a\", \"unit\": \"b\" | $ | correct it",
            })
    void namesThePathAndTheFix(String good, String bad, String path, String fix) {
        String json = Presets.json("assay");
        assertThat(json).contains(good);
        Policy.Problem problem =
                problem(
                        json.replaceFirst(
                                java.util.regex.Pattern.quote(good),
                                java.util.regex.Matcher.quoteReplacement(bad)));
        assertThat(problem.path()).isEqualTo(path);
        assertThat(problem.fix()).contains(fix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{", "null", "{}", "{\"name\": \"x\"}", "{\"name\":\"x\"} {}"})
    void refusesWhatIsNoPolicy(String json) {
        assertThat(problem(json).fix()).isNotEmpty();
    }

    @Test
    void refusesDepthAndLengthWithoutFailing() {
        assertThat(problem("[".repeat(100_000)).path()).isEqualTo("$");
        assertThat(problem("{\"name\": \"" + "x".repeat(2 << 20) + "\"}").path()).isEqualTo("$");
        assertThat(problem("{\"name\":\"x\",\"decimals\":" + "9".repeat(5000) + "}").path())
                .isEqualTo("$");
    }

    @Test
    void refusesStartsThatDoNotRise() {
        String version =
                Presets.json("assay")
                        .replaceFirst("(?s).*\"versions\": \\[", "")
                        .replaceFirst("(?s)\\]\\s*\\}\\s*$", "");
        String second = version.replace("\"version\": 1", "\"version\": 2");
        assertThat(problem("{\"name\":\"x\",\"versions\":[" + version + "," + second + "]}").path())
                .isEqualTo("versions[1].start");
        assertThat(
                        Policy.parse(
                                "{\"name\":\"x\",\"versions\":["
                                        + version
                                        + ","
                                        + second.replace("\"height\": 0", "\"height\": 7")
                                        + "]}"))
                .isInstanceOf(Policy.Parsed.Valid.class);
    }

    @Test
    void aBreakerThatEpochsWouldTripIsNoChainsPolicy() {
        Policy policy = Policy.assay();
        assertThat(policy.chainProblem(1439)).isEmpty();
        assertThat(policy.chainProblem(1440).orElseThrow().path())
                .isEqualTo("versions[0].breaker.window");
    }
}
