package org.assay.app.devnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
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

    @Test
    @Timeout(300)
    void goesOnWithoutOneStandsWithoutTwoAndComesBack() throws Exception {
        Founding founding =
                new Founding(
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
        try (ValidatorProcesses network =
                new ValidatorProcesses(folder, founding.write(folder), 0, 200, List.of())) {
            network.start();
            await(network, 0, 3);
            network.kill(3);
            await(network, 0, height(network, 0) + 4);
            network.kill(2);
            Thread.sleep(3_000); // what was under way ends
            long stuck = height(network, 0);
            Thread.sleep(4_000);
            assertEquals(stuck, height(network, 0), "two of four are no quorum");
            network.restart(2);
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

    private static String hashAt(ValidatorProcesses network, int index, long number)
            throws IOException {
        return network.rpc(index)
                .call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false)
                .path("hash")
                .asText();
    }
}
