package org.assay.app.node;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.chain.BlockBuilder;
import org.assay.chain.BlockError;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.ChainHead;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.PrologueRules;
import org.assay.chain.QbftConfig;
import org.assay.chain.QbftSchedule;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.Effect;
import org.assay.consensus.Event;
import org.assay.consensus.FinalBlock;
import org.assay.consensus.Head;
import org.assay.consensus.Lock;
import org.assay.consensus.PendingVotes;
import org.assay.consensus.Qbft;
import org.assay.consensus.Rules;
import org.assay.consensus.Timing;
import org.assay.consensus.Validators;
import org.assay.consensus.Verdict;
import org.assay.consensus.Watermark;
import org.assay.consensus.emission.EmissionStep;
import org.assay.consensus.message.ExtraData;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.QbftHeader;
import org.assay.consensus.message.Vote;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Invariant;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.block.Withdrawal;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.rlp.RlpException;
import org.assay.storage.Column;
import org.assay.storage.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Performs what [Qbft] decides, strictly in order: disk before wire. Owned by the node loop.
final class Consensus {
    private static final Logger LOG = LoggerFactory.getLogger(Consensus.class);
    private static final Bytes WATERMARK_KEY = ascii("watermark");
    private static final Bytes LOCK_KEY = ascii("lock");
    private static final int LOOK_BACK = 256;
    private static final long NEVER = Long.MAX_VALUE;

    /// How long the timers of a node that has just started wait for its peers.
    private static final long LEVEL_MILLIS_MAX = 10_000;

    private final Parts parts;
    private final NodeKeys keys;
    private final Qbft qbft;
    private final BlockBuilder builder;
    private final PendingVotes votes = new PendingVotes();

    /// Blocks of the current height that have passed every check here. By header and body: the
    /// block hash alone says nothing of a body that is not the header's.
    private final Map<ProposedBlock.Id, ExecutedBlock> executed = new HashMap<>();

    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private boolean stepping;
    private long blockTimerAt = NEVER;
    private long blockTimerHeight;
    private long roundTimerAt = NEVER;
    private long roundTimerHeight;
    private int roundTimerRound;
    private long levelBefore = NEVER;

    Consensus(Parts parts, NodeKeys keys) {
        this.parts = parts;
        this.keys = keys;
        this.builder = new BlockBuilder(parts.chain());
        boolean assay = parts.chain().spec().assay().isPresent();
        this.qbft = new Qbft(keys.address(), assay ? Rules.ASSAY : Rules.BESU);
    }

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    int round() {
        return qbft.round();
    }

    /// What `qbft_proposeValidatorVote` asked for.
    PendingVotes votes() {
        return votes;
    }

    void start() {
        levelBefore = System.currentTimeMillis() + LEVEL_MILLIS_MAX;
        ChainHead head = parts.chain().head();
        Optional<Watermark> watermark =
                Optional.ofNullable(parts.store().get(Column.CONSENSUS, WATERMARK_KEY))
                        .map(Watermark::decode);
        Optional<Lock> lock =
                Optional.ofNullable(parts.store().get(Column.CONSENSUS, LOCK_KEY))
                        .map(Lock::decode);
        step(new Event.Start(headOf(head), watermark, lock, headersFrom(1)));
    }

    /// The headers from `first` to the head, the latest [#LOOK_BACK] of them.
    private List<QbftHeader> headersFrom(long first) {
        long last = parts.chain().head().number();
        List<QbftHeader> headers = new ArrayList<>();
        for (long n = Math.max(first, last - LOOK_BACK + 1); n <= last; n++) {
            parts.chain()
                    .headerAt(n)
                    .ifPresent(h -> headers.add(QbftHeader.decode(Bytes.wrap(h.encode()))));
        }
        return headers;
    }

    /// Fires what is due.
    void poll(long nowMillis) {
        if (!isLevel(nowMillis)) {
            return;
        }
        if (nowMillis >= blockTimerAt) {
            blockTimerAt = NEVER;
            boolean work = parts.pool().count() > 0 || parts.desk().hasWork();
            step(new Event.BlockTimerExpired(blockTimerHeight, nowMillis, work));
        }
        if (nowMillis >= roundTimerAt) {
            roundTimerAt = NEVER;
            step(new Event.RoundTimerExpired(roundTimerHeight, roundTimerRound));
        }
    }

    /// After a start, timers wait until peers that make a quorum with this node have said where
    /// they are and it is there too: an old copy of a data directory would speak at heights that
    /// are over, where its key has spoken before.
    private boolean isLevel(long nowMillis) {
        if (nowMillis < levelBefore) {
            int quorum = Validators.of(parts.chain().head().nextValidators()).quorum();
            if (!parts.sync().isLevelWith(quorum - 1)) {
                return false;
            }
            levelBefore = 0;
        }
        return true;
    }

    /// The chain has moved on without this machine: by sync.
    void onNewHead() {
        executed.clear();
        List<QbftHeader> synced = headersFrom(Math.max(1, qbft.height()));
        step(new Event.NewHead(headOf(parts.chain().head()), synced));
    }

    void step(Event event) {
        events.add(event);
        if (stepping) {
            return; // answered after the effects that are being performed
        }
        stepping = true;
        while (!events.isEmpty()) {
            for (Effect effect : qbft.step(events.remove())) {
                perform(effect);
            }
        }
        stepping = false;
    }

    private Head headOf(ChainHead head) {
        QbftSchedule schedule = parts.chain().spec().qbft().orElseThrow();
        QbftConfig qbftConfig = schedule.after(head.header());
        long periodMillis = schedule.periodMillisAfter(head.header());
        // Timestamps are whole seconds: a network that is faster goes by when the block was here.
        long sinceMillis =
                periodMillis < 1_000
                        ? System.currentTimeMillis()
                        : head.header().timestamp() * 1_000;
        return new Head(
                head.number(),
                head.hash(),
                head.header().coinbase(),
                sinceMillis,
                Validators.of(head.nextValidators()),
                new Timing(
                        periodMillis,
                        qbftConfig.emptyBlockPeriodMillis(),
                        qbftConfig.requestTimeoutMillis()));
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.BuildBlock build -> build(build);
            case Effect.Validate validate -> validate(validate);
            case Effect.PersistWatermark(Watermark watermark) ->
                    parts.store()
                            .write(
                                    new WriteBatch()
                                            .put(
                                                    Column.CONSENSUS,
                                                    WATERMARK_KEY,
                                                    watermark.encode()));
            case Effect.PersistLock(Lock lock) ->
                    parts.store()
                            .write(new WriteBatch().put(Column.CONSENSUS, LOCK_KEY, lock.encode()));
            case Effect.Sign sign ->
                    keys.whenSigned(
                            sign.message(),
                            parts::postFirst,
                            signature -> step(new Event.Signed(sign.id(), signature)));
            case Effect.Send send -> send(send);
            case Effect.StartBlockTimer(long height, long atMillis) -> {
                blockTimerHeight = height;
                blockTimerAt = atMillis;
            }
            case Effect.StartRoundTimer(long height, int round, long delayMillis) -> {
                roundTimerHeight = height;
                roundTimerRound = round;
                roundTimerAt = System.currentTimeMillis() + delayMillis;
            }
            case Effect.Append(FinalBlock block) -> append(block);
            case Effect.RequestSync(Address peer, long height) ->
                    parts.sync().request(peer, height);
            case Effect.PeerBehind(Address peer, long height) -> parts.sync().tellStatus(peer);
            case Effect.Blame blame -> parts.blame(blame.peer(), blame.reason().toString());
            case Effect.SitOut(long height) ->
                    LOG.warn(
                            "this key has signed beyond what this disk remembers and signs nothing"
                                    + " up to block {}: the data directory is an old copy, or the"
                                    + " key is in use elsewhere",
                            height);
        }
    }

    /// To the validators, who are known by their keys; one whose key is with a remote signer has
    /// another identity among peers, so what cannot be addressed goes to those that are no
    /// validators as well.
    private void send(Effect.Send send) {
        List<Address> recipients = new ArrayList<>(send.recipients());
        List<Address> connected = parts.network().connected();
        if (!connected.containsAll(recipients)) {
            List<Address> validators = parts.chain().head().nextValidators();
            connected.stream().filter(peer -> !validators.contains(peer)).forEach(recipients::add);
        }
        parts.network()
                .send(
                        recipients,
                        send.envelope().message().kind().code(),
                        send.envelope().encoded());
    }

    private void build(Effect.BuildBlock build) {
        ChainHead parent = parts.chain().head();
        if (parent.number() + 1 != build.height()) {
            return;
        }
        long timestamp =
                Math.max(
                        System.currentTimeMillis() / 1000,
                        parts.headers().earliestTimestamp(parent.header()));
        if (parts.prologues().isPresent()
                && !parts.prologues().get().canPay(parent, keys.address())) {
            LOG.error(
                    "{} holds too little to pay for a prologue, so it proposes nothing; send it"
                            + " some coins",
                    keys.address());
            return; // the round ends without this node's proposal
        }
        Bytes extraData = extraData(parent, timestamp);
        if (parts.prologues().isEmpty()) {
            build(build, parent, plan(timestamp, extraData, Optional.empty(), List.of()));
            return;
        }
        List<PrologueCall.Verdict> verdicts = parts.desk().dueVerdicts();
        EmissionStep emission =
                parts.prologues().get().emission(parent, timestamp, keys.address(), verdicts);
        TransactionBody prologue = prologue(parent, verdicts, emission);
        keys.whenSigned(
                prologue.signingBytes(),
                parts::postFirst,
                signature ->
                        build(
                                build,
                                parent,
                                plan(
                                        timestamp,
                                        extraData,
                                        Optional.of(Transaction.signed(prologue, signature)),
                                        emission.withdrawals())));
    }

    private BlockBuilder.Plan plan(
            long timestamp,
            Bytes extraData,
            Optional<Transaction> prologue,
            List<Withdrawal> withdrawals) {
        return new BlockBuilder.Plan(timestamp, keys.address(), extraData, prologue, withdrawals);
    }

    private void build(Effect.BuildBlock build, ChainHead parent, BlockBuilder.Plan plan) {
        if (!parent.hash().equals(parts.chain().head().hash())) {
            return; // the chain went on while the signer took its time
        }
        BlockBuilder.Built built = builder.build(parent, plan, parts.pool());
        built.refused().forEach(parts.pool()::drop);
        ProposedBlock proposed = ProposedBlock.decode(Bytes.wrap(built.block().block().encode()));
        executed.put(proposed.id(), built.block());
        step(new Event.BlockBuilt(build.height(), build.round(), proposed));
    }

    private Bytes extraData(ChainHead parent, long timestamp) {
        QbftConfig qbftConfig =
                parts.chain().spec().qbft().orElseThrow().at(parent.number() + 1, timestamp);
        boolean byContract = qbftConfig.validatorContract().isPresent();
        List<Address> validators = byContract ? List.of() : parent.nextValidators();
        boolean epoch = (parent.number() + 1) % qbftConfig.epochLength() == 0;
        Optional<Vote> vote =
                byContract || epoch
                        ? Optional.empty()
                        : votes.next(Validators.of(parent.nextValidators()));
        return ExtraData.ofProposal(ExtraData.VANITY_ZERO, validators, vote, 0).encode();
    }

    private TransactionBody prologue(
            ChainHead parent, List<PrologueCall.Verdict> verdicts, EmissionStep emission) {
        PrologueRules rules = parts.prologues().orElseThrow();
        byte[] message =
                PrologueRules.revealMessage(parts.chain().spec().chainId(), parent.number() + 1);
        PrologueCall call =
                new PrologueCall(
                        Bls.sign(keys.blsSecret(), message),
                        parts.desk().certificates(),
                        verdicts,
                        emission.row());
        return rules.write(parent, keys.address(), call);
    }

    private void validate(Effect.Validate validate) {
        ProposedBlock proposed = validate.block();
        Verdict verdict = Verdict.VALID;
        if (!executed.containsKey(proposed.id())) {
            verdict = check(proposed);
        }
        step(new Event.Validated(validate.height(), proposed, verdict));
    }

    private Verdict check(ProposedBlock proposed) {
        Block block;
        try {
            block = Block.decode(proposed.encode());
        } catch (RlpException e) {
            return new Verdict.Invalid(BlockError.MALFORMED + ": " + e.getMessage());
        }
        return switch (parts.rules()
                .checkProposal(
                        withKnownTransactions(block),
                        parts.chain().head(),
                        parts.desk(),
                        System.currentTimeMillis() / 1000)) {
            case Execution.Executed(ExecutedBlock passed) -> {
                executed.put(proposed.id(), passed);
                yield Verdict.VALID;
            }
            case Execution.Invalid(BlockError reason, String detail) -> {
                LOG.warn("proposal {} refused: {} {}", proposed, reason, detail);
                yield reason.isPeerToBlame()
                        ? new Verdict.Invalid(reason + ": " + detail)
                        : new Verdict.CannotCheck(reason + ": " + detail);
            }
        };
    }

    /// With those that wait in the pool in place of their copies, since their senders, the
    /// dearest part of a transfer, are known already.
    private Block withKnownTransactions(Block block) {
        return new Block(
                block.header(),
                block.transactions().stream()
                        .map(one -> parts.pool().find(one.hash()).orElse(one))
                        .toList(),
                block.ommers(),
                block.withdrawals());
    }

    private void append(FinalBlock block) {
        ProposedBlock decided = block.block();
        ExecutedBlock passed = executed.get(decided.id());
        if (passed == null) {
            passed = execute(decided);
        }
        Header sealed = Header.decode(decided.header().encode());
        parts.append(passed.block().withHeader(sealed), passed);
        executed.clear();
        step(new Event.NewHead(headOf(parts.chain().head()), List.of()));
    }

    private ExecutedBlock execute(ProposedBlock decided) {
        Block block = withKnownTransactions(Block.decode(decided.encode()));
        Execution execution = parts.rules().checkCommitted(block, parts.chain().head());
        Invariant.check(
                execution instanceof Execution.Executed,
                "a quorum sealed a block that is invalid here: " + execution);
        return ((Execution.Executed) execution).block();
    }
}
