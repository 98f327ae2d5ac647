package org.assay.p2p;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;

/// Connections to other nodes, each known by the address of its node key (a validator's is its
/// validator key). Safe for many threads; nothing here blocks on a slow peer.
public interface PeerNetwork extends Messenger, AutoCloseable {
    /// What the network tells its owner; called on the peer's own thread.
    interface Listener {
        void onConnected(PeerInfo peer);

        void onDisconnected(Address peer);

        /// Whether the peer has a place even when all are taken: a validator.
        default boolean isWelcome(Address peer) {
            return false;
        }

        /// One message with a code of [WireCode].
        void onMessage(Address peer, int code, Bytes payload);
    }

    Optional<PeerInfo> peer(Address address);

    List<PeerInfo> peers();

    /// The TCP port listened on.
    int port();

    /// This node as others dial it, where it has a network.
    Optional<Enode> self();

    /// Stays connected to this node from now on; false when it does already.
    boolean add(Enode peer);

    /// Ends the connection with this node and no longer dials it; false when it was not dialled.
    boolean remove(Enode peer);

    /// Counts what a peer did wrong; enough of it ends the connection and refuses new ones.
    void report(Address peer, Offence offence, String detail);

    /// Ends the connection and refuses new ones with this peer for a while.
    default void ban(Address peer, String reason) {
        report(peer, Offence.MALFORMED, reason);
    }

    @Override
    void close();
}
