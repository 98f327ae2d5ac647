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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assay.app.devnet.Ports;
import org.assay.app.node.SnapshotMessages.State;
import org.assay.app.sync.ChainMaker;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.ValidatorSetProof;
import org.assay.p2p.Enode;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.assay.storage.state.AccountProof;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.StatePart;
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
                transactions.add(TestNetwork.transaction(nonce++, to, 1, Bytes.EMPTY));
            }
            for (int i = 0; i < 60; i++) {
                Bytes input = write(1_000 + nonce, UInt256.of(nonce));
                transactions.add(TestNetwork.transaction(nonce++, ChainMaker.VALIDATORS, 0, input));
            }
            if (number == 11) {
                Bytes input = write(1, word(KEYS.get(4).address()));
                transactions.add(TestNetwork.transaction(nonce++, ChainMaker.VALIDATORS, 0, input));
            }
            maker.next(transactions);
        }
        assertEquals(
                nonce, maker.chain().head().state().account(TestNetwork.RICH.address()).nonce());
        return maker;
    }

    static Blockchain open(MemoryStore store, ChainSpec spec) {
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

    static P2pPlan plan(String name, List<Enode> peers) {
        return P2pPlan.of(
                TestNetwork.key(name),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                peers);
    }

    static void awaitHeight(Node node, long height) throws Exception {
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

    private static State damage(State honest, UnaryOperator<List<StatePart>> change) {
        return new State(honest.id(), change.apply(honest.parts()));
    }

    /// The first part that has accounts in it, changed.
    private static TwistedServer.Twist onAccounts(
            UnaryOperator<List<StatePart.AccountEntry>> change) {
        return onParts(
                parts ->
                        parts.stream()
                                .map(
                                        part ->
                                                part instanceof StatePart.Accounts accounts
                                                        ? new StatePart.Accounts(
                                                                change.apply(accounts.entries()))
                                                        : part)
                                .toList());
    }

    private static TwistedServer.Twist onParts(UnaryOperator<List<StatePart>> change) {
        return on(WireCode.STATE, honest -> damage(State.decode(honest), change).encode());
    }

    static TwistedServer.Twist on(int wanted, UnaryOperator<Bytes> change) {
        return (code, honest) -> Optional.of(code == wanted ? change.apply(honest) : honest);
    }

    private static TwistedServer.Twist onSets(UnaryOperator<List<ValidatorSetProof>> change) {
        return on(
                WireCode.VALIDATOR_SETS,
                honest -> {
                    SnapshotMessages.ValidatorSets sets =
                            SnapshotMessages.ValidatorSets.decode(honest);
                    List<ValidatorSetProof> proofs =
                            change.apply(
                                    sets.proofs().stream().map(ValidatorSetProof::decode).toList());
                    return new SnapshotMessages.ValidatorSets(
                                    sets.id(),
                                    proofs.stream().map(ValidatorSetProof::encode).toList())
                            .encode();
                });
    }

    private static AccountProof withOtherSlot(AccountProof account) {
        if (account.slots().isEmpty()) {
            return account;
        }
        List<AccountProof.SlotProof> slots = new ArrayList<>(account.slots());
        AccountProof.SlotProof last = slots.removeLast();
        slots.add(
                new AccountProof.SlotProof(
                        last.slot(), last.value().add(UInt256.ONE), last.proof()));
        return new AccountProof(
                account.address(),
                account.account(),
                account.storageRoot(),
                account.proof(),
                slots);
    }

    private static Map<String, TwistedServer.Twist> hostile() {
        Map<String, TwistedServer.Twist> twists = new TreeMap<>();
        twists.put("a part without its last account", onAccounts(e -> e.subList(0, e.size() - 1)));
        twists.put(
                "an account with another balance",
                onAccounts(
                        entries ->
                                entries.stream()
                                        .map(
                                                e ->
                                                        new StatePart.AccountEntry(
                                                                e.address(),
                                                                e.account()
                                                                        .withBalance(UInt256.ONE),
                                                                e.storageRoot()))
                                        .toList()));
        twists.put(
                "more parts than were asked for",
                onParts(parts -> Stream.of(parts, parts).flatMap(List::stream).toList()));
        twists.put(
                "a message that is cut off",
                on(WireCode.STATE, honest -> honest.slice(0, honest.size() - 3)));
        twists.put(
                "a node above its size",
                onParts(parts -> List.of(new StatePart.Inner(Bytes.wrap(new byte[5_000])))));
        twists.put("a change of validators that is left out", onSets(sets -> List.of()));
        twists.put(
                "a set that is not in the state",
                onSets(
                        sets ->
                                sets.stream()
                                        .map(
                                                set ->
                                                        new ValidatorSetProof(
                                                                set.header(),
                                                                set.accounts().stream()
                                                                        .map(
                                                                                it ->
                                                                                        withOtherSlot(
                                                                                                it))
                                                                        .toList(),
                                                                set.codes()))
                                        .toList()));
        twists.put(
                "an epoch header sealed by strangers",
                onSets(
                        sets ->
                                sets.stream()
                                        .map(
                                                set ->
                                                        new ValidatorSetProof(
                                                                ChainMaker.sealed(
                                                                        set.header(),
                                                                        STRANGERS,
                                                                        addressesOf(STRANGERS)),
                                                                set.accounts(),
                                                                set.codes()))
                                        .toList()));
        twists.put(
                "headers sealed by too few",
                on(
                        WireCode.ETH | EthCode.BLOCK_HEADERS,
                        honest -> {
                            EthMessages.Answer answer = EthMessages.Answer.decode(honest);
                            List<Bytes> items =
                                    answer.items().stream()
                                            .map(Header::decode)
                                            .map(
                                                    header ->
                                                            ChainMaker.sealed(
                                                                    header,
                                                                    KEYS.subList(0, 2),
                                                                    addresses(2)))
                                            .map(header -> Bytes.wrap(header.encode()))
                                            .toList();
                            return new EthMessages.Answer(answer.id(), items).encode();
                        }));
        return twists;
    }

    static final List<SecretKey> STRANGERS =
            List.of(TestNetwork.key("a"), TestNetwork.key("b"), TestNetwork.key("c"));

    static List<Address> addressesOf(List<SecretKey> keys) {
        return keys.stream().map(SecretKey::address).sorted().toList();
    }

    static SnapshotDesk deskOf(ChainMaker maker, MemoryStore store) throws Exception {
        SnapshotDesk desk = new SnapshotDesk(maker.chain(), store, 1);
        desk.onHead(maker.chain().head().number());
        long end = System.currentTimeMillis() + 20_000;
        maker.next(List.of());
        SnapshotMessages.GetSnapshots ask = new SnapshotMessages.GetSnapshots(1);
        while (desk.answer(ask).heights().isEmpty()) {
            assertTrue(System.currentTimeMillis() < end, "a snapshot is made");
            Thread.sleep(20);
        }
        return desk;
    }

    /// Each lie ends the connection with the liar, and the honest peer that comes later is
    /// enough.
    @Test
    @Timeout(300)
    void hostileServersAreDroppedAndAnotherIsAsked() throws Exception {
        MemoryStore source = new MemoryStore();
        ChainMaker maker = chain(source);
        SnapshotDesk desk = deskOf(maker, source);
        Hash snapshot = maker.chain().hashOf(SNAPSHOT);
        for (Map.Entry<String, TwistedServer.Twist> twist : hostile().entrySet()) {
            dropsLiar(maker, desk, byContract(), twist, snapshot);
        }
        desk.close();
    }

    /// The server that `twist` makes of an honest one is dropped, and with another one that comes
    /// later the sync ends at the block `snapshot`.
    static void dropsLiar(
            ChainMaker maker,
            SnapshotDesk desk,
            ChainSpec spec,
            Map.Entry<String, TwistedServer.Twist> twist,
            Hash snapshot)
            throws Exception {
        TwistedServer liar =
                new TwistedServer("liar" + twist.getKey(), maker.chain(), desk, twist.getValue());
        TwistedServer honest =
                new TwistedServer("honest", maker.chain(), desk, TwistedServer.Twist.NONE);
        MemoryStore fresh = new MemoryStore();
        try (liar;
                honest) {
            liar.start();
            CompletableFuture<CheckpointSync.Outcome> outcome = new CompletableFuture<>();
            P2pPlan plan = plan("client", List.of(liar.enode, honest.enode));
            Thread.startVirtualThread(
                    () -> {
                        try {
                            outcome.complete(new CheckpointSync(spec, fresh, false).run(plan));
                        } catch (Exception e) {
                            outcome.completeExceptionally(e);
                        }
                    });
            assertTrue(liar.isDropped(20_000), twist.getKey());
            honest.start();
            assertEquals(
                    CheckpointSync.Outcome.DONE, outcome.get(60, TimeUnit.SECONDS), twist.getKey());
        }
        assertEquals(snapshot, open(fresh, spec).head().hash(), twist.getKey());
        assertEquals(
                Optional.empty(), StateVerifier.verify(fresh, count -> {}).fault(), twist.getKey());
    }

    /// One that says what it holds and then answers nothing: the other brings everything.
    @Test
    @Timeout(120)
    void aServerThatStallsDoesNotHoldUpTheOther() throws Exception {
        MemoryStore source = new MemoryStore();
        ChainMaker maker = chain(source);
        SnapshotDesk desk = deskOf(maker, source);
        TwistedServer silent =
                new TwistedServer(
                        "silent",
                        maker.chain(),
                        desk,
                        (code, honest) ->
                                code == WireCode.STATE ? Optional.empty() : Optional.of(honest));
        TwistedServer honest =
                new TwistedServer("honest", maker.chain(), desk, TwistedServer.Twist.NONE);
        MemoryStore fresh = new MemoryStore();
        try (silent;
                honest) {
            silent.start();
            honest.start();
            assertEquals(
                    CheckpointSync.Outcome.DONE,
                    new CheckpointSync(byContract(), fresh, false)
                            .run(plan("client", List.of(silent.enode, honest.enode))));
        }
        assertEquals(maker.chain().hashOf(SNAPSHOT), open(fresh, byContract()).head().hash());
        desk.close();
    }
}
