package org.assay.consensus.simulation;

import java.util.ArrayList;
import java.util.List;
import org.assay.consensus.Qbft;
import org.assay.consensus.Validators;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.Message;
import org.assay.consensus.message.MessageKind;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// A Byzantine validator: two forgetful twins with one key, each talking to its own half of the
/// network, which equivocate just by being honest apart; selective silence; and a forger that
/// sends conflicting proposals, votes for everything, stale and forged round changes, replays and
/// garbage.
final class Adversary implements Participant {
    private static final int HEARD_MAX = 300;
    private static final long RESTART_MILLIS = 200;
    private static final long FORGE_MILLIS = 120;

    private final World world;
    private final int index;
    private final List<SimulatedNode> twins = new ArrayList<>();

    /// Recipients that each twin talks to; the other hears nothing from it.
    private final boolean[] half;

    private final int silencePerMille;
    private final boolean forges;
    private final List<Message> heard = new ArrayList<>();

    private final List<Envelope> replays = new ArrayList<>();
    private long height = 1;
    private Hash parent;
    private Address parentCoinbase = Address.ZERO;

    Adversary(World world, int index) {
        this.world = world;
        this.index = index;
        this.parent = world.ledgers.genesisHash();
        this.half = new boolean[world.scenario.validators()];
        for (int i = 0; i < half.length; i++) {
            half[i] = world.random.nextBoolean();
        }
        this.silencePerMille = world.random.nextInt(3) == 0 ? 500 : 50;
        this.forges = world.random.nextInt(5) > 0;
        boolean twin = world.random.nextInt(3) > 0;
        for (int i = 0; i < (twin ? 2 : 1); i++) {
            twins.add(
                    new SimulatedNode(
                            world,
                            index,
                            new Planted(Qbft::new, true, true),
                            new Twin(twin && i == 1, twin)));
        }
    }

    /// One twin's deeds: only its half of the network hears of them, and nobody checks them.
    private final class Twin implements Conduct {
        private final boolean side;
        private final boolean splits;
        private boolean restarts;

        Twin(boolean side, boolean splits) {
            this.side = side;
            this.splits = splits;
        }

        @Override
        public void send(Address to, Packet packet) {
            boolean mine = !splits || half[world.addresses.indexOf(to)] == side;
            if (mine && !world.happens(silencePerMille)) {
                world.send(address(), to, packet);
            }
        }

        @Override
        public void onSpeech(Message message) {}

        @Override
        public void onAppend(ProposedBlock block, Hash parent) {}

        @Override
        public void onBlame(Address blamed, String reason) {}

        /// Shameless: goes on as if it had said nothing. Not at once, or two adversaries that
        /// send each other away fill the network with greetings and time stands still.
        @Override
        public void onSitOut(long height) {
            if (!restarts) {
                restarts = true;
                world.after(RESTART_MILLIS, this::restart);
            }
        }

        private void restart() {
            restarts = false;
            twins.get(side ? 1 : 0).start();
        }
    }

    @Override
    public Address address() {
        return world.addresses.get(index);
    }

    @Override
    public void start() {
        twins.forEach(SimulatedNode::start);
        if (forges) {
            world.after(FORGE_MILLIS, this::forge);
        }
    }

    @Override
    public void greet(Address peer) {
        twins.forEach(twin -> twin.greet(peer));
    }

    @Override
    public void receive(Address from, Packet packet) {
        switch (packet) {
            case Packet.Consensus(Envelope envelope) -> {
                Message message = envelope.message();
                if (message.height() == height && heard.size() < HEARD_MAX) {
                    heard.add(message);
                }
                if (forges
                        && message.kind() == MessageKind.COMMIT
                        && message.height() == height
                        && !world.safety.isByzantine(message.author())
                        && world.random.nextInt(4) == 0) {
                    ambush(message.round());
                }
                if (replays.size() < HEARD_MAX) {
                    replays.add(envelope);
                } else {
                    replays.set(world.random.nextInt(HEARD_MAX), envelope);
                }
            }
            case Packet.NewBlock(ProposedBlock block) -> {
                if (block.number() >= height) {
                    height = block.number() + 1;
                    parent = block.hash();
                    parentCoinbase = block.coinbase();
                    heard.clear();
                }
            }
            case Packet.BlocksAbove ignored -> {}
            case Packet.Hello ignored -> {}
            case Packet.Submitted ignored -> {}
        }
        twins.forEach(twin -> twin.receive(from, packet));
    }

    @Override
    public void heal() {
        twins.forEach(SimulatedNode::heal);
    }

    private int highestRound() {
        return heard.stream().mapToInt(Message::round).filter(it -> it < 1 << 20).max().orElse(0);
    }

    private void forge() {
        world.after(FORGE_MILLIS + world.random.nextInt(300), this::forge);
        var forgery = new Forgery(world.keys.get(index), address(), world.random, heard);
        int highest = highestRound();
        int round = Math.max(0, highest - world.random.nextInt(3));
        switch (world.random.nextInt(8)) {
            case 0, 1 -> equivocate(forgery, round);
            case 2 -> broadcast(forgery.prepare(height, round));
            case 3 -> broadcast(forgery.commit(height, round));
            case 4, 5 ->
                    broadcast(forgery.roundChange(height, 1 + world.random.nextInt(highest + 4)));
            case 6 -> {
                if (!replays.isEmpty()) {
                    broadcast(replays.get(world.random.nextInt(replays.size())));
                }
            }
            default -> garbage();
        }
    }

    /// Different proposals to the two halves, whoever's turn it is.
    private void equivocate(Forgery forgery, int round) {
        boolean valid = world.random.nextInt(4) > 0;
        Envelope left = forgery.proposal(height, round, freshBlock(valid));
        Envelope right = forgery.proposal(height, round, freshBlock(true));
        for (int i = 0; i < half.length; i++) {
            if (i != index) {
                Packet packet = new Packet.Consensus(half[i] ? left : right);
                world.send(address(), world.addresses.get(i), packet);
            }
        }
    }

    /// While an honest author commits a block in `round` (two adversaries would ambush each
    /// other's ambushes without end, which honest nodes forward): another block for the next
    /// round in which this validator proposes, without a justification, and its votes for it.
    private void ambush(int round) {
        Validators validators = world.validatorsAt(height);
        for (int next = round + 1; next <= round + validators.count(); next++) {
            if (validators.proposer(parentCoinbase, next).equals(address())) {
                var forgery = new Forgery(world.keys.get(index), address(), world.random, heard);
                ProposedBlock block = freshBlock(true).withRound(next);
                broadcast(forgery.proposal(height, next, block));
                broadcast(forgery.prepare(height, next, block.digest()));
                broadcast(forgery.commit(height, next, block.digest()));
                return;
            }
        }
    }

    /// Where the twin is not there yet, a block that nobody can execute.
    private ProposedBlock freshBlock(boolean valid) {
        Ledger.Draft draft =
                new Ledger.Draft(
                        height,
                        parent,
                        address(),
                        world.nowMillis() / 1000,
                        world.random.nextLong(),
                        valid);
        return twins.getFirst().ledger().build(draft).orElseGet(() -> SimulatedBlocks.block(draft));
    }

    private void broadcast(Envelope envelope) {
        for (int i = 0; i < half.length; i++) {
            if (i != index && !world.happens(silencePerMille)) {
                world.send(address(), world.addresses.get(i), new Packet.Consensus(envelope));
            }
        }
    }

    /// Damaged bytes end in the decoder; what still decodes is sent on.
    private void garbage() {
        if (replays.isEmpty()) {
            return;
        }
        Envelope victim = replays.get(world.random.nextInt(replays.size()));
        byte[] bytes = victim.encoded().toArray();
        bytes[world.random.nextInt(bytes.length)] ^= (byte) (1 << world.random.nextInt(8));
        int code = victim.message().kind().code();
        if (Envelope.decode(code, Bytes.wrap(bytes))
                instanceof Envelope.Decoding.Decoded(Envelope mutant)) {
            broadcast(mutant);
        }
    }
}
