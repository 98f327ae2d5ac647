package org.assay.consensus.simulation;

import java.util.ArrayList;
import java.util.List;
import org.assay.consensus.Effect;
import org.assay.consensus.Event;
import org.assay.consensus.Head;
import org.assay.consensus.Lock;
import org.assay.consensus.Qbft;
import org.assay.consensus.SealCheck;
import org.assay.consensus.Verdict;
import org.assay.consensus.Watermark;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// An honest validator: a disk that survives crashes and a process that does not. A crash may
/// strike between any two effects of a step, so that writes which the loop had not yet synced are
/// lost.
final class SimulatedNode implements Participant {
    private static final long DOWN_MILLIS_MAX = 6_000;

    /// Headers that a restart looks back over.
    private static final int LOOK_BACK = 16;

    private final World world;
    private final Conduct conduct;
    private final int index;
    private final SecretKey key;
    private final Planted planted;
    private final Ledger ledger;
    private final long skewMillis;
    private final boolean slowSigner;

    private @Nullable Qbft process;

    /// Counts restarts, so that what an earlier process had scheduled does not reach the next.
    private int incarnation;

    private int blockTimer;
    private int roundTimer;

    SimulatedNode(World world, int index, Planted planted, Conduct conduct) {
        this.conduct = conduct;
        this.world = world;
        this.index = index;
        this.key = world.keys.get(index);
        this.planted = planted;
        this.ledger = world.ledgers.open(key);
        long skewMax = world.scenario.clockSkewMillisMax();
        this.skewMillis = skewMax == 0 ? 0 : world.random.nextLong(-skewMax, skewMax);
        this.slowSigner = world.scenario.signerDelayMillisMax() > 0;
    }

    @Override
    public Address address() {
        return world.addresses.get(index);
    }

    /// What restarts find.
    Ledger ledger() {
        return ledger;
    }

    private long headHeight() {
        return ledger.headNumber();
    }

    private Head head() {
        return new Head(
                ledger.headNumber(),
                ledger.headHash(),
                ledger.headCoinbase(),
                ledger.headTimestampSeconds() * 1000,
                ledger.nextValidators(),
                world.scenario.timing());
    }

    @Override
    public void start() {
        incarnation++;
        process = planted.machine(address(), world.scenario.rules());
        List<QbftHeader> recent = new ArrayList<>();
        for (long n = Math.max(1, headHeight() - LOOK_BACK + 1); n <= headHeight(); n++) {
            recent.add(ledger.blockAt(n).header());
        }
        step(
                new Event.Start(
                        head(),
                        ledger.watermark().filter(it -> !planted.forgetsWatermark()),
                        ledger.lock().filter(it -> !planted.forgetsLock()),
                        planted.forgetsWatermark() ? List.of() : recent));
        for (Address peer : world.addresses) {
            if (!peer.equals(address())) {
                greet(peer);
                world.connect(address(), peer);
            }
        }
    }

    @Override
    public void greet(Address peer) {
        if (process != null) {
            conduct.send(peer, new Packet.Hello(headHeight()));
            step(new Event.PeerConnected(peer));
        }
    }

    private void crash() {
        process = null;
        incarnation++;
        ledger.crash(world.random);
        world.after(
                world.random.nextLong(DOWN_MILLIS_MAX),
                () -> {
                    if (process == null) {
                        start();
                    }
                });
    }

    @Override
    public void heal() {
        if (process == null) {
            start();
        }
    }

    @Override
    public void receive(Address from, Packet packet) {
        if (process == null) {
            return;
        }
        switch (packet) {
            case Packet.Consensus(Envelope envelope) ->
                    step(new Event.MessageReceived(from, envelope));
            case Packet.NewBlock(ProposedBlock block) -> importBlock(from, block);
            case Packet.BlocksAbove(long height) -> serve(from, height);
            case Packet.Submitted(Bytes transaction) -> ledger.offer(transaction);
            case Packet.Hello(long height) -> {
                if (height > headHeight()) {
                    conduct.send(from, new Packet.BlocksAbove(headHeight()));
                }
            }
        }
    }

    private void serve(Address to, long height) {
        for (long next = height; next < Math.min(headHeight(), height + 64); next++) {
            conduct.send(to, new Packet.NewBlock(ledger.blockAt(next + 1)));
        }
    }

    private void importBlock(Address from, ProposedBlock block) {
        if (block.number() > headHeight() + 1) {
            conduct.send(from, new Packet.BlocksAbove(headHeight()));
            return;
        }
        boolean next =
                block.number() == headHeight() + 1
                        && block.header().parentHash().equals(ledger.headHash());
        if (next
                && SealCheck.verify(block.header(), world.validatorsAt(block.number()))
                        instanceof SealCheck.Result.Sealed
                && ledger.accepts(block)) {
            // A twin knows of its other self and goes on all the same.
            append(
                    block,
                    false,
                    conduct instanceof Conduct.Honest ? List.of(block.header()) : List.of());
        }
    }

    /// `fetched`: headers that came from others, not by consensus here.
    private void append(ProposedBlock block, boolean synced, List<QbftHeader> fetched) {
        conduct.onAppend(block, ledger.headHash());
        ledger.append(block, synced);
        for (Address peer : world.addresses) {
            if (!peer.equals(address())) {
                conduct.send(peer, new Packet.NewBlock(block));
            }
        }
        step(new Event.NewHead(head(), fetched));
    }

    private void step(Event event) {
        Qbft machine = process;
        if (machine == null) {
            return;
        }
        int life = incarnation;
        for (Effect effect : machine.step(event)) {
            if (incarnation != life) {
                return;
            }
            if (!world.isHealed() && world.happens(world.scenario.crashPerMille() / 4)) {
                crash();
                return;
            }
            perform(effect);
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.PersistWatermark(Watermark watermark) -> ledger.keep(watermark);
            case Effect.PersistLock(Lock lock) -> ledger.keep(lock);
            case Effect.Sign sign -> sign(sign.id(), sign.digest());
            case Effect.Send(Envelope envelope, List<Address> recipients) -> {
                if (envelope.message().author().equals(address())) {
                    conduct.onSpeech(envelope.message());
                }
                for (Address recipient : recipients) {
                    conduct.send(recipient, new Packet.Consensus(envelope));
                }
            }
            case Effect.StartBlockTimer(long height, long atMillis) ->
                    startBlockTimer(height, atMillis);
            case Effect.StartRoundTimer(long height, int round, long delayMillis) -> {
                int timer = ++roundTimer;
                later(
                        delayMillis,
                        () -> {
                            if (timer == roundTimer) {
                                step(new Event.RoundTimerExpired(height, round));
                            }
                        });
            }
            case Effect.BuildBlock(long height, int round, Head parent) ->
                    later(world.random.nextLong(30), () -> build(height, round, parent));
            case Effect.Validate validate ->
                    later(world.random.nextLong(40), () -> validate(validate));
            case Effect.Append append -> {
                if (append.block().block().number() == headHeight() + 1) {
                    append(append.block().block(), true, List.of());
                }
            }
            case Effect.RequestSync(Address peer, long ignored) ->
                    conduct.send(peer, new Packet.BlocksAbove(headHeight()));
            case Effect.PeerBehind(Address peer, long height) -> serve(peer, height - 1);
            case Effect.Blame(Address peer, var reason) -> conduct.onBlame(peer, reason.name());
            case Effect.SitOut(long height) -> conduct.onSitOut(height);
        }
    }

    /// Runs `action` unless this process has died by then.
    private void later(long delayMillis, Runnable action) {
        int life = incarnation;
        world.after(
                delayMillis,
                () -> {
                    if (incarnation == life) {
                        action.run();
                    }
                });
    }

    private void sign(long id, Hash digest) {
        Runnable answer = () -> step(new Event.Signed(id, Secp256k1.sign(digest, key)));
        if (slowSigner) {
            later(world.random.nextLong(world.scenario.signerDelayMillisMax()), answer);
        } else {
            later(0, answer);
        }
    }

    private long clockMillis() {
        return world.nowMillis() + skewMillis;
    }

    private void startBlockTimer(long height, long atMillis) {
        int timer = ++blockTimer;
        later(
                atMillis - clockMillis(),
                () -> {
                    if (timer == blockTimer) {
                        boolean work = ledger.hasWork(world.random);
                        step(new Event.BlockTimerExpired(height, clockMillis(), work));
                    }
                });
    }

    private void build(long height, int round, Head parent) {
        long timestamp = Math.max(clockMillis() / 1000, parent.timestampMillis() / 1000 + 1);
        Ledger.Draft draft =
                new Ledger.Draft(
                        height, parent.hash(), address(), timestamp, world.random.nextLong(), true);
        ledger.build(draft).ifPresent(block -> step(new Event.BlockBuilt(height, round, block)));
    }

    private void validate(Effect.Validate validate) {
        Verdict verdict = Verdict.VALID;
        if (validate.height() != headHeight() + 1) {
            verdict = new Verdict.Invalid("simulated");
        } else if (!planted.skipsExecution()) {
            verdict = ledger.check(validate.block(), clockMillis());
        }
        if (verdict.equals(Verdict.VALID)
                && !world.isHealed()
                && world.happens(world.scenario.cannotCheckPerMille())) {
            verdict = new Verdict.CannotCheck("simulated");
        }
        step(new Event.Validated(validate.height(), validate.block(), verdict));
    }
}
