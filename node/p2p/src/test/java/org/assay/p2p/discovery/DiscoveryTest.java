package org.assay.p2p.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.assay.p2p.Enode;
import org.assay.p2p.eth.ForkId;
import org.assay.primitives.Address;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private static final ForkId OURS = new ForkId(0x1234_5678, 0);
    private static final long PATIENCE_MILLIS = 30_000;

    private final List<Discovery> open = new ArrayList<>();

    private final class Node {
        final SecretKey key = SecretKey.generate(new SecureRandom());
        final AtomicReference<ForkId> forkId;
        final Set<Address> found = ConcurrentHashMap.newKeySet();
        final int udpPort;
        final Discovery discovery;

        Node(ForkId forkId, List<Enr> bootNodes) throws IOException {
            this.forkId = new AtomicReference<>(forkId);
            this.udpPort = freePort();
            this.discovery =
                    Discovery.start(
                            new Discovery.Settings(
                                    key,
                                    new InetSocketAddress(
                                            InetAddress.getLoopbackAddress(), udpPort),
                                    Optional.of("127.0.0.1"),
                                    40_000,
                                    bootNodes),
                            new Discovery.Chain(
                                    this.forkId::get, their -> their.equals(this.forkId.get())),
                            enode -> found.add(enode.address()));
            open.add(discovery);
        }

        Enr record() {
            return discovery.self();
        }
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void closeAll() {
        open.forEach(Discovery::close);
    }

    private static void await(java.util.function.BooleanSupplier condition)
            throws InterruptedException {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean() && System.currentTimeMillis() < end) {
            Thread.sleep(50);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void threeNodesFindEachOtherThroughOneThatIsNamed() throws Exception {
        Node boot = new Node(OURS, List.of());
        Node second = new Node(OURS, List.of(boot.record()));
        Node third = new Node(OURS, List.of(boot.record()));
        await(() -> second.found.contains(third.key.address()));
        await(() -> third.found.contains(second.key.address()));
        await(() -> boot.found.size() == 2);
    }

    @Test
    void aNodeIsFoundByItsEnodeUrl() throws Exception {
        Node boot = new Node(OURS, List.of());
        Enode url = Enode.of(boot.key, "127.0.0.1", boot.udpPort);
        Node other = new Node(OURS, List.of(Enr.of(url).orElseThrow()));
        await(() -> other.found.contains(boot.key.address()));
        await(() -> boot.found.contains(other.key.address()));
    }

    @Test
    void aNodeOfAnotherForkIsNotToldOnUntilItChanges() throws Exception {
        Node boot = new Node(OURS, List.of());
        Node stranger = new Node(new ForkId(0x0badf00d, 0), List.of(boot.record()));
        Node friend = new Node(OURS, List.of(boot.record()));
        await(() -> friend.found.contains(boot.key.address()));
        await(() -> friend.discovery.liveNodes() == 2);
        Thread.sleep(1_500);
        assertThat(friend.found).doesNotContain(stranger.key.address());
        assertThat(boot.found).doesNotContain(stranger.key.address());

        long before = stranger.record().sequence();
        stranger.forkId.set(OURS);
        await(() -> stranger.record().sequence() > before);
        await(() -> boot.found.contains(stranger.key.address()));
    }

    @Test
    void aTakenPortIsSaidClearly() throws Exception {
        Node first = new Node(OURS, List.of());
        InetSocketAddress taken =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), first.udpPort);
        assertThatThrownBy(
                        () ->
                                Discovery.start(
                                        new Discovery.Settings(
                                                first.key, taken, Optional.empty(), 1, List.of()),
                                        new Discovery.Chain(() -> OURS, OURS::equals),
                                        enode -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--discovery-port");
    }
}
