package org.assay.app.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assay.app.Main;
import org.assay.app.Progress;
import org.assay.app.client.RpcClient;
import org.assay.app.dev.DevServer;
import org.assay.app.dev.DevServers;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The load command against a developer's chain that mines every transaction at once.
final class BenchLoadCommandTest {
    @TempDir private Path folder;
    private DevServer server;
    private String url;

    @BeforeEach
    void start() throws Exception {
        Path pool = folder.resolve("pool.journal");
        server = DevServers.start(new MemoryStore(), Optional.of(pool), true);
        url = "http://127.0.0.1:" + server.port();
    }

    @AfterEach
    void end() throws Exception {
        server.close();
    }

    private record Ran(int exit, String out, String err) {}

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments);
        return new Ran(exit, out.toString(), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "erc20"})
    void countsEveryTransferAndChecksEverySender(String kind) throws Exception {
        Ran ran =
                run(
                        "bench",
                        "load",
                        "--rpc",
                        url,
                        "--kind",
                        kind,
                        "--senders",
                        "5",
                        "--each",
                        "4",
                        "--batch",
                        "7",
                        "--rounds",
                        "2",
                        "--format",
                        "json");
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exit()).isZero();
        List<String> lines = ran.out().lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode second = new ObjectMapper().readTree(lines.get(1));
        assertThat(second.path("included").asInt()).isEqualTo(20);
        assertThat(second.path("everyTransferInABlock").asBoolean()).isTrue();
        assertThat(second.path("perSecond").asInt()).isPositive();
    }

    @Test
    void refusedTransfersAreToldWithTheNodesWords() throws Exception {
        try (RpcClient rpc = new RpcClient(url)) {
            SecretKey payer = new org.assay.app.dev.DevAccounts().keys().get(0);
            Workload.Signed signed =
                    new Workload(rpc, payer, silent()).prepare(Workload.Kind.NATIVE, 2, 3);
            List<Transaction> holed = List.of(signed.transfers().get(0), unpaid(signed));
            LoadRun.Result result =
                    new LoadRun(List.of(url), holed, new LoadRun.Limits(10, 1, 100, 20))
                            .run(
                                    rpc,
                                    org.assay.app.Progress.on(
                                            new PrintWriter(new StringWriter()), false));
            assertThat(result.included()).isEqualTo(1);
            assertThat(result.refusals().values()).containsExactly(1);
            assertThat(result.refusals().keySet().iterator().next()).contains("insufficient funds");
        }
    }

    @Test
    @Timeout(30)
    void aConnectionThatFailsEndsTheRun() throws Exception {
        try (RpcClient rpc = new RpcClient(url)) {
            SecretKey payer = new org.assay.app.dev.DevAccounts().keys().get(0);
            Workload.Signed signed =
                    new Workload(rpc, payer, silent()).prepare(Workload.Kind.NATIVE, 2, 3);
            LoadRun run =
                    new LoadRun(
                            List.of(url, "http://127.0.0.1:1"),
                            List.of(signed.transfers().get(0), unpaid(signed), unpaid(signed)),
                            new LoadRun.Limits(1, 1, 1, 3_600));
            assertThatThrownBy(() -> run.run(rpc, silent()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a connection failed");
        }
    }

    private static Transaction unpaid(Workload.Signed signed) {
        SecretKey poor =
                SecretKey.of(
                        new byte[] {
                            1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6,
                            7, 8, 9, 1, 2, 3, 4, 5
                        });
        return Transaction.sign(signed.transfers().get(0).body(), poor);
    }

    private static Progress silent() {
        return Progress.on(new PrintWriter(new StringWriter()), false);
    }

    @ParameterizedTest
    @CsvSource({
        "load,--each,0,1 to 1000",
        "load,--account,10,0 to 9",
        "load,--pid,999999999,no such process",
        "load,--rpc,foo,http://127.0.0.1:8545",
        "load,--rpc,ftp://127.0.0.1,http://127.0.0.1:8545",
        "load,--rpc,http://,http://127.0.0.1:8545",
        "rpc,--url,foo,http://127.0.0.1:8545",
        "rpc,--url,https://127.0.0.1:1,by http://",
        "finality,--pause,-1,0 to 60000",
        "finality,--count,0,1 to 100000",
    })
    void saysWhichOptionIsWrongAndWhatToWrite(
            String command, String option, String value, String advice) {
        Ran ran = run("bench", command, option, value);
        assertThat(ran.exit()).isNotZero();
        assertThat(ran.err()).contains(option).contains(advice).doesNotContain("\tat ");
    }
}
