package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainImporter;
import org.assay.chain.StoredBlocks;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Makes a chain that crosses three halvings and exports it into `target/replay`, where
/// `contracts/replay/replay.mjs` runs it again on an independent engine.
final class ReplayChainTest {
    private static final long ERA = 6;
    private static final long BLOCKS = 3 * ERA + 3;

    private static final String EMISSION =
            """
            {"name": "short eras", "note": "6 blocks an era", "unit": "wei", "decimals": 18,
             "versions": [{"version": 1, "start": {"height": 0},
               "cap": "96000000000000000000", "per": "block",
               "schedule": {"kind": "halving", "axis": "height", "base": "8000000000000000000",
                            "interval": 6},
               "split": {"denominator": 10000, "parts": [
                 {"name": "validators", "share": 2000, "to": "proposer"},
                 {"name": "verifiedWork", "share": 7000, "to": "epochPool"},
                 {"name": "treasury", "share": 1000, "to": "treasury"}]},
               "breaker": {"window": 100, "multiple": 2},
               "feeShareBps": 1000}]}
            """;

    /// Destroys itself in the transaction that creates it, itself as the heir: a burn.
    private static final String BURN = "0x30ff";

    /// A constructor that keeps BLOCKHASH(NUMBER - 1), PREVRANDAO, TIMESTAMP and BASEFEE in slots
    /// 0 to 3, logs one of them, and leaves code that reverts.
    private static final String KEEPER =
            "0x60014303405f5544600155426002554860035560205f5fa063"
                    + "5f5ffd00"
                    + "60e01b5f5260045ff3";

    @Test
    void exportsAChainThatCrossesThreeHalvings() throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "replay"));
        try (TestNetwork network = new TestNetwork(1, EMISSION)) {
            network.startAll();
            Blockchain chain = network.nodes.get(0).chain();
            for (long nonce = 0; chain.head().number() < BLOCKS - 2; nonce++) {
                network.awaitHeight(0, nonce + 1, 60_000);
                network.nodes.get(0).submit(transaction(network, nonce).recover().orElseThrow());
            }
            network.awaitHeight(0, BLOCKS, 60_000);
            write(network, folder);
            Blockchain again =
                    ChainImporter.inMemory(
                            network.genesis,
                            Bytes.wrap(Files.readAllBytes(folder.resolve("chain.rlp"))));
            assertThat(again.head().hash()).isEqualTo(chain.hashOf(BLOCKS));
            assertThat(receipts(again)).isGreaterThan(2 * BLOCKS - 8);
        }
    }

    private static void write(TestNetwork network, Path folder) throws Exception {
        StoredBlocks blocks = new StoredBlocks(network.stores.getFirst());
        StringBuilder hashes = new StringBuilder();
        try (OutputStream file = Files.newOutputStream(folder.resolve("chain.rlp"))) {
            for (long number = 1; number <= BLOCKS; number++) {
                Block block = blocks.exportedAt(number).orElseThrow();
                file.write(block.encode());
                hashes.append(network.nodes.get(0).chain().hashOf(number)).append('\n');
            }
        }
        Files.writeString(folder.resolve("genesis.json"), network.genesis);
        Files.writeString(folder.resolve("hashes.txt"), hashes);
    }

    private static long receipts(Blockchain chain) {
        long count = 0;
        for (long number = 1; number <= chain.head().number(); number++) {
            count +=
                    chain.storedAt(number).orElseThrow().receipts().stream()
                            .filter(Receipt::success)
                            .count();
        }
        return count;
    }

    private static Transaction transaction(TestNetwork network, long nonce) {
        return switch ((int) (nonce % 4)) {
            case 0 -> signed(network, nonce, null, BURN);
            case 1 -> signed(network, nonce, null, KEEPER);
            case 2 -> signed(network, nonce, Blockchain.BURN_ADDRESS, "0x");
            default -> signed(network, nonce, Address.ofNumber((int) (0x1000 + nonce)), "0x");
        };
    }

    private static Transaction signed(
            TestNetwork network, long nonce, @Nullable Address to, String input) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        network.spec.chainId(),
                        nonce,
                        UInt256.of(nonce),
                        UInt256.of(2_000_000_000L),
                        300_000,
                        to,
                        TestNetwork.COIN,
                        Bytes.fromHex(input)),
                TestNetwork.RICH);
    }
}
