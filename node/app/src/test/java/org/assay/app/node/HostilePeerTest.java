package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assay.consensus.message.Payload;
import org.assay.p2p.eth.EthServer;
import org.assay.p2p.rlpx.Budget;
import org.assay.p2p.rlpx.Capability;
import org.assay.p2p.rlpx.Hello;
import org.assay.p2p.rlpx.PeerException;
import org.assay.p2p.rlpx.RlpxConnection;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.rlp.RlpWriter;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Strangers attack all four validators at once for [#ATTACK_MILLIS]: the chain goes on, memory
/// stays where it was, and none of them is still connected as a peer at the end.
@NullUnmarked
class HostilePeerTest {
    private static final long ATTACK_MILLIS = 12_000;

    /// With eth/69 and assay/1 before it, the first id of istanbul/100 (16 + 16 + 18).
    private static final int ISTANBUL_ID = 0x10 + 0x10 + 18;

    private static final int ETH_ID = 0x10 + 0x10;

    private final AtomicLong inputs = new AtomicLong();
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private interface Attack {
        void run(RlpxConnection connection, Random random) throws Exception;
    }

    private long until;

    private boolean isOver() {
        return System.currentTimeMillis() >= until;
    }

    /// Greets `node` as a peer of its chain, attacks, and comes back with a new key when dropped.
    private void attackAsPeer(Node node, Attack attack) {
        Random random = new Random(1);
        while (!isOver()) {
            SecretKey key = SecretKey.generate(new SecureRandom());
            try {
                RlpxConnection connection = connect(node, key);
                connection.awaitAgreement(3_000);
                connection.send(0, hello(key).encode());
                if (connection.receive(3_000) == null) {
                    continue;
                }
                connection.startCompression();
                EthServer eth = new EthServer(node.chain(), hash -> Optional.empty());
                connection.send(ETH_ID, eth.status(69).encode());
                attack.run(connection, random);
                connection.abort();
                connection.release();
            } catch (Exception e) {
                inputs.incrementAndGet(); // refused: that is what should happen
            }
        }
    }

    private static Hello hello(SecretKey key) {
        return new Hello(
                5,
                "hostile",
                List.of(
                        new Capability("assay", 1),
                        new Capability("eth", 69),
                        new Capability("istanbul", 100)),
                0,
                Bytes.wrap(Secp256k1.publicKey(key)));
    }

    private RlpxConnection connect(Node node, SecretKey key) throws IOException {
        byte[] target = node.network().self().orElseThrow().publicKey().toArray();
        AtomicReference<RlpxConnection> made = new AtomicReference<>();
        var opening =
                new Bootstrap()
                        .group(loops)
                        .channel(NioSocketChannel.class)
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        made.set(
                                                RlpxConnection.over(
                                                        channel,
                                                        key,
                                                        target,
                                                        new Budget(64 << 20),
                                                        new SecureRandom()));
                                    }
                                })
                        .connect(InetAddress.getLoopbackAddress(), node.p2pPort())
                        .awaitUninterruptibly();
        if (!opening.isSuccess()) {
            throw new IOException(opening.cause());
        }
        return made.get();
    }

    private boolean send(RlpxConnection connection, int id, Bytes packed) {
        inputs.incrementAndGet();
        return connection.sendPacked(id, packed) && connection.isOpen();
    }

    /// Well-formed consensus messages of later heights and rounds, signed by a stranger.
    private void floodFutureRounds(RlpxConnection connection, Random random)
            throws PeerException, InterruptedException {
        SecretKey stranger = SecretKey.generate(new SecureRandom());
        long height = 1;
        while (!isOver()) {
            Payload payload =
                    new Payload.PreparePayload(
                            height++ % 50, 1 + random.nextInt(900), new Hash(1, 2, 3, height));
            Bytes signature = Secp256k1.sign(payload.signedHash(), stranger).toBytes();
            Bytes message =
                    Bytes.wrap(
                            RlpWriter.encodeList(
                                    list -> {
                                        payload.writeTo(list);
                                        list.writeBytes(signature);
                                    }));
            int id = ISTANBUL_ID + 0x13;
            inputs.incrementAndGet();
            if (!connection.send(id, message) || !connection.isOpen()) {
                return;
            }
            if (height % 64 == 0) {
                connection.receive(1);
            }
        }
    }

    /// Random bytes under random ids, some of them valid snappy.
    private void sendGarbage(RlpxConnection connection, Random random)
            throws PeerException, InterruptedException {
        while (!isOver()) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            int id = random.nextInt(0x50);
            inputs.incrementAndGet();
            boolean went =
                    random.nextBoolean()
                            ? connection.send(id, Bytes.wrap(noise))
                            : connection.sendPacked(id, Bytes.wrap(noise));
            if (!went || !connection.isOpen()) {
                return;
            }
            connection.receive(1);
        }
    }

    /// A few bytes that announce 16 MiB and more, and 16 MiB of zeros in 770 KB.
    private void sendBombs(RlpxConnection connection, Random random)
            throws PeerException, InterruptedException {
        byte[] small = {(byte) 0x80, (byte) 0x80, (byte) 0x80, 0x08, 0, 0, 1, 2, 3};
        int[] ids = {ETH_ID + 2, ETH_ID + 7, ISTANBUL_ID + 0x12, 0x14};
        Bytes zeros = Bytes.wrap(new byte[16 << 20]);
        while (!isOver()) {
            int id = ids[random.nextInt(ids.length)];
            boolean went =
                    random.nextInt(4) == 0
                            ? connection.send(id, zeros)
                            : send(connection, id, Bytes.wrap(small));
            inputs.incrementAndGet();
            connection.receive(20);
            if (!went || !connection.isOpen()) {
                return;
            }
        }
    }

    /// Proposals and blocks that are none.
    private void sendInvalidProposals(RlpxConnection connection, Random random)
            throws PeerException, InterruptedException {
        while (!isOver()) {
            Bytes block = Bytes.of((byte) 0xc3, (byte) 0xc0, (byte) 0xc0, (byte) random.nextInt());
            inputs.incrementAndGet();
            int id = random.nextBoolean() ? ISTANBUL_ID + 0x12 : ETH_ID + 7;
            if (!connection.send(id, block) || !connection.isOpen()) {
                return;
            }
            connection.receive(1);
        }
    }

    /// Sockets that send a byte a second, or an announcement of a large frame and then nothing.
    private void beSlow(Node node) {
        List<Socket> open = new ArrayList<>();
        try {
            while (!isOver()) {
                for (int i = 0; i < 8; i++) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.p2pPort());
                    open.add(socket);
                    inputs.incrementAndGet();
                }
                for (Socket socket : open) {
                    try {
                        OutputStream out = socket.getOutputStream();
                        out.write(1);
                        inputs.incrementAndGet();
                    } catch (IOException closed) {
                        socket.close();
                    }
                }
                open.removeIf(Socket::isClosed);
                Thread.sleep(500);
            }
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException | InterruptedException e) {
            assertThat(isOver()).as(e.toString()).isTrue();
        }
    }

    @Test
    void theChainGoesOnUnderAttackWithinItsMemory() throws Exception {
        try (TestNetwork network = new TestNetwork(4)) {
            network.startAll();
            network.awaitHeight(0, 2, 60_000);
            long before = used();
            long height = network.nodes.get(0).chain().head().number();
            until = System.currentTimeMillis() + ATTACK_MILLIS;
            List<Thread> attackers = new ArrayList<>();
            for (Node node : network.nodes) {
                for (Attack attack :
                        List.<Attack>of(
                                this::floodFutureRounds,
                                this::sendGarbage,
                                this::sendBombs,
                                this::sendInvalidProposals)) {
                    attackers.add(Thread.startVirtualThread(() -> attackAsPeer(node, attack)));
                }
                attackers.add(Thread.startVirtualThread(() -> beSlow(node)));
            }
            for (Thread attacker : attackers) {
                attacker.join();
            }
            long grown = used() - before;
            network.awaitHeight(0, height + 3, 60_000);
            for (Node node : network.nodes) {
                assertThat(node.stopped()).isNotDone();
            }
            System.out.println(
                    "hostile inputs: "
                            + inputs
                            + ", blocks meanwhile: "
                            + (network.nodes.get(0).chain().head().number() - height)
                            + ", live memory of four nodes grown by "
                            + grown / 1_000_000
                            + " MB");
            assertThat(inputs.get()).isGreaterThan(1_000);
            assertThat(grown).isLessThan(400_000_000L);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /// Bytes that are still reachable.
    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
