package org.assay.p2p.discovery;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.assay.p2p.Enode;
import org.assay.p2p.eth.ForkId;
import org.assay.primitives.crypto.SecretKey;
import org.ethereum.beacon.discovery.DiscoverySystem;
import org.ethereum.beacon.discovery.DiscoverySystemBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds nodes of this chain by discovery v5 and tells on each that can be dialled. One thread of
/// its own looks at what the library has found; the library's threads do the talking.
public final class Discovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private static final long START_SECONDS_MAX = 10;

    /// Between two looks at the nodes found.
    private static final long LOOK_MILLIS = 500;

    /// Between two searches for nodes not known yet: often at first, then less.
    private static final long SEARCH_MILLIS_MIN = 1_000;

    private static final long SEARCH_MILLIS_MAX = 30_000;

    private final Settings settings;
    private final Chain chain;
    private final Consumer<Enode> found;
    private final Thread thread;
    private volatile DiscoverySystem system;
    private ForkId forkId;

    /// `listen` has the UDP port; `tcpPort` is where RLPx listens. Without `advertisedHost` the
    /// record has no address until others have said which one they see.
    public record Settings(
            SecretKey key,
            InetSocketAddress listen,
            Optional<String> advertisedHost,
            int tcpPort,
            List<Enr> bootNodes) {
        public Settings {
            bootNodes = List.copyOf(bootNodes);
        }
    }

    /// This chain's forks: where it is now, and whether a node with another id can be on it.
    public record Chain(Supplier<ForkId> forkId, Predicate<ForkId> accepts) {}

    /// Calls `found` again and again with every node of this chain that answers. Throws
    /// [IOException] when the port is taken.
    public static Discovery start(Settings settings, Chain chain, Consumer<Enode> found)
            throws IOException {
        Discovery discovery = new Discovery(settings, chain, found);
        discovery.thread.start();
        return discovery;
    }

    private Discovery(Settings settings, Chain chain, Consumer<Enode> found) throws IOException {
        this.settings = settings;
        this.chain = chain;
        this.found = found;
        this.forkId = chain.forkId().get();
        this.system = open(forkId);
        this.thread = Thread.ofVirtual().name("discovery").unstarted(this::look);
    }

    private DiscoverySystem open(ForkId current) throws IOException {
        // A restart has a newer record than the run before it: milliseconds, as geth counts them.
        Enr own =
                Enr.sign(
                        settings.key,
                        System.currentTimeMillis(),
                        settings.advertisedHost,
                        settings.tcpPort,
                        settings.listen.getPort(),
                        current);
        DiscoverySystem opened =
                new DiscoverySystemBuilder()
                        .listen(settings.listen)
                        .localNodeRecord(own.record())
                        .signer(Enr.signer(settings.key))
                        .bootnodes(settings.bootNodes.stream().map(Enr::record).toList())
                        .recursiveLookupInterval(Duration.ofSeconds(10))
                        .build();
        try {
            opened.start().get(START_SECONDS_MAX, TimeUnit.SECONDS);
            return opened;
        } catch (ExecutionException | TimeoutException e) {
            opened.stop();
            throw new IOException(
                    "cannot listen for discovery on UDP "
                            + settings.listen
                            + " ("
                            + e.getMessage()
                            + "): choose another --discovery-port",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            opened.stop();
            throw new IOException("interrupted", e);
        }
    }

    private void look() {
        long searchMillis = SEARCH_MILLIS_MIN;
        long nextSearch = 0;
        try {
            while (true) {
                renew();
                system.streamLiveNodes().map(Enr::new).forEach(this::consider);
                long now = System.currentTimeMillis();
                if (now >= nextSearch) {
                    var _ = system.searchForNewPeers();
                    nextSearch = now + searchMillis;
                    searchMillis = Math.min(SEARCH_MILLIS_MAX, searchMillis * 2);
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A fork has passed: a new record goes out, by a fresh start, as it happens some times in
    /// the life of a chain.
    private void renew() {
        ForkId now = chain.forkId().get();
        if (now.equals(forkId)) {
            return;
        }
        system.stop();
        try {
            system = open(now);
            forkId = now;
        } catch (IOException e) {
            LOG.warn("discovery stands still: {}", e.getMessage());
        }
    }

    private void consider(Enr node) {
        boolean isOurs = node.forkId().filter(chain.accepts()).isPresent();
        if (isOurs) {
            node.enode().ifPresent(found);
        }
    }

    /// This node's record as it is now.
    public Enr self() {
        return new Enr(system.getLocalNodeRecord());
    }

    /// Nodes that answer, of any chain.
    public int liveNodes() {
        return (int) system.streamLiveNodes().count();
    }

    @Override
    public void close() {
        thread.interrupt();
        system.stop();
    }
}
