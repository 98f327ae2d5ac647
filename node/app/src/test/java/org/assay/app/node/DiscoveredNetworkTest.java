package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.Main;
import org.assay.app.devnet.Ports;
import org.assay.p2p.Enode;
import org.assay.p2p.discovery.Enr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Nodes that find each other by discovery v5, over real sockets.
class DiscoveredNetworkTest {
    private static final long PATIENCE_MILLIS = 60_000;

    private static P2pPlan plan(NodeKeys keys, List<P2pPlan.BootNode> bootNodes) throws Exception {
        int port = Ports.free();
        return new P2pPlan(
                keys.key(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Optional.empty(),
                List.of(),
                P2pPlan.PEERS_MAX,
                Optional.of(new P2pPlan.Search(port, bootNodes)));
    }

    private static void await(java.util.function.BooleanSupplier condition) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean() && System.currentTimeMillis() < end) {
            Thread.sleep(50);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void validatorsThatKnowOneBootNodeMakeBlocks() throws Exception {
        try (TestNetwork network = new TestNetwork(4)) {
            network.nodes.get(0).start(plan(network.keys.get(0), List.of()));
            Enr record = network.nodes.get(0).record().orElseThrow();
            assertThat(network.nodes.get(0).nodeInfo()).containsEntry("enr", record.toString());
            List<P2pPlan.BootNode> boot = List.of(new P2pPlan.BootNode(record, Optional.empty()));
            for (int i = 1; i < 4; i++) {
                network.nodes.get(i).start(plan(network.keys.get(i), boot));
            }
            for (Node node : network.nodes) {
                await(() -> node.peerCount() == 3);
            }
            network.awaitHeight(3, 2, 60_000);
        }
    }

    @Test
    void aNodeOfAnotherChainIsFoundAndNotDialled() throws Exception {
        try (TestNetwork ours = new TestNetwork(1);
                TestNetwork theirs = new TestNetwork(2)) {
            ours.nodes.get(0).start(plan(ours.keys.get(0), List.of()));
            Enr record = ours.nodes.get(0).record().orElseThrow();
            Optional<Enode> enode = record.enode();
            // Known by its record alone it is asked for peers; by its enode it is dialled as well,
            // and refuses.
            theirs.nodes
                    .get(1)
                    .start(
                            plan(
                                    theirs.keys.get(1),
                                    List.of(
                                            new P2pPlan.BootNode(record, Optional.empty()),
                                            new P2pPlan.BootNode(record, enode))));
            Thread.sleep(3_000);
            assertThat(theirs.nodes.get(1).peerCount()).isZero();
            assertThat(ours.nodes.get(0).peerCount()).isZero();
        }
    }

    @TempDir private Path folder;

    private String refusal(String... options) throws Exception {
        Path genesis = folder.resolve("genesis.json");
        Files.writeString(genesis, TestNetwork.genesisOf(1, "\"assay\""));
        List<String> arguments = new ArrayList<>(List.of("node", "--genesis", genesis.toString()));
        arguments.addAll(List.of("--data-dir", folder.resolve("node").toString()));
        arguments.addAll(List.of(options));
        java.io.StringWriter out = new java.io.StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new java.io.PrintWriter(out));
        assertThat(line.execute(arguments.toArray(String[]::new))).isNotZero();
        assertThat(folder.resolve("node")).doesNotExist();
        return out.toString();
    }

    @Test
    void aWrongBootNodeIsNamedWithTheFix() throws Exception {
        assertThat(refusal("--bootnodes", "enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4"))
                .contains("--bootnodes", "enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4", "signature");
        assertThat(refusal("--bootnodes", "enode://1234@127.0.0.1:30303"))
                .contains("--bootnodes", "enode://PUBLICKEY@HOST:PORT");
        assertThat(refusal("--bootnodes", "127.0.0.1:30303")).contains("enr:... or enode://");
        assertThat(refusal("--discovery-port", "70000")).contains("--discovery-port", "65535");
        assertThat(refusal("--max-peers", "-1")).contains("--max-peers");
        assertThat(
                        refusal(
                                "--no-discovery",
                                "--bootnodes",
                                Enode.of(TestNetwork.key("x"), "127.0.0.1", 1).toString()))
                .contains("--no-discovery");
    }
}
