package org.assay.app.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.assay.app.devnet.PlainGenesis;
import org.assay.app.sync.ChainMaker;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.QbftHeader;
import org.assay.consensus.message.Vote;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Checkpoint sync where headers carry the votes: the walk comes by every epoch's header, and by
/// every header of an epoch in which the validators changed.
final class CheckpointVotesTest {
    private static final int EPOCH = 8;
    private static final long SNAPSHOT = 5 * EPOCH;

    /// In the order of their addresses; the first four are genesis's.
    private static final List<SecretKey> KEYS = keys(6);

    private static List<SecretKey> keys(int count) {
        List<SecretKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(TestNetwork.key("voter" + i));
        }
        keys.sort(java.util.Comparator.comparing(SecretKey::address));
        return List.copyOf(keys);
    }

    private static Address address(int index) {
        return KEYS.get(index).address();
    }

    private static List<Address> set(int... indices) {
        return java.util.Arrays.stream(indices).mapToObj(CheckpointVotesTest::address).toList();
    }

    private static ChainSpec spec() {
        return spec("[]");
    }

    /// With `rows` as transitions.qbft; forks by time begin with genesis, so that heights are
    /// heights.
    private static ChainSpec spec(String rows) {
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        balances.put(TestNetwork.RICH.address(), TestNetwork.COIN.multiply(UInt256.of(1_000_000)));
        String genesis =
                PlainGenesis.write(
                        20_260, 1_700_000_000, 100_000_000, 1_000, set(0, 1, 2, 3), balances);
        return ChainSpec.parse(
                genesis.replaceAll("\"epochlength\" : 30000", "\"epochlength\" : " + EPOCH)
                        .replaceAll("Time\" : 0", "Time\" : 1700000000")
                        .replaceFirst(
                                "\"config\" : \\{",
                                "\"config\" : {\"transitions\":{\"qbft\":" + rows + "},"));
    }

    private static Optional<Vote> add(int index) {
        return Optional.of(new Vote(address(index), true));
    }

    private static Optional<Vote> drop(int index) {
        return Optional.of(new Vote(address(index), false));
    }

    /// By block, each by another voter: 4 comes, 0 goes, 1 goes. Two votes of five for 5 do not
    /// do, and a third one in the next epoch finds them gone.
    private static final Map<Long, Optional<Vote>> VOTES =
            Map.ofEntries(
                    Map.entry(9L, add(4)),
                    Map.entry(10L, add(4)),
                    Map.entry(12L, add(4)),
                    Map.entry(17L, add(5)),
                    Map.entry(18L, add(5)),
                    Map.entry(19L, drop(0)),
                    Map.entry(20L, drop(0)),
                    Map.entry(21L, drop(0)),
                    Map.entry(25L, add(5)),
                    Map.entry(26L, drop(1)),
                    Map.entry(27L, drop(1)),
                    Map.entry(28L, drop(1)));

    private static ChainMaker chain(MemoryStore store) {
        ChainMaker maker = chain(store, spec());
        assertEquals(set(2, 3, 4), maker.chain().head().nextValidators());
        return maker;
    }

    private static ChainMaker chain(MemoryStore store, ChainSpec spec) {
        ChainMaker maker = new ChainMaker(store, spec, KEYS);
        for (long number = 1; number <= SNAPSHOT; number++) {
            List<Transaction> transactions = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                long nonce = (number - 1) * 50 + i;
                Address to = Address.ofNumber((int) (100_000 + nonce));
                transactions.add(TestNetwork.transaction(nonce, to, 1, Bytes.EMPTY));
            }
            maker.next(transactions, VOTES.getOrDefault(number, Optional.empty()));
        }
        return maker;
    }

    @Test
    @Timeout(120)
    void walksFromSetToSetAndFollowsTheChain() throws Exception {
        MemoryStore source = new MemoryStore();
        ChainMaker maker = chain(source);
        SnapshotDesk desk = CheckpointSyncTest.deskOf(maker, source);
        MemoryStore fresh = new MemoryStore();
        try (TwistedServer server =
                new TwistedServer("server", maker.chain(), desk, TwistedServer.Twist.NONE)) {
            server.start();
            assertEquals(
                    CheckpointSync.Outcome.DONE,
                    new CheckpointSync(spec(), fresh, false)
                            .run(CheckpointSyncTest.plan("client", List.of(server.enode))));
            Blockchain chain = CheckpointSyncTest.open(fresh, spec());
            assertEquals(maker.chain().hashOf(SNAPSHOT), chain.head().hash());
            assertEquals(set(2, 3, 4), chain.head().nextValidators());
            // Votes after it count from its epoch on, as everywhere.
            maker.next(List.of(), add(5));
            maker.next(List.of(), add(5));
            assertEquals(set(2, 3, 4, 5), maker.chain().head().nextValidators());
            maker.next(List.of());
            try (Node node = new Node(chain, fresh, Optional.empty(), List.of())) {
                node.start(CheckpointSyncTest.plan("client", List.of(server.enode)));
                CheckpointSyncTest.awaitHeight(node, maker.chain().head().number());
            }
            assertEquals(maker.chain().head().hash(), chain.head().hash());
            assertEquals(set(2, 3, 4, 5), chain.head().nextValidators());
        }
        desk.close();
    }

    /// Sets that genesis gives (decision 0405): within an epoch, at an epoch's block and after
    /// one.
    @Test
    @Timeout(120)
    void walksOverSetsThatGenesisGives() throws Exception {
        StringBuilder rows = new StringBuilder();
        Map<Integer, List<Address>> given =
                new TreeMap<>(
                        Map.of(
                                14, set(1, 5),
                                24, set(0, 3, 4, 5),
                                33, set(2, 3)));
        given.forEach(
                (block, set) ->
                        rows.append(rows.isEmpty() ? "" : ",")
                                .append("{\"block\":" + block + ",\"validators\":[\"")
                                .append(
                                        String.join(
                                                "\",\"",
                                                set.stream().map(Address::toString).toList()))
                                .append("\"]}"));
        ChainSpec spec = spec("[" + rows + "]");
        MemoryStore source = new MemoryStore();
        ChainMaker maker = chain(source, spec);
        assertEquals(set(2, 3), maker.chain().head().nextValidators());
        SnapshotDesk desk = CheckpointSyncTest.deskOf(maker, source);
        CheckpointSyncTest.dropsLiar(
                maker,
                desk,
                spec,
                Map.entry(
                        "a set that genesis does not give",
                        onHeader(24, it -> withSet(it, set(0, 3, 4), set(0, 3, 4)))),
                maker.chain().hashOf(SNAPSHOT));
        desk.close();
    }

    /// Header `number` goes out as `change` makes it.
    private static TwistedServer.Twist onHeader(long number, UnaryOperator<Header> change) {
        return CheckpointSyncTest.on(
                WireCode.ETH | EthCode.BLOCK_HEADERS,
                honest -> {
                    EthMessages.Answer answer = EthMessages.Answer.decode(honest);
                    List<Bytes> items =
                            answer.items().stream()
                                    .map(Header::decode)
                                    .map(it -> it.number() == number ? change.apply(it) : it)
                                    .map(it -> Bytes.wrap(it.encode()))
                                    .toList();
                    return new EthMessages.Answer(answer.id(), items).encode();
                });
    }

    private static Header with(Header header, List<Address> validators, Optional<Vote> vote) {
        QbftHeader read = QbftHeader.decode(Bytes.wrap(header.encode()));
        ExtraData extraData =
                ExtraData.ofProposal(
                        read.extraData().vanity(), validators, vote, read.extraData().round());
        return Header.decode(read.withExtraData(extraData).encode());
    }

    private static List<Address> validatorsOf(Header header) {
        return QbftHeader.decode(Bytes.wrap(header.encode())).extraData().validators();
    }

    /// With `vote` in place of its own, sealed again by those who sealed it.
    private static Header withVote(Header header, Optional<Vote> vote) {
        List<Address> validators = validatorsOf(header);
        return ChainMaker.sealed(with(header, validators, vote), KEYS, validators);
    }

    private static Header withSet(Header header, List<Address> named, List<Address> sealers) {
        return ChainMaker.sealed(with(header, named, Optional.empty()), KEYS, sealers);
    }

    private static Header withCoinbase(Header header, Address coinbase) {
        byte[] honest = header.encode();
        byte[] from = header.coinbase().toArray();
        byte[] changed = honest.clone();
        int digits =
                Bytes.wrap(honest).toString().indexOf(Bytes.wrap(from).toString().substring(2));
        System.arraycopy(coinbase.toArray(), 0, changed, (digits - 2) / 2, from.length);
        return ChainMaker.sealed(Header.decode(Bytes.wrap(changed)), KEYS, validatorsOf(header));
    }

    /// Where the right validators have sealed what is not so, all of them lie: the count must
    /// hold all the same. `next` is the header of block 24.
    private static Map<String, TwistedServer.Twist> hostile(Header next) {
        List<SecretKey> strangers = CheckpointSyncTest.STRANGERS;
        List<Address> strange = CheckpointSyncTest.addressesOf(strangers);
        Map<String, TwistedServer.Twist> twists = new TreeMap<>();
        twists.put("a vote left out", onHeader(12, it -> withVote(it, Optional.empty())));
        twists.put("a vote turned round", onHeader(12, it -> withVote(it, drop(4))));
        twists.put("a vote for another", onHeader(12, it -> withVote(it, add(5))));
        twists.put(
                "a vote without new seals", onHeader(12, it -> with(it, set(0, 1, 2, 3), add(5))));
        twists.put("a third vote made up", onHeader(22, it -> withVote(it, add(5))));
        twists.put(
                "a vote of a stranger", onHeader(12, it -> withCoinbase(it, strange.getFirst())));
        twists.put(
                "an epoch header with another set",
                onHeader(16, it -> withSet(it, set(0, 1, 2, 3, 5), set(0, 1, 2, 3, 4))));
        twists.put(
                "the last epoch's header with another set",
                onHeader(SNAPSHOT, it -> withSet(it, set(2, 3, 5), set(2, 3, 4))));
        twists.put(
                "an epoch header with one too many",
                onHeader(16, it -> withSet(it, set(0, 1, 2, 3, 4, 5), set(0, 1, 2, 3, 4))));
        twists.put(
                "an epoch header with the set before",
                onHeader(16, it -> withSet(it, set(0, 1, 2, 3), set(0, 1, 2, 3))));
        twists.put(
                "a change sealed only by the new set",
                onHeader(
                        16,
                        it ->
                                ChainMaker.sealed(
                                        with(it, strange, Optional.empty()), strangers, strange)));
        twists.put(
                "a change sealed by too few of the old set and the new one",
                onHeader(24, it -> withSet(it, set(1, 2, 3, 4), set(4))));
        twists.put(
                "the last epoch's header, sealed by the first set",
                onHeader(SNAPSHOT, it -> ChainMaker.sealed(it, KEYS.subList(0, 2), set(0, 1))));
        twists.put("an epoch's header that is another one's", onHeader(16, it -> next));
        return twists;
    }

    @Test
    @Timeout(300)
    void refusesTheNearestForgedWalks() throws Exception {
        MemoryStore source = new MemoryStore();
        ChainMaker maker = chain(source);
        SnapshotDesk desk = CheckpointSyncTest.deskOf(maker, source);
        Hash snapshot = maker.chain().hashOf(SNAPSHOT);
        // Mostly they wait: for a ban to be seen, and for the next turn.
        try (ExecutorService four = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (Map.Entry<String, TwistedServer.Twist> twist :
                    hostile(maker.chain().headerAt(24).orElseThrow()).entrySet()) {
                all.add(
                        four.submit(
                                () -> {
                                    CheckpointSyncTest.dropsLiar(
                                            maker, desk, spec(), twist, snapshot);
                                    return true;
                                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        desk.close();
    }
}
