package org.assay.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assay.p2p.Messenger;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.p2p.eth.EthMessages.Announcement.Entry;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.Keccak;
import org.junit.jupiter.api.Test;

/// Who is asked for announced transactions, and when.
class TransactionGossipTest {
    private static final Address FIRST =
            Address.fromHex("0x0000000000000000000000000000000000000001");
    private static final Address SECOND =
            Address.fromHex("0x0000000000000000000000000000000000000002");
    private static final long NOW = 1_000_000;

    private final TransactionGossip gossip = new TransactionGossip();
    private final Asked network = new Asked();
    private final Set<Hash> known = new HashSet<>();

    private static Entry entry(int seed) {
        return new Entry(
                Transaction.DYNAMIC_FEE, 110, Keccak.hash256(Bytes.of(new byte[] {(byte) seed})));
    }

    private void poll(long millis) {
        gossip.poll(network, known::contains, NOW + millis);
    }

    @Test
    void waitsForTheCopyThatIsOnItsWay() {
        gossip.onAnnounced(FIRST, List.of(entry(1), entry(2)), NOW);
        poll(TransactionGossip.ARRIVAL_MILLIS - 1);
        assertThat(network.asked).isEmpty();
        known.add(entry(1).hash());
        poll(TransactionGossip.ARRIVAL_MILLIS);
        assertThat(network.asked).containsExactly(FIRST + " " + List.of(entry(2).hash()));
    }

    @Test
    void asksTheNextWhoHasItWhenOneDoesNotAnswer() {
        gossip.onAnnounced(FIRST, List.of(entry(1)), NOW);
        gossip.onAnnounced(SECOND, List.of(entry(1)), NOW + 10);
        gossip.onAnnounced(SECOND, List.of(entry(1)), NOW + 20);
        long firstAsked = TransactionGossip.ARRIVAL_MILLIS;
        poll(firstAsked);
        poll(firstAsked + TransactionGossip.ASK_AGAIN_MILLIS - 1);
        assertThat(network.asked).containsExactly(FIRST + " " + List.of(entry(1).hash()));
        poll(firstAsked + TransactionGossip.ASK_AGAIN_MILLIS);
        assertThat(network.asked).last().isEqualTo(SECOND + " " + List.of(entry(1).hash()));
        poll(firstAsked + 10 * TransactionGossip.ASK_AGAIN_MILLIS);
        assertThat(network.asked).hasSize(2);
    }

    @Test
    void anAnnouncementAfterEverybodyFailedIsFollowedAgain() {
        gossip.onAnnounced(FIRST, List.of(entry(1)), NOW);
        poll(TransactionGossip.ARRIVAL_MILLIS);
        poll(60_000);
        gossip.onAnnounced(FIRST, List.of(entry(1)), NOW + 60_000);
        poll(60_000 + TransactionGossip.ARRIVAL_MILLIS);
        assertThat(network.asked).hasSize(2);
    }

    @Test
    void asksForManyInSeveralMessages() {
        List<Entry> many = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            many.add(
                    new Entry(
                            0,
                            110,
                            Keccak.hash256(Bytes.of(new byte[] {1, (byte) (i >> 8), (byte) i}))));
        }
        gossip.onAnnounced(FIRST, many, NOW);
        poll(TransactionGossip.ARRIVAL_MILLIS);
        assertThat(network.asked).hasSize(3);
    }

    /// Notes who was asked for what.
    private static final class Asked implements Messenger {
        private final List<String> asked = new ArrayList<>();

        @Override
        public void send(Collection<Address> peers, int code, Bytes payload) {
            assertThat(code).isEqualTo(WireCode.ETH | EthCode.GET_POOLED_TRANSACTIONS);
            List<Hash> hashes = EthMessages.GetByHash.decode(payload).hashes();
            peers.forEach(peer -> asked.add(peer + " " + hashes));
        }

        @Override
        public List<Address> connected() {
            return List.of(FIRST, SECOND);
        }
    }
}
