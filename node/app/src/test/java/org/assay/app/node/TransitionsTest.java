package org.assay.app.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.assay.app.devnet.PlainGenesis;
import org.assay.app.sync.ChainMaker;
import org.assay.chain.BlockError;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainImporter;
import org.assay.chain.ChainSpec;
import org.assay.chain.ConfigException;
import org.assay.chain.HeaderRules;
import org.assay.chain.QbftSchedule;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.QbftHeader;
import org.assay.consensus.message.Vote;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.state.Account;
import org.assay.storage.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `transitions.qbft` as Besu reads it (QBFT-WIRE): rules that change at a block.
final class TransitionsTest {
    private static final long START = 1_700_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// In the order of their addresses; the first four are genesis's.
    private static final List<SecretKey> KEYS = keys();

    private static List<SecretKey> keys() {
        List<SecretKey> keys = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            keys.add(TestNetwork.key("validator" + i));
        }
        keys.sort(Comparator.comparing(SecretKey::address));
        return List.copyOf(keys);
    }

    private static List<Address> set(int... indices) {
        return java.util.Arrays.stream(indices).mapToObj(i -> KEYS.get(i).address()).toList();
    }

    private static String list(List<Address> addresses) {
        return "[\""
                + String.join("\",\"", addresses.stream().map(Address::toString).toList())
                + "\"]";
    }

    /// Headers name keys 0 to 3, the contract of [ChainMaker] 1 to 4; forks by time begin with
    /// genesis, so that heights are heights.
    private static ObjectNode genesis(long timestamp, String rows) throws Exception {
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        balances.put(TestNetwork.RICH.address(), TestNetwork.COIN.multiply(UInt256.of(1_000_000)));
        ObjectNode byContract =
                (ObjectNode)
                        JSON.readTree(
                                ChainMaker.contractGenesis(20_260, set(1, 2, 3, 4), balances));
        ObjectNode file =
                (ObjectNode)
                        JSON.readTree(
                                PlainGenesis.write(
                                        20_260,
                                        timestamp,
                                        100_000_000,
                                        1_000,
                                        set(0, 1, 2, 3),
                                        balances));
        file.set("alloc", byContract.get("alloc"));
        ObjectNode config = (ObjectNode) file.get("config");
        for (String fork : List.of("shanghaiTime", "cancunTime", "pragueTime", "osakaTime")) {
            config.put(fork, timestamp);
        }
        ((ObjectNode) config.get("qbft")).put("epochlength", 8);
        config.putObject("transitions").set("qbft", JSON.readTree(rows));
        return file;
    }

    private static ChainSpec spec(String rows) throws Exception {
        return ChainSpec.of(genesis(START, rows));
    }

    private static ChainMaker maker(ChainSpec spec) {
        return new ChainMaker(new MemoryStore(), spec, KEYS);
    }

    /// Another node takes every block, with its seals, and comes to the same validators.
    private static void assertImports(ChainMaker maker) {
        MemoryStore store = new MemoryStore();
        Blockchain chain = CheckpointSyncTest.open(store, maker.chain().spec());
        ChainImporter importer = new ChainImporter(store, chain, true);
        for (long number = 1; number <= maker.chain().head().number(); number++) {
            ChainImporter.Step step = importer.add(maker.chain().blockAt(number).orElseThrow());
            assertInstanceOf(ChainImporter.Step.Imported.class, step, "block " + number);
            Blockchain again = CheckpointSyncTest.open(store, maker.chain().spec());
            assertEquals(chain.head().nextValidators(), again.head().nextValidators());
        }
        assertEquals(maker.chain().head().hash(), chain.head().hash());
    }

    private static QbftHeader read(Header header) {
        return QbftHeader.decode(Bytes.wrap(header.encode()));
    }

    /// What a node at the parent of block `number` says to `header` in its place.
    private static Optional<BlockError> check(ChainMaker maker, Header header) {
        MemoryStore store = new MemoryStore();
        Blockchain chain = CheckpointSyncTest.open(store, maker.chain().spec());
        ChainImporter importer = new ChainImporter(store, chain, true);
        for (long number = 1; number < header.number(); number++) {
            importer.add(maker.chain().blockAt(number).orElseThrow());
        }
        return new HeaderRules(chain.contexts()).check(header, chain.head());
    }

    private static Header named(Header header, List<Address> validators) {
        ExtraData extraData =
                ExtraData.ofProposal(ExtraData.VANITY_ZERO, validators, Optional.empty(), 0);
        return Header.decode(read(header).withExtraData(extraData).encode());
    }

    @Test
    void blockPeriodChangesAtABlock() throws Exception {
        ChainMaker maker =
                maker(
                        spec(
                                "[{\"block\":3,\"blockperiodseconds\":5},{\"block\":5,\"blockperiodseconds\":2}]"));
        List<Long> steps = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            long before = maker.chain().head().header().timestamp();
            steps.add(maker.next(List.of()).header().timestamp() - before);
        }
        assertEquals(List.of(1L, 1L, 5L, 5L, 2L, 2L), steps);
        assertImports(maker);
        // Block 3 of a node that knows nothing of it comes four seconds too early.
        ChainMaker old = maker(spec("[]"));
        old.next(List.of());
        old.next(List.of());
        Header early = old.next(List.of()).header();
        assertEquals(
                Optional.of(BlockError.INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT),
                check(maker, early));
    }

    @Test
    void selectionGoesFromHeadersToAContractAndBack() throws Exception {
        String rows =
                "[{\"block\":9,\"validatorselectionmode\":\"blockheader\",\"validators\":"
                        + list(set(5, 0, 1, 2))
                        + "},{\"block\":4,\"validatorselectionmode\":\"contract\","
                        + "\"validatorcontractaddress\":\""
                        + ChainMaker.VALIDATORS
                        + "\"}]";
        ChainMaker maker = maker(spec(rows));
        for (long number = 1; number <= 18; number++) {
            List<Address> sealers =
                    number < 4 ? set(0, 1, 2, 3) : number < 9 ? set(1, 2, 3, 4) : set(0, 1, 2, 5);
            assertEquals(sealers, maker.chain().head().nextValidators(), "block " + number);
            Block block = maker.next(List.of());
            assertEquals(
                    number < 4 || number >= 9 ? sealers : List.of(),
                    read(block.header()).extraData().validators(),
                    "block " + number);
        }
        assertImports(maker);
        Header byContract = maker.chain().headerAt(4).orElseThrow();
        assertEquals(Optional.empty(), check(maker, byContract));
        assertEquals(
                Optional.of(BlockError.INVALID_EXTRA_DATA),
                check(maker, named(byContract, set(1, 2, 3, 4))));
        Header byHeaders = maker.chain().headerAt(9).orElseThrow();
        assertEquals(Optional.empty(), check(maker, byHeaders));
        assertEquals(
                Optional.of(BlockError.INVALID_EXTRA_DATA),
                check(maker, named(byHeaders, List.of())));
        assertEquals(
                Optional.of(BlockError.INVALID_EXTRA_DATA),
                check(maker, named(byHeaders, set(0, 1, 2, 3))));
        assertEquals(set(1, 2, 3, 4), maker.chain().validatorsOf(4).orElseThrow());
        assertEquals(set(0, 1, 2, 5), maker.chain().validatorsOf(9).orElseThrow());
    }

    /// The set that is given replaces what votes have made, and earlier votes are gone.
    @Test
    void validatorsAreGivenAtABlock() throws Exception {
        ChainMaker maker = maker(spec("[{\"block\":6,\"validators\":" + list(set(4, 3, 2)) + "}]"));
        Optional<Vote> add = Optional.of(new Vote(set(5).getFirst(), true));
        maker.next(List.of(), add);
        maker.next(List.of(), add);
        maker.next(List.of());
        maker.next(List.of());
        assertEquals(set(0, 1, 2, 3), maker.chain().head().nextValidators());
        maker.next(List.of());
        assertEquals(set(2, 3, 4), maker.chain().head().nextValidators());
        // Two of three are more than half: one of these and none from before.
        maker.next(List.of(), add);
        assertEquals(set(2, 3, 4), maker.chain().head().nextValidators());
        maker.next(List.of(), add);
        assertEquals(set(2, 3, 4, 5), maker.chain().head().nextValidators());
        maker.next(List.of());
        maker.next(List.of());
        assertEquals(set(2, 3, 4, 5), maker.chain().head().nextValidators());
        assertImports(maker);
        Header given = maker.chain().headerAt(6).orElseThrow();
        assertEquals(
                Optional.of(BlockError.INVALID_EXTRA_DATA),
                check(maker, named(given, set(0, 1, 2, 3))));
    }

    /// QBFT-WIRE, ForkingVoteTallyCache: the vote in the header before counts upon the given set.
    @Test
    void theVoteBeforeAGivenSetCountsUponIt() throws Exception {
        ChainMaker maker = maker(spec("[{\"block\":6,\"validators\":" + list(set(0, 1)) + "}]"));
        for (int i = 0; i < 4; i++) {
            maker.next(List.of());
        }
        Optional<Vote> add = Optional.of(new Vote(set(5).getFirst(), true));
        maker.next(List.of(), add);
        assertEquals(set(0, 1), maker.chain().head().nextValidators());
        maker.next(List.of(), add);
        assertEquals(set(0, 1, 5), maker.chain().head().nextValidators());
        assertImports(maker);
    }

    private static UInt256 balance(ChainMaker maker, Address address) {
        Account account = maker.chain().head().state().account(address);
        return account == null ? UInt256.ZERO : account.balance();
    }

    @Test
    void rewardAndBeneficiaryChangeAtABlock() throws Exception {
        Address beneficiary = Address.ofNumber(0xbe);
        ObjectNode file =
                genesis(
                        START,
                        "[{\"block\":3,\"miningbeneficiary\":\""
                                + beneficiary
                                + "\"},{\"block\":5,\"blockreward\":\"0x64\"},"
                                + "{\"block\":7,\"miningbeneficiary\":\"\"}]");
        ((ObjectNode) file.get("config").get("qbft")).put("blockreward", "7");
        ChainMaker maker = maker(ChainSpec.of(file));
        List<Address> proposers = new ArrayList<>();
        for (int number = 1; number <= 7; number++) {
            // A coinbase without miningbeneficiary is the proposer, who starts with nothing.
            proposers.add(maker.next(List.of()).header().coinbase());
        }
        assertEquals(UInt256.of(7 + 7 + 100 + 100), balance(maker, beneficiary));
        assertEquals(UInt256.of(7), balance(maker, proposers.get(0)));
        UInt256 paid = UInt256.ZERO;
        for (Address key : set(0, 1, 2, 3)) {
            paid = paid.add(balance(maker, key));
        }
        assertEquals(UInt256.of(7 + 7 + 100), paid);
        assertImports(maker);
    }

    /// Fees and what a contract sees as the coinbase follow the beneficiary, too.
    @Test
    void feesGoToTheBeneficiary() throws Exception {
        Address beneficiary = Address.ofNumber(0xbe);
        ChainMaker maker =
                maker(spec("[{\"block\":2,\"miningbeneficiary\":\"" + beneficiary + "\"}]"));
        org.assay.primitives.block.TransactionBody body =
                org.assay.primitives.block.TransactionBody.dynamicFee(
                        UInt256.of(20_260),
                        0,
                        UInt256.of(3),
                        UInt256.of(2_000_000_000L),
                        21_000,
                        Address.ofNumber(0x1234),
                        UInt256.ONE,
                        Bytes.EMPTY);
        maker.next(List.of());
        Block block =
                maker.next(
                        List.of(
                                org.assay.primitives.block.Transaction.sign(
                                        body, TestNetwork.RICH)));
        assertEquals(1, block.transactions().size());
        assertEquals(UInt256.of(63_000), balance(maker, beneficiary));
        assertEquals(UInt256.ZERO, balance(maker, block.header().coinbase()));
        assertImports(maker);
    }

    /// QBFT-WIRE: after a fork by time Besu compares `block` with the timestamp.
    @Test
    void afterAForkByTimeARowStandsAtATimestamp() throws Exception {
        ObjectNode file =
                genesis(START, "[{\"block\":" + (START + 4) + ",\"blockperiodseconds\":3}]");
        ChainMaker maker = maker(ChainSpec.of(file));
        List<Long> steps = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            long before = maker.chain().head().header().timestamp();
            steps.add(maker.next(List.of()).header().timestamp() - before);
        }
        // 4 s after genesis the longer period already holds.
        assertEquals(List.of(1L, 1L, 1L, 3L, 3L), steps);
        assertImports(maker);
        ((ObjectNode) file.get("config"))
                .put("osakaTime", 0)
                .put("pragueTime", 0)
                .put("cancunTime", 0);
        ((ObjectNode) file.get("config")).put("shanghaiTime", 0);
        ((ObjectNode) file.get("config").get("transitions"))
                .set("qbft", JSON.readTree("[{\"block\":20,\"blockperiodseconds\":3}]"));
        ChainSpec spec = ChainSpec.of(file);
        QbftSchedule schedule = spec.qbft().orElseThrow();
        assertEquals(3_000, schedule.at(1, START + 1).blockPeriodMillis());
        assertEquals(1, schedule.notes(START).size());
        assertTrue(schedule.notes(START).getFirst().contains("block 20"));
    }

    private static String refused(String rows) {
        return assertThrows(ConfigException.class, () -> spec(rows)).toString();
    }

    @Test
    void whatBesuDoesNotKnowIsRefusedByName() {
        String contract = "\"validatorcontractaddress\":\"" + ChainMaker.VALIDATORS + "\"";
        assertTrue(
                refused("[{\"block\":3,\"blokperiodseconds\":5}]")
                        .contains("qbft[0].blokperiodseconds"));
        assertTrue(
                refused("[{\"block\":3,\"pertxgaslimit\":5}]").contains("qbft[0].pertxgaslimit"));
        assertTrue(refused("[{\"blockperiodseconds\":5}]").contains("qbft[0].block"));
        assertTrue(refused("[{\"block\":0,\"blockperiodseconds\":5}]").contains("qbft[0].block"));
        assertTrue(refused("[{\"block\":3},{\"block\":3}]").contains("qbft[1].block"));
        assertTrue(
                refused("[{\"block\":3,\"blockperiodseconds\":0}]").contains("blockperiodseconds"));
        assertTrue(refused("[3]").contains("qbft[0]"));
        assertTrue(refused("{\"block\":3}").contains("transitions.qbft"));
        assertTrue(
                refused("[{\"block\":3,\"validatorselectionmode\":\"blockheader\"}]")
                        .contains("qbft[0].validators"));
        assertTrue(
                refused("[{\"block\":3,\"validatorselectionmode\":\"contract\"}]")
                        .contains("qbft[0].validatorcontractaddress"));
        assertTrue(
                refused("[{\"block\":3,\"validatorselectionmode\":\"lottery\"}]")
                        .contains("qbft[0].validatorselectionmode"));
        assertTrue(
                refused("[{\"block\":3," + contract + "}]").contains("validatorcontractaddress"));
        assertTrue(
                refused(
                                "[{\"block\":3,\"validatorselectionmode\":\"contract\","
                                        + contract
                                        + "},{\"block\":5,\"validators\":"
                                        + list(set(0))
                                        + "}]")
                        .contains("qbft[1].validators"));
        assertTrue(
                refused("[{\"block\":3,\"validators\":" + list(set(0, 1, 0)) + "}]")
                        .contains("qbft[0].validators"));
        assertTrue(
                refused("[{\"block\":" + (START + 5) + ",\"validators\":" + list(set(0, 1)) + "}]")
                        .contains("qbft[0].block"));
    }

    /// On an Assay chain heights are heights, periods change, and nothing else does.
    @Test
    void anAssayChainTakesPeriodsOnly() throws Exception {
        ObjectNode file = (ObjectNode) JSON.readTree(TestNetwork.genesisOf(4, "\"assay\""));
        ObjectNode transitions = ((ObjectNode) file.get("config")).putObject("transitions");
        transitions.set(
                "qbft",
                JSON.readTree(
                        "[{\"block\":20,\"blockperiodseconds\":2,\"emptyblockperiodseconds\":9}]"));
        QbftSchedule schedule = ChainSpec.of(file).qbft().orElseThrow();
        assertEquals(1_000, schedule.at(19, START).blockPeriodMillis());
        assertEquals(2_000, schedule.at(20, START).blockPeriodMillis());
        assertEquals(9_000, schedule.at(20, START).emptyBlockPeriodMillis());
        assertEquals(List.of(), schedule.notes(START));
        for (String row :
                List.of(
                        "{\"block\":20,\"blockreward\":1}",
                        "{\"block\":20,\"miningbeneficiary\":\"" + ChainMaker.VALIDATORS + "\"}",
                        "{\"block\":20,\"validators\":" + list(set(0, 1)) + "}",
                        "{\"block\":20,\"xblockperiodmilliseconds\":500}")) {
            transitions.set("qbft", JSON.readTree("[" + row + "]"));
            assertThrows(ConfigException.class, () -> ChainSpec.of(file), row);
        }
    }

    /// Headers come in long before the blocks under which their validators are known.
    @Test
    @Timeout(120)
    void aFollowerSyncsOverTheChanges() throws Exception {
        String rows =
                "[{\"block\":40,\"validatorselectionmode\":\"contract\","
                        + "\"validatorcontractaddress\":\""
                        + ChainMaker.VALIDATORS
                        + "\"},{\"block\":90,\"validatorselectionmode\":\"blockheader\","
                        + "\"validators\":"
                        + list(set(5))
                        + "},{\"block\":140,\"validators\":"
                        + list(set(0, 1))
                        + ",\"blockperiodseconds\":3}]";
        ChainMaker maker = maker(spec(rows));
        for (int i = 0; i < 200; i++) {
            maker.next(List.of());
        }
        SnapshotDesk none = new SnapshotDesk(maker.chain(), new MemoryStore(), 0);
        MemoryStore store = new MemoryStore();
        try (TwistedServer server =
                        new TwistedServer("server", maker.chain(), none, TwistedServer.Twist.NONE);
                Node node =
                        new Node(
                                CheckpointSyncTest.open(store, maker.chain().spec()),
                                store,
                                Optional.empty(),
                                List.of())) {
            server.start();
            node.start(CheckpointSyncTest.plan("follower", List.of(server.enode)));
            CheckpointSyncTest.awaitHeight(node, 200);
            assertEquals(maker.chain().head().hash(), node.chain().head().hash());
        }
    }

    /// Four nodes that vote and seal, over sockets: the contract names 1 to 4 of them from block
    /// 4 on, from block 7 on headers name 0 to 3 again, with two seconds between blocks.
    @Test
    @Timeout(120)
    void aNetworkGoesThroughEveryChange() throws Exception {
        String rows =
                "[{\"block\":4,\"validatorselectionmode\":\"contract\","
                        + "\"validatorcontractaddress\":\""
                        + ChainMaker.VALIDATORS
                        + "\"},{\"block\":7,\"validatorselectionmode\":\"blockheader\",\"validators\":"
                        + list(set(0, 1, 2, 3))
                        + ",\"blockperiodseconds\":2,\"blockreward\":5}]";
        String genesis =
                JSON.writeValueAsString(genesis(System.currentTimeMillis() / 1_000 - 1, rows));
        try (TestNetwork network = new TestNetwork(genesis, 5, i -> NodeKeys.of(KEYS.get(i)))) {
            network.startAll();
            network.awaitHeight(0, 9, 90_000);
            network.awaitHeight(4, 9, 30_000);
            Blockchain chain = network.nodes.get(4).chain();
            for (long number = 1; number <= 9; number++) {
                Header header = chain.headerAt(number).orElseThrow();
                List<Address> wanted = number >= 4 && number < 7 ? List.of() : set(0, 1, 2, 3);
                assertEquals(wanted, read(header).extraData().validators(), "block " + number);
                assertTrue(
                        (number >= 4 && number < 7 ? set(1, 2, 3, 4) : set(0, 1, 2, 3))
                                .contains(header.coinbase()));
                long before = chain.headerAt(number - 1).orElseThrow().timestamp();
                assertTrue(header.timestamp() - before >= (number >= 7 ? 2 : 1), "block " + number);
            }
            assertEquals(chain.hashOf(9), network.nodes.get(0).chain().hashOf(9));
        }
    }
}
