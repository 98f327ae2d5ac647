package org.assay.app.node;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assay.app.devnet.Ports;
import org.assay.chain.Blockchain;
import org.assay.p2p.Enode;
import org.assay.p2p.PeerInfo;
import org.assay.p2p.PeerNetwork;
import org.assay.p2p.RlpxNetwork;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.p2p.eth.EthServer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.NullUnmarked;

/// A peer that answers from a real chain and a real snapshot, but lets a test change what it
/// says: the nearest thing to an honest server that a hostile one can be.
@NullUnmarked
final class TwistedServer implements PeerNetwork.Listener, AutoCloseable {
    /// What goes out in place of the honest answer; nothing where the server stays silent.
    interface Twist {
        Optional<Bytes> apply(int code, Bytes honest);

        Twist NONE = (code, honest) -> Optional.of(honest);
    }

    final Enode enode;
    private final SecretKey key;
    private final EthServer eth;
    private final SnapshotDesk snapshots;
    private final Twist twist;
    private final CountDownLatch left = new CountDownLatch(1);
    private PeerNetwork network;

    TwistedServer(String name, Blockchain chain, SnapshotDesk snapshots, Twist twist)
            throws Exception {
        this.key = TestNetwork.key(name);
        this.enode = Enode.of(key, "127.0.0.1", Ports.free());
        this.eth = new EthServer(chain, hash -> Optional.empty());
        this.snapshots = snapshots;
        this.twist = twist;
    }

    TwistedServer start() throws Exception {
        P2pPlan plan = P2pPlan.of(key, enode.endpoint(), List.of());
        network = RlpxNetwork.start(plan.settings(), eth, List.of(), this);
        return this;
    }

    /// Whether the other side has ended the connection within this time.
    boolean isDropped(long millis) throws InterruptedException {
        return left.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onConnected(PeerInfo peer) {}

    @Override
    public void onDisconnected(Address peer) {
        left.countDown();
    }

    @Override
    public void onMessage(Address peer, int code, Bytes payload) {
        switch (code) {
            case WireCode.GET_SNAPSHOTS ->
                    say(
                            peer,
                            WireCode.SNAPSHOTS,
                            snapshots
                                    .answer(SnapshotMessages.GetSnapshots.decode(payload))
                                    .encode());
            case WireCode.GET_VALIDATOR_SETS ->
                    say(
                            peer,
                            WireCode.VALIDATOR_SETS,
                            snapshots
                                    .answer(SnapshotMessages.GetValidatorSets.decode(payload))
                                    .encode());
            case WireCode.GET_STATE ->
                    say(
                            peer,
                            WireCode.STATE,
                            snapshots.answer(SnapshotMessages.GetState.decode(payload)).encode());
            case WireCode.ETH | EthCode.GET_BLOCK_HEADERS ->
                    say(
                            peer,
                            WireCode.ETH | EthCode.BLOCK_HEADERS,
                            eth.headers(EthMessages.GetHeaders.decode(payload)));
            case WireCode.ETH | EthCode.GET_BLOCK_BODIES ->
                    say(
                            peer,
                            WireCode.ETH | EthCode.BLOCK_BODIES,
                            eth.bodies(EthMessages.GetByHash.decode(payload)));
            case WireCode.ETH | EthCode.GET_RECEIPTS ->
                    say(
                            peer,
                            WireCode.ETH | EthCode.RECEIPTS,
                            eth.receipts(EthMessages.GetByHash.decode(payload), 69));
            default -> {}
        }
    }

    private void say(Address peer, int code, Bytes honest) {
        twist.apply(code, honest).ifPresent(said -> network.send(List.of(peer), code, said));
    }

    @Override
    public void close() {
        network.close();
    }
}
