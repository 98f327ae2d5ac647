package org.assay.p2p;

import java.net.InetSocketAddress;
import java.util.List;
import org.assay.p2p.eth.EthStatus;
import org.assay.p2p.rlpx.Capability;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;

/// A connected peer: who it is, what it speaks, and what it said of its chain when it connected.
/// `nodeKey` has 64 bytes; `remote` is the socket's other end, `inbound` whether the peer opened
/// it.
public record PeerInfo(
        Address address,
        Bytes nodeKey,
        String client,
        List<Capability> capabilities,
        InetSocketAddress remote,
        boolean inbound,
        boolean isStatic,
        EthStatus status,
        long height) {
    /// 68 or 69.
    public int ethVersion() {
        return status.version();
    }

    public boolean speaks(String protocol) {
        return capabilities.stream().anyMatch(one -> one.name().equals(protocol));
    }
}
