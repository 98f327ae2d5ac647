package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.assay.app.devnet.Ports;
import org.assay.app.proof.BuiltInModels;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.chain.genesis.GenesisWriter;
import org.assay.p2p.Enode;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;

/// Validators in one process over real sockets, each on a store of its own.
final class TestNetwork implements AutoCloseable {
    static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);
    static final SecretKey RICH = key("rich");

    final String genesis;
    final ChainSpec spec;
    final List<NodeKeys> keys = new ArrayList<>();
    final List<MemoryStore> stores = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();
    private final List<Enode> peers = new ArrayList<>();

    static SecretKey key(String name) {
        return SecretKey.of(
                Keccak.hash256(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .toArray());
    }

    TestNetwork(int validators) throws Exception {
        this(validators, "\"assay\"");
    }

    /// `emission` is a policy in JSON, or a preset's name in quotes.
    TestNetwork(int validators, String emission) throws Exception {
        this(validators, emission, i -> NodeKeys.of(key("validator" + i)));
    }

    /// `keysOf` keeps the addresses of the keys "validator0", "validator1", … that genesis names.
    TestNetwork(int validators, String emission, IntFunction<NodeKeys> keysOf) throws Exception {
        this(genesisOf(validators, emission), validators, keysOf);
    }

    /// A network of genesis text `genesis`, which names the same keys.
    TestNetwork(String genesis, int validators, IntFunction<NodeKeys> keysOf) throws Exception {
        for (int i = 0; i < validators; i++) {
            NodeKeys node = keysOf.apply(i);
            keys.add(node);
            peers.add(Enode.of(node.key(), "127.0.0.1", Ports.free()));
        }
        this.genesis = genesis;
        spec = ChainSpec.parse(genesis);
        for (int i = 0; i < validators; i++) {
            stores.add(new MemoryStore());
            nodes.add(open(i));
        }
    }

    /// From [#RICH] on the chain with id 20,260.
    static Transaction transaction(long nonce, Address to, long wei, Bytes input) {
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
                RICH);
    }

    /// A genesis of the first `validators` keys, one-second blocks, epochs of 8.
    static String genesisOf(int validators, String emission) {
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        balances.put(RICH.address(), COIN.multiply(UInt256.of(1_000_000)));
        List<GenesisPlan.Validator> genesis = new ArrayList<>();
        for (int i = 0; i < validators; i++) {
            NodeKeys node = NodeKeys.of(key("validator" + i));
            genesis.add(
                    new GenesisPlan.Validator(
                            node.address(),
                            node.blsPublicKey(),
                            COIN.multiply(UInt256.of(1_000)),
                            COIN.multiply(UInt256.of(10))));
        }
        return GenesisWriter.write(
                new GenesisPlan(
                        20_260,
                        System.currentTimeMillis() / 1000 - 1,
                        100_000_000,
                        new GenesisPlan.Timing(1, 2, 8),
                        genesis,
                        balances,
                        BuiltInModels.all().stream().map(m -> m.template().canonical()).toList(),
                        emission,
                        key("treasury").address(),
                        GenesisPlan.Work.QUICK));
    }

    private Node open(int index) {
        MemoryStore store = stores.get(index);
        WorldState world = WorldState.open(store, StateOptions.bounded());
        return new Node(
                new Blockchain(store, world, spec),
                store,
                Optional.of(keys.get(index)),
                BuiltInModels.all());
    }

    void start(int index) throws Exception {
        nodes.get(index).start(keys.get(index).key(), peers.get(index).endpoint(), peers);
    }

    void startAll() throws Exception {
        for (int i = 0; i < nodes.size(); i++) {
            start(i);
        }
    }

    /// Drops the node as a crash would, and opens it again on what was synced.
    void restart(int index) throws Exception {
        reopen(index);
        start(index);
    }

    /// The same, not started yet.
    void reopen(int index) {
        nodes.get(index).close();
        nodes.set(index, open(index));
    }

    void awaitHeight(int index, long height, long millisMax) throws Exception {
        long end = System.currentTimeMillis() + millisMax;
        while (nodes.get(index).chain().head().number() < height) {
            if (System.currentTimeMillis() > end || nodes.get(index).stopped().isDone()) {
                throw new AssertionError(
                        "node "
                                + index
                                + " is at "
                                + nodes.get(index).chain().head().number()
                                + " of "
                                + height);
            }
            Thread.sleep(20);
        }
    }

    /// The height at which the node has the transaction in a block.
    long awaitMined(int index, Hash transaction, long millisMax) throws Exception {
        long end = System.currentTimeMillis() + millisMax;
        Blockchain chain = nodes.get(index).chain();
        while (chain.placeOf(transaction).isEmpty()) {
            if (System.currentTimeMillis() > end) {
                throw new AssertionError(nodes.get(index).explain(transaction));
            }
            Thread.sleep(20);
        }
        return chain.placeOf(transaction).orElseThrow().number();
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
