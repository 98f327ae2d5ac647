package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.job.Customer;
import org.assay.app.proof.BuiltInModels;
import org.assay.app.provider.Journal;
import org.assay.app.provider.Performer;
import org.assay.app.provider.Provider;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.rpc.RpcOptions;
import org.assay.rpc.RpcServer;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.Fault;
import org.assay.verifier.prover.TextModel;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A provider that dies before and after every record of its journal loses no paid work and is
/// paid once; digits and text come back as the models give them.
@NullUnmarked
class ProviderTest {
    private static final SecretKey WORKER = TestNetwork.key("worker");
    private static final Address PURSE = TestNetwork.key("purse").address();
    private static final int IMAGES = 24;

    /// Thrown where a test kills a provider.
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// Lets a provider die once at each step, before or after the record.
    private static final class Executioner implements Journal.Watcher {
        final Set<String> done = new HashSet<>();
        final AtomicBoolean dead = new AtomicBoolean();

        @Override
        public void on(Journal.Entry entry, boolean written) {
            if (dead.get() || done.add(entry.step() + " " + written)) {
                dead.set(true);
                throw new Killed();
            }
        }
    }

    @TempDir private Path folder;

    @Test
    void isPaidOnceThoughItDiesAtEveryStep() throws Exception {
        try (TestNetwork network = new TestNetwork(1)) {
            network.startAll();
            network.awaitHeight(0, 1, 60_000);
            try (RpcServer server =
                            RpcServer.start(
                                    RpcOptions.loopback(0), network.nodes.get(0), List.of());
                    RpcClient rpc = new RpcClient("http://127.0.0.1:" + server.port())) {
                Wallet rich = new Wallet(rpc, TestNetwork.RICH, network.spec.chainId());
                rich.send(
                        WORKER.address(),
                        TestNetwork.COIN.multiply(UInt256.of(100)),
                        Bytes.EMPTY,
                        21_000);
                Customer customer = new Customer(rpc, rich);
                Hash digits =
                        customer.submit(
                                Customer.Order.rows(
                                        Digits.model(),
                                        Digits.images(0, IMAGES),
                                        Digits.IMAGE_BYTES,
                                        TestNetwork.COIN,
                                        Address.ZERO));
                Hash text =
                        customer.submit(
                                Customer.Order.prompts(
                                        TextModel.model(),
                                        List.of("The whale ", "Captain Ahab "),
                                        16,
                                        TestNetwork.COIN,
                                        Address.ZERO));
                Executioner executioner = new Executioner();
                int deaths = workUntilPaid(rpc, network, executioner, List.of(digits, text));
                assertThat(deaths).isGreaterThan(20);
                check(rpc, digits, text);
            }
        }
    }

    private int workUntilPaid(
            RpcClient rpc, TestNetwork network, Executioner executioner, List<Hash> jobs)
            throws Exception {
        int deaths = 0;
        long end = System.currentTimeMillis() + 300_000;
        while (System.currentTimeMillis() < end) {
            executioner.dead.set(false);
            try (Journal journal = Journal.open(folder, executioner)) {
                if (jobs.stream().allMatch(journal::isEnded)) {
                    return deaths;
                }
                try (Provider provider = provider(rpc, network, journal)) {
                    provider.register();
                    Thread stopper =
                            Thread.ofVirtual().start(() -> closeWhenEnded(provider, journal, jobs));
                    provider.run();
                    stopper.join();
                } catch (Killed killed) {
                    deaths++;
                }
            }
        }
        throw new AssertionError("not paid in time");
    }

    private static void closeWhenEnded(Provider provider, Journal journal, List<Hash> jobs) {
        try {
            while (!jobs.stream().allMatch(journal::isEnded)) {
                Thread.sleep(100);
            }
            provider.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Provider provider(RpcClient rpc, TestNetwork network, Journal journal)
            throws Exception {
        Provider.Plan plan =
                new Provider.Plan(
                        BuiltInModels.all(),
                        TestNetwork.COIN.multiply(UInt256.of(20)),
                        UInt256.ONE,
                        TestNetwork.COIN.multiply(UInt256.of(200)),
                        PURSE,
                        8);
        return new Provider(
                rpc,
                new Wallet(rpc, WORKER, network.spec.chainId()),
                journal,
                plan,
                Performer.running(WORKER, Fault.NONE),
                (jobId, what) -> {});
    }

    private static void check(RpcClient rpc, Hash digits, Hash text) throws Exception {
        Bytes labels = Customer.answers(rpc, digits).orElseThrow();
        assertThat(labels.size()).isEqualTo(IMAGES);
        int right = 0;
        for (int i = 0; i < IMAGES; i++) {
            right += labels.get(i) == Digits.labels(0, IMAGES).get(i) ? 1 : 0;
        }
        assertThat(right).isGreaterThanOrEqualTo(IMAGES - 2);
        assertThat(Customer.read(3, Customer.answers(rpc, text).orElseThrow())).hasSize(2);

        var state = rpc.call("assay_provider", WORKER.address().toString());
        UInt256 held =
                UInt256.parse(rpc.call("eth_getBalance", PURSE.toString(), "latest").asText());
        assertThat(state.path("entries").asInt()).isEqualTo(2);
        assertThat(state.path("earnedWei").asText()).isEqualTo(state.path("paidWei").asText());
        assertThat(UInt256.parse(state.path("paidWei").asText())).isEqualTo(held);
        assertThat(held.isZero()).isFalse();
        assertThat(state.path("stakeSlashedWei").asText()).isEqualTo("0");
        assertThat(state.path("securedWei").asText()).isEqualTo("0");
        List<String> states = new ArrayList<>();
        for (Hash job : List.of(digits, text)) {
            states.add(rpc.call("assay_job", job.toString()).path("state").asText());
        }
        assertThat(states).containsOnly("COMPLETED");
        assertThat(rpc.call("assay_emissionAudit").path("agrees").asBoolean()).isTrue();
    }
}
