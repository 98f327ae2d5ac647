package org.assay.app.devnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.assay.app.Folders;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.primitives.Address;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Four validators as processes, killed with SIGKILL. The limits are generous: they say that the
/// network comes back by itself, not how fast this machine is.
@Tag("simulation")
final class ProcessFaultTest {
    private static final long PATIENCE_MILLIS = 60_000;

    /// How long the network has no quorum; ten minutes by `-Dassay.faults.rest=600000`.
    private static final long REST_MILLIS = Long.getLong("assay.faults.rest", 4_000);

    @TempDir private Path folder;

    private static long height(ValidatorProcesses network, int index) throws IOException {
        return network.rpc(index).blockNumber();
    }

    private static void await(ValidatorProcesses network, int index, long height) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (height(network, index) < height) {
            assertTrue(
                    System.currentTimeMillis() < end,
                    () -> "validator " + index + " has no block " + height);
            Thread.sleep(100);
        }
    }

    private static Founding fourValidators() {
        return new Founding(
                20_260,
                4,
                System.currentTimeMillis() / 1_000,
                30_000_000,
                1_000,
                384,
                new TreeMap<>(),
                List.of(),
                Optional.of("\"assay\""),
                Address.ofNumber(1),
                GenesisPlan.Work.QUICK,
                Optional.empty());
    }

    /// Milliseconds from now until the validator has a block more than it has now.
    private static long millisToNextBlock(ValidatorProcesses network, int index) throws Exception {
        long before = System.currentTimeMillis();
        await(network, index, height(network, index) + 1);
        return System.currentTimeMillis() - before;
    }

    /// In network namespaces, where packets just stop coming, if this machine lets us; the other
    /// way is a test of its own.
    @Test
    @Timeout(1_500)
    void twoHalvesStandStillAndGoOnTogether() throws Exception {
        Optional<Namespaces> rooms = Namespaces.open(4, 2);
        assumeTrue(rooms.isPresent(), "no network namespaces may be made here");
        try (Namespaces here = rooms.orElseThrow();
                ValidatorProcesses network =
                        new ValidatorProcesses(
                                folder,
                                fourValidators().write(folder),
                                0,
                                200,
                                List.of(),
                                here::seat)) {
            standStillAndGoOn(network, here::cut, here::heal);
        }
    }

    /// Through relays on loopback, which close the connections.
    @Test
    @Timeout(1_500)
    void twoHalvesThatHangUpStandStillAndGoOnTogether() throws Exception {
        assumeFalse(Namespaces.arePossible(), "namespaces are the harder case, and possible here");
        try (Switchboard cables = new Switchboard();
                ValidatorProcesses network =
                        new ValidatorProcesses(
                                folder, fourValidators().write(folder), 0, 200, List.of())) {
            int[][] doors = new int[4][4];
            for (int from = 0; from < 4; from++) {
                for (int to = 0; to < 4; to++) {
                    doors[from][to] = cables.door(from, to, network.p2pPort(to));
                }
            }
            network.dialThrough((from, to) -> doors[from][to]);
            standStillAndGoOn(network, () -> cables.cut(Set.of(0, 1)), cables::heal);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void standStillAndGoOn(ValidatorProcesses network, Step cut, Step heal)
            throws Exception {
        network.start();
        await(network, 0, 3);
        cut.run();
        Thread.sleep(3_000); // what was under way ends
        long left = height(network, 0);
        long right = height(network, 3);
        Thread.sleep(REST_MILLIS);
        assertEquals(left, height(network, 0), "two of four are no quorum");
        assertEquals(right, height(network, 3), "two of four are no quorum");
        heal.run();
        System.out.println(
                "partition 2|2 healed: a block after " + millisToNextBlock(network, 0) + " ms");
        long common = Math.max(left, right) + 1;
        String hash = null;
        for (int i = 0; i < 4; i++) {
            await(network, i, common);
            hash = hash == null ? hashAt(network, i, common) : hash;
            assertEquals(hash, hashAt(network, i, common));
        }
    }

    @Test
    @Timeout(1_500)
    void goesOnWithoutOneStandsWithoutTwoAndComesBack() throws Exception {
        try (ValidatorProcesses network =
                new ValidatorProcesses(folder, fourValidators().write(folder), 0, 200, List.of())) {
            network.start();
            await(network, 0, 3);
            network.kill(3);
            long pauseMillis = 0;
            for (int i = 0; i < 4; i++) {
                pauseMillis = Math.max(pauseMillis, millisToNextBlock(network, 0));
            }
            System.out.println("one of four killed: longest pause " + pauseMillis + " ms");
            network.kill(2);
            Thread.sleep(3_000); // what was under way ends
            long stuck = height(network, 0);
            Thread.sleep(REST_MILLIS);
            assertEquals(stuck, height(network, 0), "two of four are no quorum");
            network.restart(2);
            System.out.println(
                    "quorum back: a block after " + millisToNextBlock(network, 0) + " ms");
            await(network, 0, stuck + 2);
            network.restart(3);
            await(network, 3, stuck + 4);
            String hash = hashAt(network, 0, stuck + 1);
            for (int i = 1; i < 4; i++) {
                await(network, i, stuck + 1);
                assertEquals(hash, hashAt(network, i, stuck + 1));
            }
        }
    }

    /// The network goes on for a while, validator 3 in it; then 3 starts from what its folder
    /// was.
    @Test
    @Timeout(300)
    void anOldCopyOfAFolderSignsNothingWhereItsKeyMayHaveSigned() throws Exception {
        try (ValidatorProcesses network =
                new ValidatorProcesses(folder, fourValidators().write(folder), 0, 200, List.of())) {
            network.start();
            await(network, 3, 3);
            network.kill(3);
            Path data = network.dataDirectory(3);
            Path copy = folder.resolve("copy");
            FolderCopy.copy(data, copy);
            network.restart(3);
            await(network, 3, height(network, 3) + 8);
            network.kill(3);
            Folders.remove(data);
            FolderCopy.copy(copy, data);
            network.restart(3);
            await(network, 3, height(network, 0) + 4);
            String log = Files.readString(folder.resolve("validator3.log"));
            assertTrue(log.contains("has signed beyond what this disk remembers"), log);
            assertTrue(log.contains("the data directory is an old copy"), log);
            long common = Math.min(height(network, 0), height(network, 3));
            assertEquals(hashAt(network, 0, common), hashAt(network, 3, common));
        }
    }

    private static String hashAt(ValidatorProcesses network, int index, long number)
            throws IOException {
        return network.rpc(index)
                .call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false)
                .path("hash")
                .asText();
    }
}
