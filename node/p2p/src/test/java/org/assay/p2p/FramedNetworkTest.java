package org.assay.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.Test;

class FramedNetworkTest {
    private static final UInt256 CHAIN = UInt256.of(1337);
    private static final Hash OTHER_GENESIS = new Hash(1, 2, 3, 4);

    private record Recorder(BlockingQueue<String> seen) implements PeerNetwork.Listener {
        @Override
        public void onConnected(Address peer) {
            seen.add("+" + peer);
        }

        @Override
        public void onDisconnected(Address peer) {
            seen.add("-" + peer);
        }

        @Override
        public void onMessage(Address peer, int code, Bytes payload) {
            seen.add(code + ":" + payload);
        }

        static Recorder fresh() {
            return new Recorder(new LinkedBlockingQueue<>());
        }

        String next() throws InterruptedException {
            return String.valueOf(seen.poll(10, TimeUnit.SECONDS));
        }
    }

    private static FramedNetwork start(
            SecretKey key, Hash genesis, List<Enode> peers, Recorder recorder) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return FramedNetwork.start(key, CHAIN, genesis, any, peers, recorder);
    }

    private static Enode at(SecretKey key, FramedNetwork network) {
        return Enode.of(key, "127.0.0.1", network.port());
    }

    @Test
    void peersFindEachOtherAndTalk() throws Exception {
        SecretKey one = SecretKey.generate(new SecureRandom());
        SecretKey two = SecretKey.generate(new SecureRandom());
        SecretKey low = one.address().compareTo(two.address()) < 0 ? one : two;
        SecretKey high = low == one ? two : one;
        Recorder atLow = Recorder.fresh();
        Recorder atHigh = Recorder.fresh();
        try (FramedNetwork listens = start(high, Hash.ZERO, List.of(), atHigh);
                FramedNetwork dials = start(low, Hash.ZERO, List.of(at(high, listens)), atLow)) {
            assertThat(atHigh.next()).isEqualTo("+" + low.address());
            assertThat(atLow.next()).isEqualTo("+" + high.address());
            dials.send(List.of(high.address()), 7, Bytes.fromHex("0x0102"));
            assertThat(atHigh.next()).isEqualTo("7:0x0102");
            listens.ban(low.address(), "test");
            assertThat(atLow.next()).isEqualTo("-" + high.address());
        }
    }

    @Test
    void aPeerOfAnotherChainIsRefused() throws Exception {
        SecretKey one = SecretKey.generate(new SecureRandom());
        SecretKey two = SecretKey.generate(new SecureRandom());
        SecretKey low = one.address().compareTo(two.address()) < 0 ? one : two;
        SecretKey high = low == one ? two : one;
        Recorder atHigh = Recorder.fresh();
        try (FramedNetwork listens = start(high, Hash.ZERO, List.of(), atHigh);
                FramedNetwork dials =
                        start(low, OTHER_GENESIS, List.of(at(high, listens)), Recorder.fresh())) {
            assertThat(atHigh.seen().poll(1500, TimeUnit.MILLISECONDS)).isNull();
            assertThat(dials.connected()).isEmpty();
        }
    }

    @Test
    void aChangedByteOrAReplayDoesNotAuthenticate() throws Exception {
        byte[] key = new byte[32];
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        new Frames(key).write(new DataOutputStream(wire), 9, Bytes.fromHex("0xaabb"));
        byte[] sent = wire.toByteArray();
        Frames receiver = new Frames(key);
        assertThat(receiver.read(input(sent)).payload()).isEqualTo(Bytes.fromHex("0xaabb"));
        assertThatThrownBy(() -> receiver.read(input(sent))).isInstanceOf(IOException.class);
        byte[] changed = sent.clone();
        changed[changed.length - 1] ^= 1;
        assertThatThrownBy(() -> new Frames(key).read(input(changed)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anAnnouncedGiantIsRefusedBeforeMemoryIsTaken() {
        byte[] giant = {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 2, 3};
        assertThatThrownBy(() -> new Frames(new byte[32]).read(input(giant)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a frame of");
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
