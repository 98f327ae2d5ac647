package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assay.app.Main;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.job.Customer;
import org.assay.app.proof.BuiltInModels;
import org.assay.app.proof.Challenger;
import org.assay.app.provider.Journal;
import org.assay.app.provider.Performer;
import org.assay.app.provider.Provider;
import org.assay.app.provider.WorkChain;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.rpc.RpcOptions;
import org.assay.rpc.RpcServer;
import org.assay.verifier.Merkle;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Provider daemons whose work is challenged, and outsiders who check verdicts again, over RPC.
@NullUnmarked
class ProviderChallengeTest {
    private static final int IMAGES = 200;

    /// A single faked row of 200 escapes 16 cells with a chance of 0.92: one of these does.
    private static final int CHEATS = 4;

    @TempDir private Path folder;

    private final List<Thread> threads = new ArrayList<>();
    private TestNetwork network;
    private RpcServer server;
    private RpcClient rpc;
    private Wallet rich;
    private WorkChain chain;

    @BeforeEach
    void begin() throws Exception {
        network = new TestNetwork(1);
        network.startAll();
        network.awaitHeight(0, 1, 60_000);
        server = RpcServer.start(RpcOptions.loopback(0), network.nodes.get(0), List.of());
        rpc = new RpcClient(url());
        rich = new Wallet(rpc, TestNetwork.RICH, network.spec.chainId());
        chain = WorkChain.of(rpc);
    }

    @AfterEach
    void end() throws Exception {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        rpc.close();
        server.close();
        network.close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /// A provider with `coins` in its account, on a thread of its own.
    private SecretKey provider(String name, Fault fault) throws Exception {
        SecretKey key = TestNetwork.key(name);
        rich.send(key.address(), TestNetwork.COIN.multiply(UInt256.of(100)), Bytes.EMPTY, 21_000);
        Provider.Plan plan =
                new Provider.Plan(
                        BuiltInModels.all(),
                        TestNetwork.COIN.multiply(UInt256.of(20)),
                        UInt256.ONE,
                        TestNetwork.COIN.multiply(UInt256.of(200)),
                        key.address(),
                        8);
        threads.add(
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (Journal journal = Journal.open(folder.resolve(name));
                                            Provider daemon =
                                                    new Provider(
                                                            rpc,
                                                            new Wallet(
                                                                    rpc,
                                                                    key,
                                                                    network.spec.chainId()),
                                                            journal,
                                                            plan,
                                                            Performer.running(key, fault),
                                                            (jobId, what) -> {})) {
                                        daemon.register();
                                        daemon.run();
                                    } catch (Exception ended) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
        return key;
    }

    private Hash job(Address provider) throws Exception {
        return new Customer(rpc, rich)
                .submit(
                        Customer.Order.rows(
                                Digits.model(),
                                Digits.images(0, IMAGES),
                                Digits.IMAGE_BYTES,
                                TestNetwork.COIN,
                                provider));
    }

    private JsonNode verdict(Hash jobId) throws Exception {
        for (int i = 0; i < 600; i++) {
            JsonNode job = rpc.call("assay_job", jobId.toString());
            if (job.path("proof").has("verdict")) {
                return job;
            }
            Thread.sleep(200);
        }
        throw new AssertionError("no verdict");
    }

    private UInt256 slashed(Address provider) throws Exception {
        return UInt256.parse(
                rpc.call("assay_provider", provider.toString()).path("stakeSlashedWei").asText());
    }

    private Challenger challenger() {
        return new Challenger(chain, rich, BuiltInModels.all(), move -> {});
    }

    private String verify(int status, String commitId) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output, true);
        int exit =
                Main.commandLine()
                        .setOut(writer)
                        .setErr(writer)
                        .execute("verify", "--replay", commitId, "--rpc", url());
        assertThat(exit).as(output.toString()).isEqualTo(status);
        return output.toString();
    }

    /// The tree of somebody who has another hash at leaf 0.
    private static Merkle mistaken(Merkle honest) {
        int count = 1 << honest.depth();
        byte[] leaves = new byte[count * Hash.SIZE];
        for (int i = 0; i < count; i++) {
            honest.node(0, i).writeTo(leaves, i * Hash.SIZE);
        }
        leaves[0] ^= 1;
        return Merkle.of(leaves, count);
    }

    @Test
    void anHonestDaemonAnswersAndTheChallengerLosesItsBond() throws Exception {
        Address honest = provider("honest", Fault.NONE).address();
        Hash jobId = job(honest);
        String commitId = verdict(jobId).path("commitId").asText();
        assertThat(challenger().challenge(Hash.fromHex(commitId)))
                .isEqualTo(Challenger.Outcome.AGREES);
        assertThat(
                        challenger()
                                .challenge(
                                        Hash.fromHex(commitId), honestTree -> mistaken(honestTree)))
                .isEqualTo(Challenger.Outcome.LOST);
        assertThat(slashed(honest).isZero()).isTrue();
        assertThat(verify(0, commitId)).contains("PASS").contains("says the same");
        awaitPaid(jobId);
    }

    /// Until the provider has claimed its whole share.
    private void awaitPaid(Hash jobId) throws Exception {
        for (int i = 0; i < 300; i++) {
            JsonNode reward = rpc.call("assay_job", jobId.toString()).path("proof").path("reward");
            String share = reward.path("shareWei").asText("0");
            if (!share.equals("0") && share.equals(reward.path("paidWei").asText())) {
                return;
            }
            Thread.sleep(200);
        }
        throw new AssertionError("not paid");
    }

    @Test
    void aCheatThatEscapedTheCellsIsOverturnedAndSlashed() throws Exception {
        List<Hash> jobs = new ArrayList<>();
        List<Address> cheats = new ArrayList<>();
        for (int i = 0; i < CHEATS; i++) {
            Fault one = new Fault(Fault.Kind.SKIPPED, 1, i);
            cheats.add(provider("cheat" + i, one).address());
            jobs.add(job(cheats.get(i)));
        }
        for (int i = 0; i < CHEATS; i++) {
            JsonNode job = verdict(jobs.get(i));
            if (job.path("proof").path("verdict").asText().equals("PASS")) {
                Hash commitId = Hash.fromHex(job.path("commitId").asText());
                assertThat(challenger().challenge(commitId)).isEqualTo(Challenger.Outcome.UPHELD);
                assertThat(slashed(cheats.get(i)).isZero()).isFalse();
                JsonNode earned = rpc.call("assay_provider", cheats.get(i).toString());
                assertThat(earned.path("paidWei").asText()).isEqualTo("0");
                return;
            }
        }
        throw new AssertionError("none of them escaped, which happens once in 25,000 runs");
    }

    @Test
    void anOutsiderReproducesARefusal() throws Exception {
        Address cheat = provider("half", new Fault(Fault.Kind.SKIPPED, 500, 1)).address();
        JsonNode job = verdict(job(cheat));
        assertThat(job.path("proof").path("verdict").asText()).isEqualTo("FAIL");
        assertThat(verify(1, job.path("commitId").asText()))
                .contains("FAIL BAD_GLUE")
                .contains("says the same");
        assertThat(verify(2, Hash.ZERO.toString())).contains("no commit");
    }
}
