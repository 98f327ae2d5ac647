package org.assay.p2p;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthServer;
import org.assay.p2p.rlpx.Agreement;
import org.assay.p2p.rlpx.Budget;
import org.assay.p2p.rlpx.DisconnectReason;
import org.assay.p2p.rlpx.Hello;
import org.assay.p2p.rlpx.PeerException;
import org.assay.p2p.rlpx.RlpxConnection;
import org.assay.p2p.rlpx.SnappyPayload;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Peers over RLPx. Two event loops move bytes; each peer has a virtual thread that greets it and
/// then hands its messages to the listener, one after the other. State here is shared by them.
public final class RlpxNetwork implements PeerNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(RlpxNetwork.class);

    /// RLP [], the payload of Ping and Pong.
    static final Bytes EMPTY_LIST = Bytes.of((byte) 0xc0);

    /// Connections that are not greeted yet, together and from one host.
    static final int GREETINGS_MAX = 64;

    static final int GREETINGS_OF_ONE_HOST_MAX = 16;

    /// Bytes of large messages that all peers together may have in this process.
    static final long INBOUND_BYTES_MAX = 96L << 20;

    /// After this long without a message comes a ping, after twice as long the end: also of who
    /// sends a frame byte by byte.
    static final long PING_MILLIS = 10_000;

    /// What one peer's messages may cost: bytes a second, with [#MESSAGE_COST] for each message
    /// and [#REQUEST_COST] for one that has to be answered from disk. A peer above it is read
    /// slower.
    static final long COST_PER_SECOND = 24L << 20;

    static final long COST_BURST = 96L << 20;
    static final long MESSAGE_COST = 512;
    static final long REQUEST_COST = 128 << 10;

    private static final int EVENT_LOOPS = 2;

    private final Settings settings;
    private final Listener listener;
    private final EventLoopGroup loops;
    private final SecureRandom random = new SecureRandom();
    private final Budget budget = new Budget(INBOUND_BYTES_MAX);
    private final PeerScores scores = new PeerScores();
    private final Map<Address, Link> links = new ConcurrentHashMap<>();
    private final Map<InetAddress, AtomicInteger> greetings = new ConcurrentHashMap<>();
    private final Dialler dialler;
    private final Greeting greeting;
    private final Enode self;
    private final Channel server;
    private volatile boolean closed;

    /// `peersMax` counts neither static peers nor validators; `advertisedHost` is how others
    /// reach this node.
    public record Settings(
            SecretKey key,
            String client,
            InetSocketAddress listen,
            String advertisedHost,
            int peersMax) {}

    /// A greeted peer. `byLower`: opened by the one with the lower address.
    private record Link(
            RlpxConnection connection,
            PeerInfo info,
            Agreement agreement,
            boolean byLower,
            long sinceMillis) {}

    /// Two connections between the same nodes within this time were dialled at once.
    private static final long SIMULTANEOUS_MILLIS = 3_000;

    /// Listens, and dials `staticPeers` until they stand and whenever they fall. Throws
    /// [IOException] when the port is taken.
    public static RlpxNetwork start(
            Settings settings, EthServer eth, List<Enode> staticPeers, Listener listener)
            throws IOException {
        return new RlpxNetwork(settings, eth, staticPeers, listener);
    }

    private RlpxNetwork(
            Settings settings, EthServer eth, List<Enode> staticPeers, Listener listener)
            throws IOException {
        this.settings = settings;
        this.listener = listener;
        this.loops =
                new MultiThreadIoEventLoopGroup(
                        EVENT_LOOPS,
                        Thread.ofPlatform().daemon().name("p2p-", 0).factory(),
                        NioIoHandler.newFactory());
        try {
            this.server = listen();
        } catch (IOException e) {
            stop(loops);
            throw e;
        }
        this.self = Enode.of(settings.key(), settings.advertisedHost(), port());
        Hello hello =
                new Hello(
                        Hello.VERSION,
                        settings.client(),
                        List.copyOf(Greeting.OWN.keySet()),
                        port(),
                        Bytes.wrap(Secp256k1.publicKey(settings.key())));
        this.greeting = new Greeting(hello, eth);
        this.dialler = new Dialler(self.address(), loops, new Door());
        staticPeers.forEach(dialler::add);
        dialler.start();
    }

    private Channel listen() throws IOException {
        try {
            return new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .option(ChannelOption.SO_BACKLOG, 128)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(
                            new ChannelInitializer<SocketChannel>() {
                                @Override
                                protected void initChannel(SocketChannel channel) {
                                    welcome(channel);
                                }
                            })
                    .bind(settings.listen())
                    .syncUninterruptibly()
                    .channel();
        } catch (Exception e) { // netty throws the checked exception as it is
            throw new IOException(
                    "cannot listen for peers on "
                            + settings.listen()
                            + " ("
                            + e.getMessage()
                            + "): choose another --p2p-port",
                    e);
        }
    }

    /// Someone has connected.
    private void welcome(SocketChannel channel) {
        InetAddress host = channel.remoteAddress().getAddress();
        int all = greetings.values().stream().mapToInt(AtomicInteger::get).sum();
        AtomicInteger ofHost = greetings.computeIfAbsent(host, ignored -> new AtomicInteger());
        if (all >= GREETINGS_MAX || ofHost.incrementAndGet() > GREETINGS_OF_ONE_HOST_MAX) {
            leaveGreeting(host);
            channel.close().addListener(ignored -> {});
            return;
        }
        RlpxConnection connection =
                RlpxConnection.over(channel, settings.key(), null, budget, random);
        Thread.ofVirtual().name("p2p-in").start(() -> serve(connection, null, host));
    }

    private void leaveGreeting(InetAddress host) {
        greetings.computeIfPresent(
                host, (ignored, count) -> count.decrementAndGet() <= 0 ? null : count);
    }

    /// What the dialler needs of this network.
    final class Door {
        boolean isClosed() {
            return closed;
        }

        boolean isConnected(Address peer) {
            return links.containsKey(peer);
        }

        boolean isBanned(Address peer) {
            return scores.isBanned(peer, System.currentTimeMillis());
        }

        /// Whether to look for more peers than the static ones.
        boolean hasRoom() {
            return links.size() < settings.peersMax() / 2 + 1;
        }

        RlpxConnection over(Channel channel, Enode peer) {
            return RlpxConnection.over(
                    channel, settings.key(), peer.publicKey().unsafeArray(), budget, random);
        }

        /// On the dialling thread, until the connection ends. Whether it was greeted.
        boolean serve(RlpxConnection connection, Enode peer) {
            return RlpxNetwork.this.serve(connection, peer, null);
        }
    }

    /// The whole life of a connection. Whether the peer passed the greeting.
    private boolean serve(
            RlpxConnection connection, @Nullable Enode dialled, @Nullable InetAddress host) {
        Link link = null;
        boolean greeted = false;
        try {
            try {
                link = greet(connection, dialled);
            } finally {
                if (host != null) {
                    leaveGreeting(host);
                }
            }
            register(link);
            greeted = true;
            listener.onConnected(link.info);
            converse(link);
        } catch (PeerException e) {
            LOG.debug("peer {}: {}", connection.remote(), e.getMessage());
            if (link != null && e.reason() == DisconnectReason.PROTOCOL_BREACH) {
                report(link.info.address(), Offence.MALFORMED, String.valueOf(e.getMessage()));
            }
            connection.send(Greeting.DISCONNECT_ID, e.reason().encode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
            connection.release();
            if (link != null && links.remove(link.info.address(), link)) {
                listener.onDisconnected(link.info.address());
            }
        }
        return greeted;
    }

    private Link greet(RlpxConnection connection, @Nullable Enode dialled)
            throws PeerException, InterruptedException {
        boolean isStatic = dialled != null && dialler.isStatic(dialled.address());
        Greeting.Greeted greeted = greeting.run(connection, dialled, isStatic);
        Address peer = greeted.info().address();
        long now = System.currentTimeMillis();
        if (scores.isBanned(peer, now)) {
            throw new PeerException(DisconnectReason.USELESS_PEER, "banned for a while");
        }
        boolean isPlaceSure = isStatic || dialler.isStatic(peer) || listener.isWelcome(peer);
        if (!isPlaceSure && !links.containsKey(peer) && others() >= settings.peersMax()) {
            throw new PeerException(DisconnectReason.TOO_MANY_PEERS, "no place for more");
        }
        boolean selfIsLower = self.address().compareTo(peer) < 0;
        boolean byLower = selfIsLower == (dialled != null);
        return new Link(connection, greeted.info(), greeted.agreement(), byLower, now);
    }

    private long others() {
        return links.values().stream()
                .filter(link -> !dialler.isStatic(link.info.address()))
                .filter(link -> !listener.isWelcome(link.info.address()))
                .count();
    }

    /// Of two connections with one peer the newer stands, for the peer would not dial while it
    /// has one; of two dialled at once that of the lower address, so that both sides keep the
    /// same.
    private void register(Link link) throws PeerException {
        Address peer = link.info.address();
        Link before;
        synchronized (links) {
            before = links.get(peer);
            boolean isSimultaneous =
                    before != null && link.sinceMillis - before.sinceMillis < SIMULTANEOUS_MILLIS;
            if (before != null && isSimultaneous && !(link.byLower && !before.byLower)) {
                throw new PeerException(DisconnectReason.ALREADY_CONNECTED, "connected already");
            }
            if (closed) {
                throw new PeerException(DisconnectReason.CLIENT_QUITTING, "closing");
            }
            links.put(peer, link);
        }
        if (before != null) {
            before.connection.send(
                    Greeting.DISCONNECT_ID, DisconnectReason.ALREADY_CONNECTED.encode());
            before.connection.close();
            listener.onDisconnected(peer);
        }
    }

    /// Hands messages on until the connection ends.
    private void converse(Link link) throws PeerException, InterruptedException {
        TokenBucket bucket =
                new TokenBucket(COST_PER_SECOND, COST_BURST, System.currentTimeMillis());
        boolean isPinged = false;
        while (!closed) {
            RlpxConnection.Message message = link.connection.receive(PING_MILLIS);
            if (message == null) {
                if (isPinged) {
                    throw new PeerException(DisconnectReason.PING_TIMEOUT, "silent too long");
                }
                link.connection.send(Greeting.PING_ID, EMPTY_LIST);
                isPinged = true;
                continue;
            }
            isPinged = false;
            long waitMillis = bucket.pay(cost(link, message), System.currentTimeMillis());
            if (waitMillis > 0) {
                Thread.sleep(waitMillis);
            }
            handle(link, message);
        }
        throw new PeerException(DisconnectReason.CLIENT_QUITTING, "closing");
    }

    private static long cost(Link link, RlpxConnection.Message message) {
        boolean isRequest =
                link.agreement
                        .owner(message.id())
                        .map(slot -> isRequest(slot, message.id() - slot.firstId()))
                        .orElse(false);
        return message.payload().size() + (isRequest ? REQUEST_COST : MESSAGE_COST);
    }

    private static boolean isRequest(Agreement.Slot slot, int code) {
        return switch (slot.capability().name()) {
            case "eth" ->
                    code == EthCode.GET_BLOCK_HEADERS
                            || code == EthCode.GET_BLOCK_BODIES
                            || code == EthCode.GET_RECEIPTS
                            || code == EthCode.GET_POOLED_TRANSACTIONS;
            case "assay" -> WireCode.isAssayRequest(code);
            default -> false;
        };
    }

    private void handle(Link link, RlpxConnection.Message message) throws PeerException {
        int id = message.id();
        switch (id) {
            case Greeting.HELLO_ID ->
                    throw new PeerException(
                            DisconnectReason.PROTOCOL_BREACH, "Hello for a second time");
            case Greeting.DISCONNECT_ID ->
                    throw new PeerException(
                            DisconnectReason.REQUESTED,
                            "the peer goes: " + DisconnectReason.decode(message.payload()));
            case Greeting.PING_ID -> link.connection.send(Greeting.PONG_ID, EMPTY_LIST);
            case Greeting.PONG_ID -> {}
            default -> {
                Agreement.Slot slot =
                        link.agreement
                                .owner(id)
                                .orElseThrow(
                                        () ->
                                                new PeerException(
                                                        DisconnectReason.PROTOCOL_BREACH,
                                                        "message " + id + " of no protocol"));
                int code = protocolOf(slot) | (id - slot.firstId());
                if (code == (WireCode.ETH | EthCode.STATUS)) {
                    throw new PeerException(
                            DisconnectReason.PROTOCOL_BREACH, "a second eth status");
                }
                listener.onMessage(link.info.address(), code, message.payload());
            }
        }
    }

    private static int protocolOf(Agreement.Slot slot) {
        return switch (slot.capability().name()) {
            case "assay" -> WireCode.ASSAY;
            case "eth" -> WireCode.ETH;
            default -> WireCode.ISTANBUL;
        };
    }

    private static String nameOf(int protocol) {
        return switch (protocol) {
            case WireCode.ASSAY -> "assay";
            case WireCode.ETH -> "eth";
            default -> "istanbul";
        };
    }

    @Override
    public void send(Collection<Address> peers, int code, Bytes payload) {
        String protocol = nameOf(WireCode.protocol(code));
        Bytes packed = null;
        for (Address peer : peers) {
            Link link = links.get(peer);
            Optional<Agreement.Slot> slot =
                    link == null ? Optional.empty() : link.agreement.find(protocol);
            if (link == null || slot.isEmpty() || WireCode.local(code) >= slot.get().idCount()) {
                continue;
            }
            if (packed == null) {
                packed = SnappyPayload.compress(payload); // once for all of them
            }
            int id = slot.get().firstId() + WireCode.local(code);
            if (!link.connection.sendPacked(id, packed)) {
                LOG.warn("peer {} reads too slowly and is dropped", peer);
                link.connection.abort();
            }
        }
    }

    @Override
    public List<Address> connected() {
        return List.copyOf(links.keySet());
    }

    @Override
    public Optional<PeerInfo> peer(Address address) {
        return Optional.ofNullable(links.get(address)).map(Link::info);
    }

    @Override
    public List<PeerInfo> peers() {
        List<PeerInfo> peers = new ArrayList<>();
        links.values().forEach(link -> peers.add(link.info));
        return List.copyOf(peers);
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    @Override
    public Optional<Enode> self() {
        return Optional.of(self);
    }

    @Override
    public boolean add(Enode peer) {
        return dialler.add(peer);
    }

    @Override
    public boolean remove(Enode peer) {
        Link link = links.get(peer.address());
        if (link != null) {
            link.connection.send(Greeting.DISCONNECT_ID, DisconnectReason.REQUESTED.encode());
            link.connection.close();
        }
        return dialler.remove(peer.address());
    }

    /// A node that discovery has found.
    public void offer(Enode found) {
        dialler.offer(found);
    }

    @Override
    public void report(Address peer, Offence offence, String detail) {
        if (!scores.add(peer, offence, System.currentTimeMillis())) {
            LOG.debug("peer {}: {}, {}", peer, offence, detail);
            return;
        }
        LOG.warn("peer {} is banned for a while: {}, {}", peer, offence, detail);
        Link link = links.get(peer);
        if (link != null) {
            link.connection.send(Greeting.DISCONNECT_ID, DisconnectReason.USELESS_PEER.encode());
            link.connection.close();
        }
    }

    /// Bytes of large messages in this process, at most [#INBOUND_BYTES_MAX] and one message.
    long inboundBytes() {
        return budget.used();
    }

    @Override
    public void close() {
        synchronized (links) {
            if (closed) {
                return;
            }
            closed = true;
        }
        server.close().syncUninterruptibly();
        synchronized (links) {
            links.values()
                    .forEach(
                            link -> {
                                link.connection.send(
                                        Greeting.DISCONNECT_ID,
                                        DisconnectReason.CLIENT_QUITTING.encode());
                                link.connection.close();
                            });
        }
        stop(loops);
    }

    private static void stop(EventLoopGroup loops) {
        loops.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
