package org.assay.p2p.rlpx;

import io.netty.channel.Channel;
import java.util.EnumSet;

/// Stops reading from a connection while there is any reason to: TCP then holds the peer back.
/// Safe for many threads.
final class ReadGate {
    enum Reason {
        /// The shared budget is spent.
        BUDGET,
        /// What has arrived is not handled yet.
        BACKLOG
    }

    private final Channel channel;
    private final EnumSet<Reason> held = EnumSet.noneOf(Reason.class);

    ReadGate(Channel channel) {
        this.channel = channel;
    }

    synchronized void hold(Reason reason) {
        if (held.add(reason)) {
            channel.config().setAutoRead(false);
        }
    }

    synchronized void release(Reason reason) {
        if (held.remove(reason) && held.isEmpty()) {
            channel.config().setAutoRead(true);
        }
    }
}
