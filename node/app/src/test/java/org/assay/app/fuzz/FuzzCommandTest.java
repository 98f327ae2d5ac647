package org.assay.app.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

final class FuzzCommandTest {
    private static String run(int status, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output, true);
        CommandLine command = new CommandLine(new FuzzCommand());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        assertThat(command.setOut(writer).setErr(writer).execute(arguments))
                .as(output.toString())
                .isEqualTo(status);
        return output.toString();
    }

    /// Ten million inputs are a run by hand (docs/PERFORMANCE.md).
    @ParameterizedTest
    @EnumSource(Target.class)
    void noTargetFailsOnDamagedInput(Target target) {
        assertThat(run(0, "--inputs", "5000", "--target", target.name()))
                .contains("5000 inputs passed, 0 failed");
    }

    @Test
    void sameSeedGivesTheSameInputs() {
        String first = run(0, "--inputs", "500", "--seed", "9", "--target", "transaction");
        String again = run(0, "--inputs", "500", "--seed", "9", "--target", "transaction");
        assertThat(counts(first)).isEqualTo(counts(again)).contains("refused");
    }

    /// "… accepted, … refused": the same inputs are accepted.
    private static String counts(String output) {
        return output.substring(0, output.indexOf(", at most"));
    }

    @Test
    void someValidInputsAreAcceptedAndSomeDamagedOnesRefused() {
        String output = run(0, "--inputs", "2000", "--target", "header");
        assertThat(output).doesNotContain(" 0 accepted").doesNotContain(" 0 refused");
    }
}
