package org.assay.consensus.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assay.consensus.Validators;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.SecretKey;

/// The clock, the queue of what is to happen, the network between the nodes, and the seed's one
/// random generator. Everything runs on the caller's thread in an order that the seed alone
/// fixes.
final class World {
    /// Simulated genesis, milliseconds since 1970.
    static final long GENESIS_MILLIS = 1_700_000_000_000L;

    /// Events of a seed; 3,000 are usual, 30,000 many. Beyond it the nodes answer each other
    /// without end, which is a fault of theirs.
    private static final long EVENTS_MAX = 500_000;

    /// Between two transactions of the clients.
    private static final int SUBMIT_MILLIS_MAX = 700;

    private record Due(long atMillis, long order, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    final RandomGenerator random;
    final Scenario scenario;
    final SafetyCheck safety;
    final Ledgers ledgers;
    final List<SecretKey> keys = new ArrayList<>();
    final List<Address> addresses = new ArrayList<>();
    final List<Participant> participants = new ArrayList<>();

    private final Network network;
    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private long nowMillis = GENESIS_MILLIS;
    private long order;
    private long events;

    /// Who can hear whom: nodes in different groups cannot. All 0 when there is no partition.
    private int[] groups;

    private boolean healed;

    World(long seed, Function<Network, Ledgers> makeLedgers) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        scenario = Scenario.draw(random);
        groups = new int[scenario.validators()];
        for (int i = 0; i < scenario.validators(); i++) {
            byte[] key = new byte[32];
            key[30] = (byte) (1 + i);
            key[31] = (byte) (7 * i + 3);
            keys.add(SecretKey.of(key));
            addresses.add(keys.get(i).address());
        }
        safety = new SafetyCheck(this);
        network = network();
        ledgers = makeLedgers.apply(network);
    }

    long nowMillis() {
        return nowMillis;
    }

    long elapsedMillis() {
        return nowMillis - GENESIS_MILLIS;
    }

    boolean isHealed() {
        return healed;
    }

    /// The set changes only where the faulty ones stay within what the smaller set tolerates.
    private Network network() {
        int count = scenario.validators();
        boolean shrinks = scenario.changingSet() && scenario.byzantine() <= (count - 2) / 3;
        return new Network(
                keys, shrinks, scenario.rules(), scenario.timing(), GENESIS_MILLIS / 1000);
    }

    Validators validatorsAt(long height) {
        return network.validatorsAt(height);
    }

    boolean happens(int perMille) {
        return random.nextInt(1000) < perMille;
    }

    void after(long delayMillis, Runnable action) {
        queue.add(new Due(nowMillis + Math.max(delayMillis, 0), order++, action));
    }

    /// Runs what is due next; false where nothing is, or only after `untilMillis`.
    boolean runNext(long untilMillis) {
        Due due = queue.peek();
        if (due == null || due.atMillis() > untilMillis) {
            nowMillis = Math.max(nowMillis, untilMillis);
            return false;
        }
        queue.poll();
        nowMillis = due.atMillis();
        if (++events > EVENTS_MAX) {
            throw new SafetyCheck.Violation("a message storm");
        }
        due.action().run();
        return true;
    }

    /// Sends with the scenario's delays, losses and copies; after the healing promptly and
    /// surely.
    void send(Address from, Address to, Packet packet) {
        int copies = !healed && happens(scenario.duplicatePerMille()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (!healed && happens(scenario.lossPerMille())) {
                continue;
            }
            long delayMax = healed ? 60 : scenario.delayMillisMax();
            after(5 + random.nextLong(delayMax), () -> deliver(from, to, packet));
        }
    }

    private void deliver(Address from, Address to, Packet packet) {
        int sender = addresses.indexOf(from);
        int receiver = addresses.indexOf(to);
        if (groups[sender] == groups[receiver]) {
            participants.get(receiver).receive(from, packet);
        }
    }

    /// Clients send a transaction to every node; some of these copies are lost or late.
    void submit() {
        Optional<Bytes> transaction = ledgers.transaction(random);
        if (transaction.isEmpty()) {
            return;
        }
        Packet packet = new Packet.Submitted(transaction.get());
        for (Participant node : participants) {
            if (healed || !happens(scenario.lossPerMille())) {
                long delayMax = healed ? 60 : scenario.delayMillisMax();
                after(random.nextLong(delayMax), () -> node.receive(node.address(), packet));
            }
        }
        after(50 + random.nextInt(SUBMIT_MILLIS_MAX), this::submit);
    }

    /// Now and then splits the network in two, or joins it again.
    void shufflePartitions() {
        if (healed) {
            return;
        }
        int[] next = new int[groups.length];
        if (random.nextInt(3) > 0) {
            for (int i = 0; i < next.length; i++) {
                next[i] = random.nextInt(2);
            }
        }
        regroup(next);
        after(500 + random.nextInt(6_000), this::shufflePartitions);
    }

    private void regroup(int[] next) {
        int[] before = groups;
        groups = next;
        for (int i = 0; i < next.length; i++) {
            for (int j = 0; j < next.length; j++) {
                if (i != j && before[i] != before[j] && next[i] == next[j]) {
                    connect(addresses.get(i), addresses.get(j));
                }
            }
        }
    }

    /// Both ends notice a new connection.
    void connect(Address one, Address other) {
        participants.get(addresses.indexOf(other)).greet(one);
    }

    /// Ends all faults but those of the Byzantine nodes, and connects everybody anew.
    void heal() {
        healed = true;
        groups = new int[groups.length];
        participants.forEach(Participant::heal);
        for (Address one : addresses) {
            for (Address other : addresses) {
                if (!one.equals(other)) {
                    connect(one, other);
                }
            }
        }
    }
}
