package org.assay.app.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assay.app.devnet.Ports;
import org.assay.app.sync.ChainMaker;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.p2p.Enode;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.Column;
import org.assay.storage.Cursor;
import org.assay.storage.KeyRange;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Full sync over real sockets, from peers of which some do not do their part.
@NullUnmarked
class SyncTest {
    private static final List<SecretKey> KEYS =
            List.of(
                    TestNetwork.key("validator0"),
                    TestNetwork.key("validator1"),
                    TestNetwork.key("validator2"),
                    TestNetwork.key("validator3"));
    private static final int BLOCKS = 300;
    private static final int BEHIND = 500;

    /// Who seals what is made without a network; a key that has sealed before sits out at start
    /// (decision 0402), and so these are others.
    private static final List<SecretKey> FOUNDERS =
            List.of(
                    TestNetwork.key("founder0"),
                    TestNetwork.key("founder1"),
                    TestNetwork.key("founder2"),
                    TestNetwork.key("founder3"));

    private static ChainSpec spec() {
        List<Address> validators = FOUNDERS.stream().map(SecretKey::address).sorted().toList();
        Map<Address, UInt256> balances = new TreeMap<>();
        balances.put(TestNetwork.RICH.address(), TestNetwork.COIN.multiply(UInt256.of(1_000_000)));
        return ChainSpec.parse(ChainMaker.contractGenesis(20_260, validators, balances));
    }

    /// `blocks` blocks of a transfer of `wei` each.
    private static ChainMaker chain(
            MemoryStore store, List<SecretKey> sealers, int blocks, long wei) {
        ChainMaker maker = new ChainMaker(store, spec(), sealers);
        for (long nonce = 0; nonce < blocks; nonce++) {
            Address to = Address.ofNumber((int) (70_000 + nonce));
            maker.next(List.of(TestNetwork.transaction(nonce, to, wei, Bytes.EMPTY)));
        }
        return maker;
    }

    /// Makes [#KEYS] the validators from the next block on.
    private static void handOver(ChainMaker maker, long nonce) {
        List<Transaction> writes = new ArrayList<>();
        for (int i = 0; i < KEYS.size(); i++) {
            Address validator = KEYS.get(i).address();
            Bytes slot = Bytes.wrap(UInt256.of(i + 1).toArray());
            UInt256 word = UInt256.of(validator.toBytes().unsafeArray());
            writes.add(
                    TestNetwork.transaction(
                            nonce + i,
                            ChainMaker.VALIDATORS,
                            0,
                            slot.concat(Bytes.wrap(word.toArray()))));
        }
        maker.next(writes);
        assertEquals(
                KEYS.stream().map(SecretKey::address).sorted().toList(),
                maker.chain().head().nextValidators());
    }

    private static Node node(MemoryStore store, Optional<NodeKeys> keys) {
        WorldState world = WorldState.open(store, StateOptions.bounded());
        return new Node(new Blockchain(store, world, spec()), store, keys, List.of());
    }

    private static long await(Node node, long height, long millisMax) throws Exception {
        long start = System.currentTimeMillis();
        while (node.chain().head().number() < height) {
            assertTrue(
                    System.currentTimeMillis() < start + millisMax,
                    () -> "at block " + node.chain().head().number() + " of " + height);
            Thread.sleep(20);
        }
        return System.currentTimeMillis() - start;
    }

    private static Node follower(List<Enode> peers) throws Exception {
        Node follower = node(new MemoryStore(), Optional.empty());
        follower.start(
                P2pPlan.of(
                        TestNetwork.key("follower"),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        peers));
        return follower;
    }

    private static TwistedServer server(String name, ChainMaker maker, TwistedServer.Twist twist)
            throws Exception {
        SnapshotDesk none = new SnapshotDesk(maker.chain(), new MemoryStore(), 0);
        return new TwistedServer(name, maker.chain(), none, twist).start();
    }

    /// It says that it has the blocks, gives headers, and never a body.
    @Test
    @Timeout(120)
    void aPeerThatStallsIsLeftForAnother() throws Exception {
        ChainMaker maker = chain(new MemoryStore(), FOUNDERS, BLOCKS, 1);
        int bodies = WireCode.ETH | EthCode.BLOCK_BODIES;
        try (TwistedServer silent =
                        server(
                                "silent",
                                maker,
                                (code, honest) ->
                                        code == bodies ? Optional.empty() : Optional.of(honest));
                TwistedServer honest = server("honest", maker, TwistedServer.Twist.NONE);
                Node follower = follower(List.of(silent.enode, honest.enode))) {
            long millis = await(follower, BLOCKS, 90_000);
            System.out.println(
                    "beside a stalling peer: " + BLOCKS + " blocks in " + millis + " ms");
            assertEquals(maker.chain().head().hash(), follower.chain().head().hash());
        }
    }

    /// Another chain from the same genesis, whose seals are two of the four validators'.
    @Test
    @Timeout(120)
    void aForkWithoutAQuorumsSealsIsRefusedAndItsPeerDropped() throws Exception {
        ChainMaker real = chain(new MemoryStore(), FOUNDERS, BLOCKS, 1);
        ChainMaker fork = chain(new MemoryStore(), FOUNDERS.subList(0, 2), BLOCKS + 50, 2);
        try (TwistedServer liar = server("liar", fork, TwistedServer.Twist.NONE);
                TwistedServer honest = server("honest", real, TwistedServer.Twist.NONE);
                Node follower = follower(List.of(liar.enode, honest.enode))) {
            long millis = await(follower, BLOCKS, 90_000);
            System.out.println("beside a fork: " + BLOCKS + " blocks in " + millis + " ms");
            assertEquals(real.chain().head().hash(), follower.chain().head().hash());
            assertTrue(liar.isDropped(20_000), "who serves a fork is dropped");
        }
    }

    private static MemoryStore copy(MemoryStore store) {
        MemoryStore copy = new MemoryStore();
        for (Column column : Column.values()) {
            WriteBatch batch = new WriteBatch();
            try (Cursor cursor = store.scan(column, KeyRange.ALL)) {
                while (cursor.next()) {
                    batch.put(column, cursor.key(), cursor.value());
                }
            }
            copy.write(batch);
        }
        return copy;
    }

    /// Three validators go on; the fourth comes back with nothing but genesis, catches up, and
    /// then takes part: a quorum of three holds without one of the others.
    @Test
    @Timeout(240)
    void aValidatorFarBehindCatchesUpWhileTheChainGoesOn() throws Exception {
        MemoryStore base = new MemoryStore();
        handOver(chain(base, FOUNDERS, BEHIND, 1), BEHIND);
        List<Enode> peers = new ArrayList<>();
        for (SecretKey key : KEYS) {
            peers.add(Enode.of(key, "127.0.0.1", Ports.free()));
        }
        List<Node> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Node node = node(copy(base), Optional.of(NodeKeys.of(KEYS.get(i))));
                nodes.add(node);
                node.start(KEYS.get(i), peers.get(i).endpoint(), peers);
            }
            await(nodes.getFirst(), BEHIND + 3, 60_000);
            Node late = node(new MemoryStore(), Optional.of(NodeKeys.of(KEYS.get(3))));
            nodes.add(late);
            late.start(KEYS.get(3), peers.get(3).endpoint(), peers);
            long millis = await(late, BEHIND + 3, 120_000);
            System.out.println(
                    "a validator " + BEHIND + " blocks behind caught up in " + millis + " ms");
            long target = nodes.getFirst().chain().head().number();
            await(late, target, 60_000);
            assertEquals(nodes.getFirst().chain().hashOf(target), late.chain().hashOf(target));
            nodes.get(1).close();
            await(late, target + 4, 60_000);
        } finally {
            nodes.forEach(Node::close);
        }
    }
}
