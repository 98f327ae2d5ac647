package org.assay.app.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeMap;
import org.assay.app.devnet.PlainGenesis;
import org.assay.primitives.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A plain QBFT network, whose headers carry the votes.
final class HeaderVotesNetworkTest {
    private static final Address NEWCOMER =
            Address.fromHex("0x00000000000000000000000000000000000000aa");

    private static String genesis() {
        List<Address> validators =
                List.of(
                        TestNetwork.key("validator0").address(),
                        TestNetwork.key("validator1").address(),
                        TestNetwork.key("validator2").address());
        return PlainGenesis.write(
                20_260,
                System.currentTimeMillis() / 1_000 - 1,
                30_000_000,
                1_000,
                validators,
                new TreeMap<>());
    }

    /// Two of three are more than half; the newcomer is there from the next block on, and three
    /// of four go on without it.
    @Test
    @Timeout(120)
    void votesOfMoreThanHalfAddAValidator() throws Exception {
        try (TestNetwork network =
                new TestNetwork(genesis(), 3, i -> NodeKeys.of(TestNetwork.key("validator" + i)))) {
            network.startAll();
            for (int i = 0; i < 2; i++) {
                boolean kept = network.nodes.get(i).votes(votes -> votes.propose(NEWCOMER, true));
                assertTrue(kept);
            }
            long end = System.currentTimeMillis() + 90_000;
            while (!network.nodes.get(2).chain().head().nextValidators().contains(NEWCOMER)) {
                assertTrue(System.currentTimeMillis() < end, "the newcomer is voted in");
                Thread.sleep(50);
            }
            long height = network.nodes.get(2).chain().head().number();
            network.awaitHeight(2, height + 2, 60_000);
            assertEquals(
                    4, network.nodes.get(2).chain().validatorsOf(height + 1).orElseThrow().size());
            String metrics = Metrics.write(network.nodes.get(0));
            assertTrue(metrics.contains("assay_validators 4\n"), metrics);
            assertTrue(metrics.contains("# TYPE assay_head_block gauge\n"), metrics);
        }
    }
}
