package org.assay.p2p;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.assay.p2p.rlpx.RlpxConnection;
import org.assay.primitives.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens connections: to static peers whenever they are missing, to found ones while there is
/// room. Each failure doubles the wait before the next attempt. Safe for many threads.
final class Dialler {
    private static final Logger LOG = LoggerFactory.getLogger(Dialler.class);

    private static final int CONNECT_MILLIS_MAX = 3_000;
    private static final long LOOK_MILLIS = 100;

    /// The wait after the first failure, and the longest, in milliseconds. A static peer is
    /// awaited with less patience: a validator that was away must be back within a block or two.
    static final long WAIT_MILLIS_MIN = 250;

    static final long WAIT_MILLIS_MAX_STATIC = 2_000;
    static final long WAIT_MILLIS_MAX_FOUND = 300_000;

    /// Nodes that discovery has found and that are remembered; the oldest goes first.
    private static final int FOUND_MAX = 512;

    private final Address self;
    private final EventLoopGroup loops;
    private final RlpxNetwork.Door door;
    private final Map<Address, Target> targets = new ConcurrentHashMap<>();
    private final Map<Address, Target> found =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Address, Target> eldest) {
                    return size() > FOUND_MAX;
                }
            };

    /// One node to dial. Its fields belong to the looking thread, but for `busy`.
    private static final class Target {
        final Enode enode;
        final long waitMillisMax;
        volatile boolean busy;
        volatile long nextAtMillis;
        volatile long waitMillis = WAIT_MILLIS_MIN;

        Target(Enode enode, long waitMillisMax) {
            this.enode = enode;
            this.waitMillisMax = waitMillisMax;
        }
    }

    Dialler(Address self, EventLoopGroup loops, RlpxNetwork.Door door) {
        this.self = self;
        this.loops = loops;
        this.door = door;
    }

    boolean add(Enode peer) {
        return !peer.address().equals(self)
                && targets.putIfAbsent(peer.address(), new Target(peer, WAIT_MILLIS_MAX_STATIC))
                        == null;
    }

    boolean remove(Address peer) {
        return targets.remove(peer) != null;
    }

    boolean isStatic(Address peer) {
        return targets.containsKey(peer);
    }

    void offer(Enode peer) {
        if (!peer.address().equals(self) && !isStatic(peer.address())) {
            synchronized (found) {
                found.putIfAbsent(peer.address(), new Target(peer, WAIT_MILLIS_MAX_FOUND));
            }
        }
    }

    void start() {
        Thread.ofVirtual().name("p2p-dialler").start(this::look);
    }

    private void look() {
        try {
            while (!door.isClosed()) {
                targets.values().forEach(this::consider);
                if (door.hasRoom()) {
                    Map<Address, Target> now;
                    synchronized (found) {
                        now = new LinkedHashMap<>(found);
                    }
                    now.values().forEach(this::consider);
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void consider(Target target) {
        Address peer = target.enode.address();
        if (!target.busy
                && System.currentTimeMillis() >= target.nextAtMillis
                && !door.isConnected(peer)
                && !door.isBanned(peer)) {
            target.busy = true;
            Thread.ofVirtual().name("p2p-out").start(() -> dial(target));
        }
    }

    private void dial(Target target) {
        boolean greeted = false;
        try {
            greeted = connect(target.enode);
        } finally {
            target.waitMillis =
                    greeted
                            ? WAIT_MILLIS_MIN
                            : Math.min(target.waitMillisMax, target.waitMillis * 2);
            long spread = ThreadLocalRandom.current().nextLong(1 + target.waitMillis / 2);
            target.nextAtMillis = System.currentTimeMillis() + target.waitMillis + spread;
            target.busy = false;
        }
    }

    /// Until the connection ends. Whether the peer was greeted.
    private boolean connect(Enode peer) {
        InetSocketAddress endpoint = peer.endpoint();
        if (endpoint.isUnresolved()) {
            LOG.debug("peer {}: no such host", peer);
            return false;
        }
        AtomicReference<RlpxConnection> connection = new AtomicReference<>();
        ChannelFuture opening =
                new Bootstrap()
                        .group(loops)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        connection.set(door.over(channel, peer));
                                    }
                                })
                        .connect(endpoint)
                        .awaitUninterruptibly();
        RlpxConnection open = connection.get();
        if (!opening.isSuccess() || open == null) {
            opening.channel().close().addListener(ignored -> {});
            return false;
        }
        return door.serve(open, peer);
    }
}
