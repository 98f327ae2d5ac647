package org.assay.consensus.emission;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PresetsTest {
    static final Iterable<String> NAMES = Presets.NAMES;

    static Policy preset(String name) {
        return switch (Policy.preset(name)) {
            case Policy.Parsed.Valid(Policy policy) -> policy;
            case Policy.Parsed.Invalid(Policy.Problem problem) ->
                    throw new AssertionError(name + ": " + problem);
        };
    }

    static Schedule schedule(Policy policy, String series) {
        return (Schedule) policy.seriesNamed(series).orElseThrow().rule();
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void parsesEveryPreset(String name) {
        assertThat(preset(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"assay", "bitcoin", "bittensor"})
    void runsAsAChain(String name) {
        assertThat(preset(name).chainProblem(384)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"helium", "filecoin"})
    void aTableIsNotAChainsPolicy(String name) {
        assertThat(preset(name).chainProblem(384).orElseThrow().path()).isEqualTo("versions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Assay", "nowhere", "../assay", ""})
    void refusesUnknownNames(String name) {
        assertThat(Policy.preset(name)).isInstanceOf(Policy.Parsed.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = "assay")
    void theDefaultEmitsHalfOfTheCapInAboutFourYears(String name) {
        HalvingByIssuance schedule =
                (HalvingByIssuance) preset(name).versions().getFirst().schedule();
        BigInteger seconds = schedule.periodsTo(1, BigInteger.ZERO).orElseThrow();
        assertThat(seconds)
                .isBetween(BigInteger.valueOf(126_000_000), BigInteger.valueOf(126_000_001));
    }
}
