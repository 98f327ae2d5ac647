package org.assay.app.validator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.assay.app.JavaCommand;
import org.assay.app.KeyFiles;
import org.assay.app.Main;
import org.assay.app.client.RpcClient;
import org.assay.app.devnet.Founding;
import org.assay.app.devnet.Ports;
import org.assay.app.devnet.ValidatorProcesses;
import org.assay.app.node.NodeKeys;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.p2p.Enode;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// A fifth validator joins four processes, and one of them leaves, by the commands that an
/// operator uses; blocks go on all the while.
@Tag("simulation")
final class ValidatorCommandTest {
    private static final long EPOCH_BLOCKS = 8;

    @TempDir private Path folder;

    private record Answer(int status, List<JsonNode> lines, String errors) {
        JsonNode last() {
            return lines.getLast();
        }
    }

    private static Answer run(String... arguments) throws Exception {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(errors));
        int status = line.execute(arguments);
        List<JsonNode> lines = new ArrayList<>();
        for (String one : out.toString().lines().toList()) {
            lines.add(new ObjectMapper().readTree(one));
        }
        return new Answer(status, lines, errors.toString());
    }

    private static Answer validator(String what, RpcClient rpc, Path key, String url)
            throws Exception {
        assertTrue(rpc.blockNumber() >= 0);
        return run("validator", what, "--rpc", url, "--key", key.toString(), "--format", "json");
    }

    private Process fifth(Path key, int rpcPort, ValidatorProcesses four, List<NodeKeys> keys)
            throws Exception {
        List<String> command =
                JavaCommand.of(
                        List.of("-Xmx200m"),
                        List.of(
                                "node",
                                "--genesis",
                                folder.resolve("genesis.json").toString(),
                                "--data-dir",
                                folder.resolve("fifth").toString(),
                                "--key",
                                key.toString(),
                                "--p2p-port",
                                Integer.toString(Ports.free()),
                                "--rpc-port",
                                Integer.toString(rpcPort)));
        for (int i = 0; i < keys.size(); i++) {
            command.add("--static-peers");
            command.add(Enode.of(keys.get(i).key(), "127.0.0.1", four.p2pPort(i)).toString());
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("fifth.log").toFile())
                .start();
    }

    private static void await(RpcClient rpc, long height) throws Exception {
        long end = System.currentTimeMillis() + 90_000;
        while (true) {
            try {
                if (rpc.blockNumber() >= height) {
                    return;
                }
            } catch (java.io.IOException e) {
                assertTrue(System.currentTimeMillis() < end, e.toString()); // not up yet
            }
            assertTrue(System.currentTimeMillis() < end, "no block " + height);
            Thread.sleep(100);
        }
    }

    @Test
    @Timeout(300)
    void aFifthJoinsAndOneLeavesWhileBlocksGoOn() throws Exception {
        SecretKey secret = SecretKey.generate(new SecureRandom());
        Path key = folder.resolve("fifth.key");
        KeyFiles.write(key, secret);
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        balances.put(secret.address(), Founding.COIN.multiply(UInt256.of(2_000)));
        Founding founding =
                new Founding(
                        20_260,
                        4,
                        System.currentTimeMillis() / 1_000,
                        30_000_000,
                        1_000,
                        EPOCH_BLOCKS,
                        balances,
                        List.of(),
                        Optional.of("\"assay\""),
                        Address.ofNumber(1),
                        GenesisPlan.Work.QUICK,
                        Optional.empty());
        List<NodeKeys> keys = founding.write(folder);
        Process process = null;
        int rpcPort = Ports.free();
        String url = "http://127.0.0.1:" + rpcPort;
        try (ValidatorProcesses four = new ValidatorProcesses(folder, keys, 0, 200, List.of());
                RpcClient rpc = new RpcClient(url)) {
            four.start();
            process = fifth(key, rpcPort, four, keys);
            await(rpc, 2);
            refusals(key, four);

            Answer join = validator("join", rpc, key, url);
            assertEquals(0, join.status(), join.lines() + join.errors());
            assertEquals("joined", join.last().path("event").asText());
            assertEquals(1, join.last().path("block").asLong() % EPOCH_BLOCKS);
            await(rpc, join.last().path("block").asLong() + 6); // all five have proposed
            JsonNode status = validator("status", rpc, key, url).last();
            assertEquals("active", status.path("state").asText(), status.toString());
            assertEquals(5, status.path("validators").asInt());
            assertTrue(status.path("proposedOfLast100").asInt() > 0, status.toString());

            Path first = Founding.keyFile(folder, 0);
            Answer exit = validator("exit", four.rpc(0), first, four.rpcUrl(0));
            assertEquals(0, exit.status(), exit.lines() + exit.errors());
            assertEquals("left", exit.last().path("event").asText());
            assertEquals(1, exit.last().path("block").asLong() % EPOCH_BLOCKS);
            four.kill(0); // four others are left, and bear it
            await(rpc, exit.last().path("block").asLong() + 4);
            String[] ask = {"--address", keys.get(0).address().toString(), "--format", "json"};
            Answer left = run("validator", "status", "--rpc", url, ask[0], ask[1], ask[2], ask[3]);
            assertEquals("left", left.last().path("state").asText());
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    /// What may not be done says so, and sends nothing.
    private static void refusals(Path key, ValidatorProcesses four) throws Exception {
        Answer wrongNode = validator("join", four.rpc(1), key, four.rpcUrl(1));
        assertEquals(1, wrongNode.status());
        assertEquals(
                List.of("key"),
                wrongNode.lines().stream()
                        .filter(line -> !line.path("ok").asBoolean())
                        .map(line -> line.path("check").asText())
                        .toList());
        Answer stranger = validator("exit", four.rpc(1), key, four.rpcUrl(1));
        assertEquals(1, stranger.status());
        Answer nothing = validator("withdraw", four.rpc(1), key, four.rpcUrl(1));
        assertEquals(1, nothing.status());
        assertTrue(nothing.errors().contains("nothing to withdraw"), nothing.errors());
    }
}
