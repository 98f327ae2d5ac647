package org.assay.p2p;

import java.util.Collection;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;

/// Connections to other nodes, each known by the address of its node key (a validator's is its
/// validator key). Safe for many threads; nothing here blocks on a slow peer.
public interface PeerNetwork extends AutoCloseable {
    /// What the network tells its owner; called on the peer's own thread.
    interface Listener {
        void onConnected(Address peer);

        void onDisconnected(Address peer);

        /// One message, at most [Frames#FRAME_BYTES_MAX] bytes.
        void onMessage(Address peer, int code, Bytes payload);
    }

    /// Queues a message for each of `peers` that is connected; a peer whose queue is full is
    /// dropped.
    void send(Collection<Address> peers, int code, Bytes payload);

    List<Address> connected();

    /// The TCP port listened on.
    int port();

    /// Ends the connection and refuses new ones with this peer for a while.
    void ban(Address peer, String reason);

    @Override
    void close();
}
