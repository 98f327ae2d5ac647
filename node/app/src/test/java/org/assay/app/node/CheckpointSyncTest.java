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
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.StateVerifier;
import org.assay.storage.state.WorldState;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullUnmarked
class CheckpointSyncTest {
    private static final List<SecretKey> KEYS = keys(5);
    private static final long SNAPSHOT = 24;

    private static List<SecretKey> keys(int count) {
        List<SecretKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(TestNetwork.key("validator" + i));
        }
        return keys;
    }

    private static List<Address> addresses(int count) {
        return KEYS.stream().limit(count).map(SecretKey::address).sorted().toList();
    }

    private static ChainSpec byContract() {
        return ChainSpec.parse(ChainMaker.contractGenesis(20_260, addresses(4), balances()));
    }

    private static Map<Address, UInt256> balances() {
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        balances.put(TestNetwork.RICH.address(), TestNetwork.COIN.multiply(UInt256.of(1_000_000)));
        return balances;
    }

    private static Transaction transaction(long nonce, Address to, long wei, Bytes input) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        UInt256.of(20_260),
                        nonce,
                        UInt256.ZERO,
                        UInt256.of(2_000_000_000L),
                        100_000,
                        to,
                        UInt256.of(wei),
                        input),
                TestNetwork.RICH);
    }

    private static Bytes write(long slot, UInt256 value) {
        return Bytes.wrap(UInt256.of(slot).toArray()).concat(Bytes.wrap(value.toArray()));
    }

    private static UInt256 word(Address address) {
        return UInt256.of(address.toBytes().unsafeArray());
    }

    /// 24 + 6 blocks: many accounts, slots of the contract, and at block 11 a fifth validator in
    /// place of the first, so that a walk that skips the change ends at a header it cannot trust.
    private static ChainMaker chain(MemoryStore store) {
        ChainMaker maker = new ChainMaker(store, byContract(), KEYS);
        long nonce = 0;
        for (long number = 1; number <= SNAPSHOT; number++) {
            List<Transaction> transactions = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Address to = Address.ofNumber((int) (100_000 + nonce));
                transactions.add(transaction(nonce++, to, 1, Bytes.EMPTY));
            }
            for (int i = 0; i < 60; i++) {
                Bytes input = write(1_000 + nonce, UInt256.of(nonce));
                transactions.add(transaction(nonce++, ChainMaker.VALIDATORS, 0, input));
            }
            if (number == 11) {
                Bytes input = write(1, word(KEYS.get(4).address()));
                transactions.add(transaction(nonce++, ChainMaker.VALIDATORS, 0, input));
            }
            maker.next(transactions);
        }
        assertEquals(
                nonce, maker.chain().head().state().account(TestNetwork.RICH.address()).nonce());
        return maker;
    }

    private static Blockchain open(MemoryStore store, ChainSpec spec) {
        return new Blockchain(store, WorldState.open(store, StateOptions.bounded()), spec);
    }

    /// A node that serves `store`: its snapshot is of the block it is started at, and `then`
    /// blocks follow.
    private static final class Server implements AutoCloseable {
        final Node node;
        final Enode enode;

        Server(ChainMaker maker, MemoryStore store, String name, int then) throws Exception {
            SecretKey key = TestNetwork.key(name);
            // The snapshot has to be taken while the chain stands at its block.
            enode = Enode.of(key, "127.0.0.1", Ports.free());
            SnapshotDesk desk = new SnapshotDesk(maker.chain(), store, 1);
            desk.onHead(maker.chain().head().number());
            for (int i = 0; i < then; i++) {
                maker.next(List.of());
            }
            node = new Node(maker.chain(), store, Optional.empty(), List.of(), desk);
            node.start(key, enode.endpoint(), List.of());
        }

        @Override
        public void close() {
            node.close();
        }
    }

    private static P2pPlan plan(String name, List<Enode> peers) {
        return P2pPlan.of(
                TestNetwork.key(name),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                peers);
    }

    private static void awaitHeight(Node node, long height) throws Exception {
        long end = System.currentTimeMillis() + 60_000;
        while (node.chain().head().number() < height) {
            assertTrue(System.currentTimeMillis() < end, "at " + node.chain().head().number());
            Thread.sleep(20);
        }
    }

    @Test
    @Timeout(120)
    void beginsAtTheSnapshotAndFollowsTheChain() throws Exception {
        MemoryStore source = new MemoryStore();
        ChainMaker maker = chain(source);
        MemoryStore fresh = new MemoryStore();
        ChainSpec spec = byContract();
        try (Server server = new Server(maker, source, "server", 6)) {
            assertTrue(CheckpointSync.isPossible(fresh));
            assertEquals(
                    CheckpointSync.Outcome.DONE,
                    new CheckpointSync(spec, fresh, false)
                            .run(plan("client", List.of(server.enode))));
            assertEquals(Optional.empty(), StateVerifier.verify(fresh, count -> {}).fault());
            Blockchain chain = open(fresh, spec);
            assertEquals(SNAPSHOT, chain.head().number());
            assertEquals(maker.chain().hashOf(SNAPSHOT), chain.head().hash());
            assertEquals(Optional.of(SNAPSHOT), chain.checkpoint().map(it -> it.number()));
            try (Node node = new Node(chain, fresh, Optional.empty(), List.of())) {
                node.start(plan("client", List.of(server.enode)));
                awaitHeight(node, SNAPSHOT + 6);
            }
            assertEquals(maker.chain().head().hash(), chain.head().hash());
        }
        // What was synced serves the next one, with nobody else there.
        MemoryStore third = new MemoryStore();
        ChainMaker again = new ChainMaker(fresh, spec, KEYS);
        try (Server server = new Server(again, fresh, "second", 2)) {
            assertEquals(
                    CheckpointSync.Outcome.DONE,
                    new CheckpointSync(spec, third, false)
                            .run(plan("client", List.of(server.enode))));
            Hash hash = open(third, spec).head().hash();
            assertEquals(again.chain().hashOf(SNAPSHOT + 6), hash);
        }
    }
}
