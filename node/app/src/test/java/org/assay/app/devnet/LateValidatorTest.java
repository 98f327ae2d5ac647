package org.assay.app.devnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.assay.app.Folders;
import org.assay.app.KeyFiles;
import org.assay.app.node.NodeCommand;
import org.assay.app.node.NodeKeys;
import org.assay.app.sync.ChainMaker;
import org.assay.chain.ChainSpec;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.state.StateVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Validators as processes on a chain that is long before they start. One joins by checkpoint and
/// is killed on the way; one has lost its disk and executes everything. The limits are generous:
/// they say that both take part in the end, not how fast this machine is.
@Tag("simulation")
final class LateValidatorTest {
    private static final long PATIENCE_MILLIS = 120_000;

    private static final long CHAIN_ID = 20_260;

    /// The chain that is there at start; each of its blocks has this many transactions, of which
    /// half make an account and half a slot.
    private static final int BLOCKS = Integer.getInteger("assay.faults.blocks", 500);

    private static final int TRANSACTIONS = Integer.getInteger("assay.faults.transactions", 8);

    /// Accounts in genesis: they make the state large, and no block slow.
    private static final int ACCOUNTS = 24_000;

    /// What the state has at least.
    private static final long LEAVES = ACCOUNTS + (long) BLOCKS * TRANSACTIONS;

    /// Where the download is killed follows from the seed.
    private static final long SEED = Long.getLong("assay.faults.seed", 1);

    private static final int KILLS = Integer.getInteger("assay.faults.kills", 2);

    /// Bytes a second on each line to who joins, so that a kill comes in the middle.
    private static final long SLOW_BYTES_PER_SECOND = 100_000;

    private static final SecretKey RICH = key("rich");

    /// Who seals what is there at start: a key that has sealed sits out at first (decision 0402).
    private static final List<SecretKey> FOUNDERS = keys("founder");

    private static final List<SecretKey> VALIDATORS = keys("validator");
    private static final int JOINER = 3;

    @TempDir private Path folder;
    private long nonce;

    private static SecretKey key(String name) {
        return SecretKey.of(
                Keccak.hash256(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .toArray());
    }

    private static List<SecretKey> keys(String name) {
        return List.of(key(name + 0), key(name + 1), key(name + 2), key(name + 3));
    }

    private Transaction transaction(Address to, long wei, Bytes input) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        UInt256.of(CHAIN_ID),
                        nonce++,
                        UInt256.ZERO,
                        UInt256.of(2_000_000_000L),
                        60_000,
                        to,
                        UInt256.of(wei),
                        input),
                RICH);
    }

    private Transaction write(long slot, Bytes word) {
        return transaction(
                ChainMaker.VALIDATORS, 0, Bytes.wrap(UInt256.of(slot).toArray()).concat(word));
    }

    /// [#BLOCKS] blocks of the founders, and one more after which [#VALIDATORS] seal.
    private void makeChain(ChainMaker maker) {
        for (int i = 0; i < BLOCKS; i++) {
            List<Transaction> transactions = new ArrayList<>();
            for (int j = 0; j < TRANSACTIONS; j++) {
                byte[] fresh = Keccak.hash256(UInt256.of(nonce).toArray()).toArray();
                transactions.add(
                        nonce % 2 == 0
                                ? transaction(Address.at(fresh, 0), 1, Bytes.EMPTY)
                                : write(1_000_000 + nonce, Bytes.wrap(fresh)));
            }
            maker.next(transactions);
        }
        List<Transaction> handOver = new ArrayList<>();
        for (int i = 0; i < VALIDATORS.size(); i++) {
            byte[] address = VALIDATORS.get(i).address().toBytes().unsafeArray();
            handOver.add(write(i + 1, Bytes.wrap(UInt256.of(address).toArray())));
        }
        maker.next(handOver);
    }

    /// Writes genesis, keys, and the chain into the directories of all but [#JOINER].
    private ValidatorProcesses network() throws IOException {
        Map<Address, UInt256> balances = new TreeMap<>();
        balances.put(RICH.address(), Founding.COIN.multiply(UInt256.of(1_000_000)));
        for (int i = 0; i < ACCOUNTS; i++) {
            balances.put(
                    Address.at(
                            Keccak.hash256(Bytes.of((byte) 1, (byte) (i >> 8), (byte) i).toArray())
                                    .toArray(),
                            0),
                    UInt256.of(i + 1));
        }
        List<Address> founders = FOUNDERS.stream().map(SecretKey::address).sorted().toList();
        String genesis = ChainMaker.contractGenesis(CHAIN_ID, founders, balances);
        Files.writeString(folder.resolve("genesis.json"), genesis);
        ChainSpec spec = ChainSpec.parse(genesis);
        Path first = Files.createDirectories(folder.resolve("made"));
        try (RocksStore store =
                RocksStore.open(
                        first.resolve("chain"), NodeCommand.markerOf(spec), StoreOptions.small())) {
            makeChain(new ChainMaker(store, spec, FOUNDERS));
        }
        for (int i = 0; i < VALIDATORS.size(); i++) {
            KeyFiles.write(Founding.keyFile(folder, i), VALIDATORS.get(i));
        }
        ValidatorProcesses network =
                new ValidatorProcesses(
                        folder,
                        VALIDATORS.stream().map(NodeKeys::of).toList(),
                        0,
                        200,
                        List.of("--snapshot-blocks", Integer.toString(BLOCKS + 1)));
        for (int i = 0; i < JOINER; i++) {
            FolderCopy.copy(first, network.dataDirectory(i));
        }
        return network;
    }

    private static void await(String what, BooleanSupplier isThere) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!isThere.getAsBoolean()) {
            assertTrue(System.currentTimeMillis() < end, what);
            Thread.sleep(5);
        }
    }

    private static void awaitHeight(ValidatorProcesses network, int index, long height)
            throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (network.rpc(index).blockNumber() < height) {
            assertTrue(System.currentTimeMillis() < end, "validator " + index + " at " + height);
            Thread.sleep(50);
        }
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int count(String text, String word) {
        return text.split(java.util.regex.Pattern.quote(word), -1).length - 1;
    }

    /// Accounts and slots on a disk that nobody has open.
    private static long leavesIn(Path dataDirectory) {
        long leaves = 0;
        try (RocksStore store =
                RocksStore.openExisting(dataDirectory.resolve("chain"), StoreOptions.small())) {
            for (Column column : List.of(Column.ACCOUNTS, Column.SLOTS)) {
                try (Cursor cursor = store.scan(column, KeyRange.ALL)) {
                    while (cursor.next()) {
                        leaves++;
                    }
                }
            }
        }
        return leaves;
    }

    private static JsonNode block(ValidatorProcesses network, int index, long number)
            throws IOException {
        return network.rpc(index)
                .call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
    }

    private static void assertSameBlock(ValidatorProcesses network, long number)
            throws IOException {
        JsonNode wanted = block(network, 2, number);
        JsonNode got = block(network, JOINER, number);
        assertEquals(wanted.path("hash"), got.path("hash"));
        assertEquals(wanted.path("stateRoot"), got.path("stateRoot"));
    }

    /// Kills the joiner at places that the seed names: in the middle of the download, and when
    /// the state is complete but not yet a chain. Answers what was on its disk at the last kill.
    private long killOnTheWay(ValidatorProcesses network, Switchboard cables) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        Path log = network.logFile(JOINER);
        long kept = 0;
        int inTheMiddle = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long place = cables.bytesTo(JOINER) + random.nextLong(220_000, 400_000);
            network.launch(JOINER, "--sync-mode", "checkpoint");
            await("bytes of the state", () -> cables.bytesTo(JOINER) >= place);
            network.kill(JOINER);
            long now = leavesIn(network.dataDirectory(JOINER));
            System.out.println("kill " + kill + ": " + now + " accounts and slots on disk");
            assertTrue(now >= kept, "what was there is there: " + kept);
            inTheMiddle += now > 0 && now < LEAVES ? 1 : 0;
            kept = now;
        }
        assertTrue(inTheMiddle > 1, "kills came in the middle of the state: " + inTheMiddle);
        network.launch(JOINER, "--sync-mode", "checkpoint");
        await("the whole state", () -> text(log).contains("is complete"));
        Thread.sleep(random.nextLong(40));
        network.kill(JOINER);
        assertEquals(KILLS, count(text(log), "goes on with the state"), text(log));
        return kept;
    }

    /// PROTOCOL section 4: what a kill leaves is gone on with, and who joined is a validator
    /// like any other, without which two of the others could not go on.
    @Test
    @Timeout(900)
    void oneKilledInItsDownloadAndOneWithoutADiskTakePartAgain() throws Exception {
        try (Switchboard cables = new Switchboard();
                ValidatorProcesses network = network()) {
            int[][] doors = new int[4][4];
            for (int from = 0; from < 4; from++) {
                for (int to = 0; to < 4; to++) {
                    doors[from][to] = cables.door(from, to, network.p2pPort(to));
                }
            }
            network.dialThrough((from, to) -> doors[from][to]);
            network.start(JOINER);
            awaitHeight(network, 0, BLOCKS + 3);
            for (int i = 0; i < JOINER; i++) {
                Path log = network.logFile(i);
                await("a snapshot", () -> text(log).contains("is served"));
            }
            cables.slowDown(JOINER, SLOW_BYTES_PER_SECOND);
            long kept = killOnTheWay(network, cables);
            cables.speedUp();
            long start = System.currentTimeMillis();
            network.restart(JOINER, "--sync-mode", "checkpoint");
            String log = text(network.logFile(JOINER));
            assertEquals(1, count(log, "is trusted"), log);
            assertTrue(log.contains("checkpoint sync: done with block " + (BLOCKS + 1)), log);
            long height = network.rpc(0).blockNumber();
            awaitHeight(network, JOINER, height);
            System.out.printf(
                    "joined by checkpoint after %d kills, %d of %d accounts and slots kept, at the"
                            + " head %d ms after the last start%n",
                    KILLS + 1, kept, LEAVES, System.currentTimeMillis() - start);
            assertSameBlock(network, BLOCKS + 1);
            assertSameBlock(network, height);
            network.kill(0);
            takesPart(network, JOINER);
            loseDisk(network);
        }
        for (int i : List.of(0, JOINER)) {
            try (RocksStore store =
                    RocksStore.openExisting(
                            folder.resolve("validator" + i + "/chain"), StoreOptions.small())) {
                assertEquals(Optional.empty(), StateVerifier.verify(store, count -> {}).fault());
            }
        }
    }

    /// Three of four are there, and so none of them may be missing; one of the next blocks is
    /// proposed by this one.
    private static void takesPart(ValidatorProcesses network, int index) throws Exception {
        String address = VALIDATORS.get(index).address().toString();
        long number = network.rpc(2).blockNumber();
        boolean hasProposed = false;
        long last = number + 12;
        while (!hasProposed && number < last) {
            awaitHeight(network, 2, ++number);
            hasProposed = block(network, 2, number).path("miner").asText().equals(address);
        }
        assertTrue(hasProposed, "validator " + index + " proposes one of the next blocks");
    }

    /// Validator 0 is down; it starts again with nothing but genesis and its key, while the
    /// others go on, and then another one may be missing.
    private void loseDisk(ValidatorProcesses network) throws Exception {
        Folders.remove(network.dataDirectory(0));
        long before = network.rpc(2).blockNumber();
        long start = System.currentTimeMillis();
        network.restart(0);
        awaitHeight(network, 0, before);
        System.out.printf(
                "a validator without a disk caught up with %d blocks %d ms after its start%n",
                before, System.currentTimeMillis() - start);
        long level = network.rpc(2).blockNumber();
        awaitHeight(network, 0, level);
        // Its key has signed what it knows nothing of, and sits out a height (decision 0402).
        awaitHeight(network, 2, level + 3);
        awaitHeight(network, 0, level + 3);
        assertEquals(block(network, 2, level), block(network, 0, level));
        network.kill(1);
        takesPart(network, 0);
    }
}
