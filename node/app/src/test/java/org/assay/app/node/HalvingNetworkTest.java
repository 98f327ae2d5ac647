package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.assay.app.client.RpcClient;
import org.assay.chain.Blockchain;
import org.assay.chain.SupplyAudit;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.block.Withdrawal;
import org.assay.rpc.RpcOptions;
import org.assay.rpc.RpcServer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Emission in a living network, block by block.
@NullUnmarked
class HalvingNetworkTest {
    private static final long ERA = 20;
    private static final long BASE_GWEI = 8_000_000_000L;
    private static final BigInteger CAP = BigInteger.valueOf(320);
    private static final BigInteger STAKED = BigInteger.valueOf(1_000);
    private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);

    private static final String EMISSION =
            """
            {"name": "eras", "note": "20 blocks an era", "unit": "wei", "decimals": 18,
             "versions": [{"version": 1, "start": {"height": 0},
               "cap": "320000000000000000000", "per": "block",
               "schedule": {"kind": "halving", "axis": "height", "base": "8000000000000000000",
                            "interval": 20},
               "split": {"denominator": 10000, "parts": [
                 {"name": "validators", "share": 2000, "to": "proposer"},
                 {"name": "verifiedWork", "share": 7000, "to": "epochPool"},
                 {"name": "treasury", "share": 1000, "to": "treasury"}]},
               "breaker": {"window": 100, "multiple": 2},
               "feeShareBps": 1000}]}
            """;

    @Test
    void crossesThreeHalvingsWithEachBlockAuditedByAWalkOverAllBalances() throws Exception {
        try (TestNetwork network = new TestNetwork(4, EMISSION)) {
            network.startAll();
            long last = 3 * ERA + 3;
            for (long height = 2, nonce = 0; height < last; height += 3, nonce++) {
                network.awaitHeight(0, height, 60_000);
                network.nodes.get(0).submit(burning(network, nonce).recover().orElseThrow());
            }
            for (int i = 0; i < 4; i++) {
                network.awaitHeight(i, last, 60_000);
            }
            for (int i = 0; i < 4; i++) {
                Blockchain chain = network.nodes.get(i).chain();
                for (long height = 0; height <= last; height++) {
                    SupplyAudit audit = network.nodes.get(i).audit(height).orElseThrow();
                    assertThat(audit.balancesWei())
                            .as("node %s, block %s", i, height)
                            .isEqualTo(audit.supplyWei());
                }
                for (long height = 1; height <= last; height++) {
                    paysTheEra(chain, height);
                }
            }
        }
    }

    /// Validators' and treasury's parts are exact in withdrawals; all of the amount is in the
    /// row.
    private static void paysTheEra(Blockchain chain, long height) {
        long amountGwei = BASE_GWEI >> (height / ERA);
        Block block = chain.blockAt(height).orElseThrow();
        assertThat(gwei(block, 3)).as("validators, %s", height).isEqualTo(amountGwei / 5);
        assertThat(gwei(block, 4)).as("treasury, %s", height).isEqualTo(amountGwei / 10);
        BigInteger before = row(chain, height - 1);
        assertThat(row(chain, height).subtract(before))
                .as("scheduled by block %s", height)
                .isEqualTo(BigInteger.valueOf(amountGwei).multiply(GWEI));
    }

    private static BigInteger row(Blockchain chain, long height) {
        var row =
                chain.contexts()
                        .viewsAfter(
                                chain.headerAt(height).orElseThrow(),
                                chain.stateAt(height).orElseThrow())
                        .ledger();
        return row.scheduledWei().toBigInteger();
    }

    private static long gwei(Block block, long category) {
        return block.withdrawals().stream()
                .filter(withdrawal -> withdrawal.validatorIndex() == category)
                .mapToLong(Withdrawal::amountGwei)
                .sum();
    }

    /// A contract that destroys itself in the transaction that creates it, with a coin inside and
    /// itself as the heir: a burn (EIP-6780).
    private static Transaction burning(TestNetwork network, long nonce) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        network.spec.chainId(),
                        nonce,
                        UInt256.ZERO,
                        UInt256.of(2_000_000_000L),
                        100_000,
                        nonce % 2 == 0 ? null : Blockchain.BURN_ADDRESS,
                        TestNetwork.COIN,
                        nonce % 2 == 0 ? Bytes.fromHex("0x30ff") : Bytes.EMPTY),
                TestNetwork.RICH);
    }

    @Test
    void aContractThatDestroysItselfAtOnceIsABurn() throws Exception {
        try (TestNetwork network = new TestNetwork(1, EMISSION)) {
            network.startAll();
            network.awaitHeight(0, 1, 30_000);
            Transaction transaction = burning(network, 0);
            network.nodes.get(0).submit(transaction.recover().orElseThrow());
            Blockchain chain = network.nodes.get(0).chain();
            long number = network.awaitMined(0, transaction.hash(), 30_000);
            network.awaitHeight(0, number + 1, 30_000);
            Address created = Address.ofCreate(TestNetwork.RICH.address(), 0);
            assertThat(chain.head().state().account(created)).isNull();
            assertThat(chain.burnedAt(number).orElseThrow().selfdestructWei())
                    .isEqualTo(TestNetwork.COIN);
            SupplyAudit after = network.nodes.get(0).audit(number + 1).orElseThrow();
            assertThat(after.agrees()).isTrue();
            assertThat(after.ledger().burnedWei()).isGreaterThanOrEqualTo(TestNetwork.COIN);
        }
    }

    @Test
    void showsSupplyAndScheduleToAnyone() throws Exception {
        try (TestNetwork network = new TestNetwork(1, EMISSION)) {
            network.startAll();
            network.awaitHeight(0, 3, 30_000);
            Node node = network.nodes.get(0);
            try (RpcServer rpc = RpcServer.start(RpcOptions.loopback(0), node, List.of());
                    RpcClient client = new RpcClient("http://127.0.0.1:" + rpc.port())) {
                BigInteger max = new BigInteger(page(rpc, "/supply/max?unit=wei"));
                BigInteger total = new BigInteger(page(rpc, "/supply/total?unit=wei"));
                BigInteger circulating = new BigInteger(page(rpc, "/supply/circulating?unit=wei"));
                BigInteger genesis = network.spec.genesis().supplyWei().toBigInteger();
                assertThat(max).isEqualTo(genesis.add(BigInteger.TEN.pow(18).multiply(CAP)));
                assertThat(total).isGreaterThan(genesis).isLessThan(max);
                assertThat(total.subtract(circulating))
                        .as("the validator's stake is locked")
                        .isGreaterThanOrEqualTo(BigInteger.TEN.pow(18).multiply(STAKED));
                assertThat(page(rpc, "/supply/max"))
                        .isEqualTo(new BigDecimal(max, 18).stripTrailingZeros().toPlainString());
                assertThat(page(rpc, "/supply/total?unit=pounds")).contains("coin or wei");
                var schedule = client.call("assay_emissionSchedule");
                assertThat(schedule.path("policy").asText()).isEqualTo("eras");
                assertThat(schedule.path("rate").asText()).isEqualTo("8000000000000000000");
                assertThat(schedule.path("per").asText()).isEqualTo("block");
                assertThat(schedule.path("halvings").asInt()).isZero();
                assertThat(client.call("assay_emissionAt", "height", "20").path("amount").asText())
                        .isEqualTo("4000000000000000000");
                assertThatThrownBy(() -> client.call("assay_emissionAt", "week", "20"))
                        .hasMessageContaining("goes by height");
                var audit = client.call("assay_emissionAudit", "0x2");
                assertThat(audit.path("blockNumber").asLong()).isEqualTo(2);
                assertThat(audit.path("agrees").asBoolean()).isTrue();
                assertThat(audit.path("supplyWei")).isEqualTo(audit.path("balancesWei"));
            }
        }
    }

    private static String page(RpcServer rpc, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + rpc.port() + path);
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
