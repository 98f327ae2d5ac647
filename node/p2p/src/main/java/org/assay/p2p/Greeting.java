package org.assay.p2p;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthServer;
import org.assay.p2p.eth.EthStatus;
import org.assay.p2p.rlpx.Agreement;
import org.assay.p2p.rlpx.Capability;
import org.assay.p2p.rlpx.DisconnectReason;
import org.assay.p2p.rlpx.Hello;
import org.assay.p2p.rlpx.PeerException;
import org.assay.p2p.rlpx.RlpxConnection;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import org.jspecify.annotations.Nullable;

/// From an open connection to a peer of this chain: key agreement, Hello, eth status, all within
/// one deadline. On the connection's own thread, top to bottom.
final class Greeting {
    static final int HELLO_ID = 0;
    static final int DISCONNECT_ID = 1;
    static final int PING_ID = 2;
    static final int PONG_ID = 3;

    /// From the open socket to the peer's status; who is slower holds a place too long.
    static final long GREETING_MILLIS_MAX = 5_000;

    private static final int ISTANBUL_IDS = 0x16;
    private static final int ASSAY_IDS = 0x10;

    /// What this node speaks, with the message ids each takes.
    static final SortedMap<Capability, Integer> OWN = capabilities();

    private final Hello own;
    private final EthServer eth;

    /// A peer that has passed.
    record Greeted(PeerInfo info, Agreement agreement) {}

    Greeting(Hello own, EthServer eth) {
        this.own = own;
        this.eth = eth;
    }

    private static SortedMap<Capability, Integer> capabilities() {
        TreeMap<Capability, Integer> own = new TreeMap<>();
        own.put(new Capability("assay", 1), ASSAY_IDS);
        own.put(new Capability("eth", 68), EthCode.idCount(68));
        own.put(new Capability("eth", 69), EthCode.idCount(69));
        own.put(new Capability("istanbul", 100), ISTANBUL_IDS);
        return own;
    }

    /// `expected` is whom this node dialled, null where the peer did. Throws [PeerException] with
    /// the reason to tell the peer.
    Greeted run(RlpxConnection connection, @Nullable Enode expected, boolean isStatic)
            throws PeerException, InterruptedException {
        long deadline = System.currentTimeMillis() + GREETING_MILLIS_MAX;
        Bytes key = connection.awaitAgreement(GREETING_MILLIS_MAX);
        connection.send(HELLO_ID, own.encode());
        Hello theirs = Hello.decode(await(connection, HELLO_ID, deadline));
        if (theirs.version() < Hello.VERSION) {
            throw new PeerException(
                    DisconnectReason.INCOMPATIBLE_VERSION, "devp2p/" + theirs.version());
        }
        connection.startCompression();
        if (!theirs.nodeKey().equals(key)) {
            throw new PeerException(
                    DisconnectReason.UNEXPECTED_IDENTITY, "a Hello with another node's key");
        }
        if (key.equals(own.nodeKey())) {
            throw new PeerException(DisconnectReason.CONNECTED_TO_SELF, "this very node");
        }
        Agreement agreement = Agreement.of(OWN, theirs.capabilities());
        Agreement.Slot slot =
                agreement
                        .find("eth")
                        .orElseThrow(
                                () ->
                                        new PeerException(
                                                DisconnectReason.USELESS_PEER,
                                                "speaks " + theirs.capabilities()));
        EthStatus status = exchange(connection, slot, deadline);
        PeerInfo info =
                new PeerInfo(
                        Address.ofPublicKey(key.unsafeArray()),
                        key,
                        theirs.client(),
                        theirs.capabilities(),
                        connection.remote(),
                        expected == null,
                        isStatic,
                        status,
                        eth.heightOf(status));
        return new Greeted(info, agreement);
    }

    private EthStatus exchange(RlpxConnection connection, Agreement.Slot slot, long deadline)
            throws PeerException, InterruptedException {
        int version = slot.capability().version();
        int id = slot.firstId() + EthCode.STATUS;
        connection.send(id, eth.status(version).encode());
        EthStatus theirs;
        try {
            theirs = EthStatus.decode(version, await(connection, id, deadline));
        } catch (RlpException e) {
            throw new PeerException(
                    DisconnectReason.PROTOCOL_BREACH, "a malformed status: " + e.getMessage(), e);
        }
        Optional<String> refusal = eth.refusal(theirs, version);
        if (refusal.isPresent()) {
            throw new PeerException(DisconnectReason.USELESS_PEER, refusal.get());
        }
        return theirs;
    }

    /// The payload of the next message, which must have this id; pings are answered meanwhile.
    private static Bytes await(RlpxConnection connection, int id, long deadline)
            throws PeerException, InterruptedException {
        while (true) {
            long left = deadline - System.currentTimeMillis();
            RlpxConnection.Message message = left > 0 ? connection.receive(left) : null;
            if (message == null) {
                throw new PeerException(DisconnectReason.PING_TIMEOUT, "no greeting in time");
            }
            if (message.id() == id) {
                return message.payload();
            }
            switch (message.id()) {
                case PING_ID -> connection.send(PONG_ID, RlpxNetwork.EMPTY_LIST);
                case PONG_ID -> {}
                case DISCONNECT_ID ->
                        throw new PeerException(
                                DisconnectReason.REQUESTED,
                                "refused by the peer: "
                                        + DisconnectReason.decode(message.payload()));
                default ->
                        throw new PeerException(
                                DisconnectReason.PROTOCOL_BREACH,
                                "message " + message.id() + " instead of " + id);
            }
        }
    }
}
