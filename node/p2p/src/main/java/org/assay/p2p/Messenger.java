package org.assay.p2p;

import java.util.Collection;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;

/// Who can be told something. Safe for many threads; nothing here blocks on a slow peer.
public interface Messenger {
    /// Queues a message for each of `peers` that is connected and speaks its protocol; a peer
    /// that reads too slowly is dropped.
    void send(Collection<Address> peers, int code, Bytes payload);

    List<Address> connected();
}
