package org.assay.app.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Ethereum's blockchain tests, by the command that users run. `blockchain-static-osaka` repeats
/// the state tests as blocks and is left to the full run (see `docs/PERFORMANCE.md`).
final class BlockTestCommandTest {
    @TempDir private Path folder = Path.of("");

    private static String run(int status, String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine command =
                new CommandLine(new EvmCommand()).setOut(new PrintWriter(output, true));
        int exit = command.execute(arguments);
        assertThat(exit).as(output.toString()).isEqualTo(status);
        return output.toString();
    }

    /// Valid, invalid and side chains, blob-parameter forks, withdrawals, requests, EIP-7934.
    @Test
    @Tag("reference")
    void passesTheBlockchainTestsFromBerlinToTheLastBlobFork() {
        Path corpus = Shared.path("corpora/blockchain-tests.zip");
        assertThat(run(0, "blocktest", corpus.toString())).contains("5305 passed, 0 failed");
    }

    /// Proof of work: ommers, total difficulty, reorganisations.
    @Test
    @Tag("reference")
    void passesTheLegacyBlockchainTests() {
        Path corpus = Shared.path("corpora/blockchain-legacy-berlin-shanghai.zip");
        assertThat(run(0, "blocktest", corpus.toString())).contains("1272 passed, 0 failed");
    }

    @Test
    void failsForANetworkNotKnown() throws Exception {
        Path file = folder.resolve("test.json");
        Files.writeString(
                file,
                """
                {"t": {"network": "Nowhere", "genesisRLP": "0xc0", "pre": {}, "blocks": []}}
                """);
        assertThat(run(1, "blocktest", "--json", file.toString()))
                .contains("\"pass\":false")
                .contains("a network not known here")
                .contains("0 passed, 1 failed");
    }

    @Test
    void failsWhereNothingMatches() throws Exception {
        Path file = folder.resolve("test.json");
        Files.writeString(file, "{}");
        assertThat(run(1, "blocktest", file.toString())).contains("0 passed, 0 failed");
    }
}
