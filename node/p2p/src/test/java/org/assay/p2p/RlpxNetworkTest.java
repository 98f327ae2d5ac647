package org.assay.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthServer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.junit.jupiter.api.Test;

class RlpxNetworkTest {
    private static final String GENESIS =
            """
            {"config":{"chainId":CHAIN,"londonBlock":0,"shanghaiTime":0,"cancunTime":0,
             "qbft":{"blockperiodseconds":1,"epochlength":100,"requesttimeoutseconds":2}},
             "gasLimit":"0x1c9c380","difficulty":"0x1",
             "extraData":"0xe5a00000000000000000000000000000000000000000000000000000000000000000c0c080c0"}
            """;

    private record Recorder(BlockingQueue<String> seen) implements PeerNetwork.Listener {
        @Override
        public void onConnected(PeerInfo peer) {
            seen.add("+" + peer.address());
        }

        @Override
        public void onDisconnected(Address peer) {
            seen.add("-" + peer);
        }

        @Override
        public void onMessage(Address peer, int code, Bytes payload) {
            seen.add(code + ":" + payload.size() + ":" + payload.hashCode());
        }

        static Recorder fresh() {
            return new Recorder(new LinkedBlockingQueue<>());
        }

        String next() throws InterruptedException {
            return String.valueOf(seen.poll(10, TimeUnit.SECONDS));
        }
    }

    private static EthServer chain(int chainId) {
        MemoryStore store = new MemoryStore();
        WorldState world = WorldState.open(store, StateOptions.bounded());
        ChainSpec spec = ChainSpec.parse(GENESIS.replace("CHAIN", Integer.toString(chainId)));
        return new EthServer(new Blockchain(store, world, spec), hash -> Optional.empty());
    }

    private static SecretKey key() {
        return SecretKey.generate(new SecureRandom());
    }

    private static RlpxNetwork start(
            SecretKey key, int port, EthServer eth, List<Enode> peers, Recorder recorder)
            throws Exception {
        return start(key, port, eth, peers, recorder, 10);
    }

    private static RlpxNetwork start(
            SecretKey key,
            int port,
            EthServer eth,
            List<Enode> peers,
            Recorder recorder,
            int peersMax)
            throws Exception {
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return RlpxNetwork.start(
                new RlpxNetwork.Settings(key, "test", listen, "127.0.0.1", peersMax),
                eth,
                peers,
                recorder);
    }

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Test
    void peersFindEachOtherTalkAndPart() throws Exception {
        SecretKey one = key();
        SecretKey two = key();
        Recorder atOne = Recorder.fresh();
        Recorder atTwo = Recorder.fresh();
        EthServer eth = chain(1337);
        try (RlpxNetwork listens = start(one, 0, eth, List.of(), atOne);
                RlpxNetwork dials =
                        start(two, 0, eth, List.of(listens.self().orElseThrow()), atTwo)) {
            assertThat(atOne.next()).isEqualTo("+" + two.address());
            assertThat(atTwo.next()).isEqualTo("+" + one.address());
            PeerInfo info = listens.peer(two.address()).orElseThrow();
            assertThat(info.ethVersion()).isEqualTo(69);
            assertThat(info.inbound()).isTrue();
            assertThat(dials.peer(one.address()).orElseThrow().isStatic()).isTrue();
            byte[] large = new byte[6_000_000];
            new SecureRandom().nextBytes(large);
            for (Bytes payload : List.of(Bytes.fromHex("0x0102"), Bytes.wrap(large))) {
                for (int code :
                        new int[] {0x12, WireCode.ETH | EthCode.TRANSACTIONS, WireCode.SIDECAR}) {
                    dials.send(List.of(one.address()), code, payload);
                    assertThat(atOne.next())
                            .isEqualTo(code + ":" + payload.size() + ":" + payload.hashCode());
                }
            }
            listens.ban(two.address(), "test");
            assertThat(atTwo.next()).isEqualTo("-" + one.address());
            assertThat(atOne.next()).isEqualTo("-" + two.address());
            Thread.sleep(700);
            assertThat(listens.connected()).isEmpty();
            assertThat(listens.inboundBytes()).isZero();
        }
    }

    @Test
    void aPeerOfAnotherChainIsRefused() throws Exception {
        Recorder atOne = Recorder.fresh();
        try (RlpxNetwork listens = start(key(), 0, chain(1337), List.of(), atOne);
                RlpxNetwork dials =
                        start(
                                key(),
                                0,
                                chain(1338),
                                List.of(listens.self().orElseThrow()),
                                Recorder.fresh())) {
            assertThat(atOne.seen().poll(1500, TimeUnit.MILLISECONDS)).isNull();
            assertThat(dials.connected()).isEmpty();
        }
    }

    @Test
    void aNodeThatAnswersWithAnotherKeyIsNotThePeer() throws Exception {
        Recorder atOne = Recorder.fresh();
        EthServer eth = chain(1337);
        try (RlpxNetwork listens = start(key(), 0, eth, List.of(), atOne)) {
            Enode wrong = Enode.of(key(), "127.0.0.1", listens.port());
            try (RlpxNetwork dials = start(key(), 0, eth, List.of(wrong), Recorder.fresh())) {
                assertThat(atOne.seen().poll(1000, TimeUnit.MILLISECONDS)).isNull();
                assertThat(dials.connected()).isEmpty();
            }
        }
    }

    @Test
    void ofTwoThatDialEachOtherAtOnceOneConnectionStands() throws Exception {
        EthServer eth = chain(1337);
        for (int attempt = 0; attempt < 5; attempt++) {
            SecretKey one = key();
            SecretKey two = key();
            int portOne = freePort();
            int portTwo = freePort();
            Recorder atOne = Recorder.fresh();
            Recorder atTwo = Recorder.fresh();
            try (RlpxNetwork first =
                            start(
                                    one,
                                    portOne,
                                    eth,
                                    List.of(Enode.of(two, "127.0.0.1", portTwo)),
                                    atOne);
                    RlpxNetwork second =
                            start(
                                    two,
                                    portTwo,
                                    eth,
                                    List.of(Enode.of(one, "127.0.0.1", portOne)),
                                    atTwo)) {
                assertThat(atOne.next()).isEqualTo("+" + two.address());
                assertThat(atTwo.next()).isEqualTo("+" + one.address());
                Thread.sleep(300);
                List<String> left = new ArrayList<>();
                first.send(List.of(two.address()), 0x12, Bytes.fromHex("0x01"));
                second.send(List.of(one.address()), 0x12, Bytes.fromHex("0x01"));
                Thread.sleep(200);
                atOne.seen().drainTo(left);
                assertThat(left.getLast()).startsWith("18:1:");
                assertThat(first.connected()).containsExactly(two.address());
                assertThat(second.connected()).containsExactly(one.address());
            }
        }
    }

    @Test
    void aPeerThatComesBackIsDialledAgain() throws Exception {
        EthServer eth = chain(1337);
        SecretKey one = key();
        int port = freePort();
        Recorder atTwo = Recorder.fresh();
        try (RlpxNetwork dials =
                start(key(), 0, eth, List.of(Enode.of(one, "127.0.0.1", port)), atTwo)) {
            for (int life = 0; life < 2; life++) {
                try (RlpxNetwork listens = start(one, port, eth, List.of(), Recorder.fresh())) {
                    assertThat(atTwo.next()).isEqualTo("+" + one.address());
                    assertThat(listens.port()).isEqualTo(port);
                }
                assertThat(atTwo.next()).isEqualTo("-" + one.address());
            }
            assertThat(dials.connected()).isEmpty();
        }
    }

    @Test
    void withoutAPlaceOnlyStaticPeersComeIn() throws Exception {
        EthServer eth = chain(1337);
        SecretKey known = key();
        Enode place = Enode.of(known, "127.0.0.1", 1);
        Recorder atOne = Recorder.fresh();
        try (RlpxNetwork full = start(key(), 0, eth, List.of(place), atOne, 1)) {
            Enode self = full.self().orElseThrow();
            try (RlpxNetwork first = start(key(), 0, eth, List.of(self), Recorder.fresh())) {
                assertThat(atOne.next()).startsWith("+");
                try (RlpxNetwork second = start(key(), 0, eth, List.of(self), Recorder.fresh())) {
                    assertThat(atOne.seen().poll(800, TimeUnit.MILLISECONDS)).isNull();
                    assertThat(second.connected()).isEmpty();
                }
                Recorder atKnown = Recorder.fresh();
                try (RlpxNetwork welcome = start(known, 0, eth, List.of(self), atKnown)) {
                    assertThat(atOne.next()).isEqualTo("+" + known.address());
                    assertThat(atKnown.next()).startsWith("+");
                    assertThat(welcome.connected()).hasSize(1);
                }
                assertThat(first.connected()).hasSize(1);
            }
        }
    }
}
