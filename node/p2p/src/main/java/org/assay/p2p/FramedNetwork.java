package org.assay.p2p;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TCP connections to a fixed list of peers, dialled until they stand. Each has a virtual thread
/// that reads and one that writes; the state here is shared by them.
public final class FramedNetwork implements PeerNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(FramedNetwork.class);

    /// Connections at once, and messages waiting for one of them.
    private static final int CONNECTIONS_MAX = 128;

    private static final int QUEUE_MAX = 4_096;
    private static final int CONNECT_MILLIS_MAX = 2_000;
    private static final int HANDSHAKE_MILLIS_MAX = 5_000;
    private static final long REDIAL_MILLIS = 500;
    private static final long BAN_MILLIS = 60_000;

    private final Handshake.Identity identity;
    private final Address self;
    private final Listener listener;
    private final ServerSocket server;
    private final SecureRandom random = new SecureRandom();
    private final Map<Address, Connection> connections = new ConcurrentHashMap<>();
    private final Map<Address, Long> bannedUntilMillis = new ConcurrentHashMap<>();
    private final AtomicInteger handshakes = new AtomicInteger();
    private volatile boolean closed;

    private record Outgoing(int code, Bytes payload) {}

    private static final class Connection {
        final Socket socket;
        final ArrayBlockingQueue<Outgoing> queue = new ArrayBlockingQueue<>(QUEUE_MAX);

        Connection(Socket socket) {
            this.socket = socket;
        }
    }

    /// Listens on `listen` and dials `peers`. Throws [IOException] when the port is taken.
    public static FramedNetwork start(
            org.assay.primitives.crypto.SecretKey key,
            org.assay.primitives.UInt256 chainId,
            org.assay.primitives.Hash genesisHash,
            InetSocketAddress listen,
            List<Enode> peers,
            Listener listener)
            throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        try {
            server.bind(listen);
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "cannot listen for peers on "
                            + listen
                            + " ("
                            + e.getMessage()
                            + "): choose another --p2p-port",
                    e);
        }
        FramedNetwork network =
                new FramedNetwork(
                        new Handshake.Identity(key, chainId, genesisHash), listener, server);
        Thread.ofVirtual().name("p2p-accept").start(network::accept);
        for (Enode peer : peers) {
            if (!peer.address().equals(network.self)) {
                Thread.ofVirtual().name("p2p-dial").start(() -> network.dial(peer));
            }
        }
        return network;
    }

    private FramedNetwork(Handshake.Identity identity, Listener listener, ServerSocket server) {
        this.identity = identity;
        this.self = identity.key().address();
        this.listener = listener;
        this.server = server;
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = server.accept();
                if (connections.size() + handshakes.get() >= CONNECTIONS_MAX) {
                    socket.close();
                    continue;
                }
                Thread.ofVirtual().name("p2p-in").start(() -> serve(socket, false));
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("accepting a peer failed: {}", e.getMessage());
                }
            }
        }
    }

    /// Of two nodes the one with the lower address dials, so that one connection stands.
    private void dial(Enode peer) {
        while (!closed) {
            if (self.compareTo(peer.address()) < 0
                    && !connections.containsKey(peer.address())
                    && !isBanned(peer.address())) {
                Socket socket = new Socket();
                try {
                    socket.connect(peer.endpoint(), CONNECT_MILLIS_MAX);
                    serve(socket, true);
                } catch (IOException e) {
                    closeQuietly(socket);
                }
            }
            try {
                Thread.sleep(REDIAL_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, boolean initiator) {
        Address peer = null;
        Thread writer = null;
        Connection connection = new Connection(socket);
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(HANDSHAKE_MILLIS_MAX);
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
            DataOutputStream out =
                    new DataOutputStream(
                            new BufferedOutputStream(socket.getOutputStream(), 65_536));
            Handshake.Session session;
            handshakes.incrementAndGet();
            try {
                session = Handshake.run(identity, in, out, initiator, random);
            } finally {
                handshakes.decrementAndGet();
            }
            socket.setSoTimeout(0);
            if (isBanned(session.peer())
                    || connections.putIfAbsent(session.peer(), connection) != null) {
                return;
            }
            peer = session.peer();
            writer =
                    Thread.ofVirtual().name("p2p-out").start(() -> write(connection, session, out));
            listener.onConnected(peer);
            while (!closed) {
                Frames.Frame frame = session.incoming().read(in);
                listener.onMessage(peer, frame.code(), frame.payload());
            }
        } catch (IOException e) {
            LOG.debug("peer {}: {}", peer, e.getMessage());
        } finally {
            if (writer != null) {
                writer.interrupt();
            }
            if (peer != null && connections.remove(peer, connection)) {
                listener.onDisconnected(peer);
            }
        }
    }

    private void write(Connection connection, Handshake.Session session, DataOutputStream out) {
        try {
            while (!closed && !connection.socket.isClosed()) {
                Outgoing next = connection.queue.take();
                session.outgoing().write(out, next.code, next.payload);
                if (connection.queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            closeQuietly(connection.socket);
        } catch (InterruptedException e) {
            closeQuietly(connection.socket);
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void send(Collection<Address> peers, int code, Bytes payload) {
        for (Address peer : peers) {
            Connection connection = connections.get(peer);
            if (connection != null && !connection.queue.offer(new Outgoing(code, payload))) {
                LOG.warn("peer {} reads too slowly and is dropped", peer);
                closeQuietly(connection.socket);
            }
        }
    }

    @Override
    public List<Address> connected() {
        return List.copyOf(connections.keySet());
    }

    @Override
    public int port() {
        return server.getLocalPort();
    }

    private boolean isBanned(Address peer) {
        Long until = bannedUntilMillis.get(peer);
        return until != null && until > System.currentTimeMillis();
    }

    @Override
    public void ban(Address peer, String reason) {
        LOG.warn("peer {} is banned for a minute: {}", peer, reason);
        bannedUntilMillis.put(peer, System.currentTimeMillis() + BAN_MILLIS);
        Connection connection = connections.get(peer);
        if (connection != null) {
            closeQuietly(connection.socket);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing the listener: {}", e.getMessage());
        }
        connections.values().forEach(connection -> closeQuietly(connection.socket));
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing a socket: {}", e.getMessage());
        }
    }
}
