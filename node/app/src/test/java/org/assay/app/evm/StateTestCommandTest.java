package org.assay.app.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// Ethereum's state tests, by the command that users run.
final class StateTestCommandTest {
    private static String run(int status, String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine command =
                new CommandLine(new EvmCommand()).setOut(new PrintWriter(output, true));
        int exit = command.execute(arguments);
        assertThat(exit).as(output.toString()).isEqualTo(status);
        return output.toString();
    }

    /// All 24,031 cases of execution-spec-tests v5.4.0, Berlin to Osaka: some 20 CPU seconds.
    @Test
    @Tag("reference")
    void passesExecutionSpecTests() {
        Path corpus = Shared.path("corpora/state-eest-v5.4.0.zip");
        assertThat(run(0, "statetest", corpus.toString())).contains("24031 passed, 0 failed");
    }

    @Test
    @Tag("reference")
    void passesTheStorageTestsOfTheOlderForks() {
        Path corpus = Shared.path("corpora/state-legacy-multifork.zip");
        assertThat(run(0, "statetest", "--match", "stSStoreTest", corpus.toString()))
                .contains(" 0 failed");
    }

    @Test
    void runsCodeAndPrintsWhatItReturns() {
        assertThat(run(0, "run", "--code", "6002600301600052602060" + "00f3", "--gas", "100000"))
                .startsWith("0x" + "0".repeat(63) + "5")
                .contains("gas used 24");
    }

    @Test
    void saysWhyCodeFailed() {
        assertThat(run(1, "run", "--code", "56", "--gas", "100000")).contains("stack underflow");
    }

    @Test
    void endsAnEip3155TraceWithOutputAndGas() {
        assertThat(run(0, "run", "--code", "602a60005260206000f3", "--gas", "1000", "--json"))
                .contains("{\"output\":\"" + "0".repeat(62) + "2a\",\"gasUsed\":\"0x12\"}\n");
        assertThat(run(1, "run", "--code", "fe", "--gas", "1000", "--json"))
                .contains("\"opName\":\"INVALID\",\"error\":\"invalid opcode: INVALID\"")
                .endsWith(
                        "{\"output\":\"\",\"gasUsed\":\"0x3e8\",\"error\":\"invalid opcode:"
                                + " INVALID\"}\n");
    }

    @Test
    void pricesACreationWithoutTheGasThatItGivesAway() {
        assertThat(run(0, "run", "--code", "600060006000f000", "--gas", "100000", "--json"))
                .contains("\"op\":240,\"gas\":\"0x18697\",\"gasCost\":\"0x7d00\"");
    }

    @Test
    void showsTheRefundOfAStepInThatStep() {
        assertThat(
                        run(
                                0,
                                "run",
                                "--code",
                                "60016000556000600055" + "00",
                                "--gas",
                                "100000",
                                "--json"))
                .contains("\"pc\":9,\"op\":85")
                .contains("\"depth\":1,\"refund\":19900,\"opName\":\"SSTORE\"");
    }

    @Test
    void writesStepsAsEip3155() {
        assertThat(run(0, "run", "--code", "60015000", "--gas", "100", "--json"))
                .contains("\"pc\":2,\"op\":80,\"gas\":\"0x61\",\"gasCost\":\"0x2\"")
                .contains("\"stack\":[\"0x1\"],\"depth\":1");
    }
}
