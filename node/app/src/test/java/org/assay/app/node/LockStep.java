package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.assay.chain.BlockBuilder;
import org.assay.chain.BlockExecutor;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.ChainSpec;
import org.assay.chain.Emissions;
import org.assay.chain.ExecutedBlock;
import org.assay.chain.HeaderRules;
import org.assay.chain.PrologueRules;
import org.assay.chain.ProposalRules;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.chain.genesis.GenesisWriter;
import org.assay.chain.pool.PoolLimits;
import org.assay.chain.pool.TransactionPool;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.PrologueCall;
import org.assay.consensus.emission.EmissionStep;
import org.assay.consensus.message.ExtraData;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.crypto.SecretKey;
import org.assay.storage.MemoryStore;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.assay.verifier.challenge.ChallengeGame;
import org.assay.verifier.challenge.Ruling;
import org.assay.verifier.challenge.Rulings;
import org.assay.verifier.prover.Digits;
import org.jspecify.annotations.NullUnmarked;

/// Four validators' chains, rules and proof desks without sockets and clocks: a test says who
/// proposes what, and everyone else votes by the rules that the node itself uses.
@NullUnmarked
final class LockStep {
    static final int SEATS = 4;
    static final int QUORUM = 3;

    final ChainSpec spec;
    final List<Seat> seats = new ArrayList<>();
    private final long secondsStep;
    private int turn;

    /// Checks at once, on the caller's thread.
    private record DirectChecks(Verifier verifier) implements ProofChecks {
        @Override
        public boolean submit(ProofTask task, Consumer<Verdict> then) {
            then.accept(verifier.verifyAuthorised(task));
            return true;
        }

        @Override
        public boolean submit(Rulings.Case disputed, ChallengeGame game, Consumer<Ruling> then) {
            then.accept(Rulings.rule(disputed, game));
            return true;
        }
    }

    /// One validator. What it says to others can be cut off.
    final class Seat implements ProofDesk.Outbox {
        final NodeKeys keys;
        final Blockchain chain;
        final ProofDesk desk;
        final PrologueRules prologues;
        final ProposalRules rules;
        final TransactionPool pool;
        private final HeaderRules headers;
        private final BlockBuilder builder;

        /// Serves no sidecars to others.
        boolean withholdsSidecars;

        /// Tells nobody that it holds a sidecar.
        boolean withholdsAttestations;

        Seat(NodeKeys keys, MemoryStore store) {
            this.keys = keys;
            chain = new Blockchain(store, WorldState.open(store, StateOptions.bounded()), spec);
            headers = new HeaderRules(chain.contexts());
            Emissions emissions =
                    new Emissions(
                            chain.contexts(),
                            spec.assay().orElseThrow(),
                            Emissions.policyOf(spec.assay().orElseThrow()));
            prologues = new PrologueRules(chain.contexts(), spec.assay().orElseThrow(), emissions);
            rules =
                    new ProposalRules(
                            chain,
                            headers,
                            Optional.of(prologues),
                            new BlockExecutor(chain.contexts()));
            pool =
                    new TransactionPool(
                            spec.chainId(),
                            PoolLimits.STANDARD,
                            () -> chain.contexts().forkOf(chain.head().header()));
            builder = new BlockBuilder(chain);
            Verifier verifier = new Verifier(spec.assay().orElseThrow().proofs());
            desk = new ProofDesk(chain, store, Optional.of(keys), this, new DirectChecks(verifier));
            desk.addModel(Digits.model());
        }

        @Override
        public void post(Runnable task) {
            task.run();
        }

        @Override
        public void attest(Hash commitId, Hash sidecarRoot, Bytes signature) {
            if (!withholdsAttestations) {
                others(this).forEach(s -> s.desk.onAttestation(commitId, sidecarRoot, signature));
            }
        }

        @Override
        public void announce(Hash commitId, Hash sidecarRoot) {
            if (!withholdsSidecars) {
                for (Seat other : others(this)) {
                    if (other.desk.wants(commitId)) {
                        other.desk.offerSidecar(commitId, desk.sidecar(sidecarRoot).orElseThrow());
                    }
                }
            }
        }

        @Override
        public void request(Hash commitId, Hash sidecarRoot) {
            if (!seats.contains(this)) {
                return;
            }
            for (Seat other : others(this)) {
                if (!other.withholdsSidecars && desk.wants(commitId)) {
                    other.desk
                            .sidecar(sidecarRoot)
                            .ifPresent(sidecar -> desk.offerSidecar(commitId, sidecar));
                }
            }
        }

        ContractViews views() {
            ChainHead head = chain.head();
            return chain.contexts().viewsAfter(head.header(), head.state());
        }

        /// What an honest proposer would say now.
        PrologueCall call(List<PrologueCall.Verdict> verdicts) {
            ChainHead parent = chain.head();
            byte[] message = PrologueRules.revealMessage(spec.chainId(), parent.number() + 1);
            return new PrologueCall(
                    Bls.sign(keys.blsSecret(), message),
                    desk.certificates(),
                    verdicts,
                    emission(verdicts).row());
        }

        EmissionStep emission(List<PrologueCall.Verdict> verdicts) {
            ChainHead parent = chain.head();
            return prologues.emission(
                    parent, parent.header().timestamp() + secondsStep, keys.address(), verdicts);
        }

        Block propose(UnaryOperator<PrologueCall> change) {
            List<PrologueCall.Verdict> verdicts = desk.dueVerdicts();
            PrologueCall call = change.apply(call(verdicts));
            return build(call, emission(call.verdicts()));
        }

        Block build(PrologueCall call, EmissionStep emission) {
            ChainHead parent = chain.head();
            Transaction prologue =
                    Transaction.sign(prologues.write(parent, keys.address(), call), keys.key());
            Bytes extra =
                    ExtraData.ofProposal(ExtraData.VANITY_ZERO, List.of(), Optional.empty(), 0)
                            .encode();
            return builder.build(
                            parent,
                            new BlockBuilder.Plan(
                                    parent.header().timestamp() + secondsStep,
                                    keys.address(),
                                    extra,
                                    Optional.of(prologue),
                                    emission.withdrawals()),
                            pool)
                    .block()
                    .block();
        }

        Execution vote(Block block) {
            return rules.checkProposal(block, chain.head(), desk, block.header().timestamp());
        }

        void append(Block block) {
            Execution execution = rules.checkCommitted(block, chain.head());
            ExecutedBlock executed = ((Execution.Executed) execution).block();
            chain.append(block, executed, new WriteBatch());
            pool.onBlock(block.transactions(), chain.head().state());
            desk.onBlock(block, executed.outcome().receipts());
        }
    }

    LockStep() throws Exception {
        this("\"assay\"", 1);
    }

    /// `emission` is a policy in JSON or a preset's name in quotes; `secondsStep` lies between
    /// two blocks: more is travel in time.
    LockStep(String emission, long secondsStep) throws Exception {
        this.secondsStep = secondsStep;
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        balances.put(TestNetwork.RICH.address(), TestNetwork.COIN.multiply(UInt256.of(1_000_000)));
        List<NodeKeys> keys = new ArrayList<>();
        List<GenesisPlan.Validator> validators = new ArrayList<>();
        for (int i = 0; i < SEATS; i++) {
            NodeKeys node = NodeKeys.of(TestNetwork.key("validator" + i));
            keys.add(node);
            validators.add(
                    new GenesisPlan.Validator(
                            node.address(),
                            node.blsPublicKey(),
                            TestNetwork.COIN.multiply(UInt256.of(1_000)),
                            TestNetwork.COIN));
        }
        spec =
                ChainSpec.parse(
                        GenesisWriter.write(
                                new GenesisPlan(
                                        20_260,
                                        1_700_000_000,
                                        100_000_000,
                                        new GenesisPlan.Timing(1, 2, 8),
                                        validators,
                                        balances,
                                        List.of(Digits.model().template().canonical()),
                                        emission,
                                        TestNetwork.key("treasury").address(),
                                        GenesisPlan.Work.QUICK)));
        keys.forEach(key -> seats.add(new Seat(key, new MemoryStore())));
    }

    private List<Seat> others(Seat seat) {
        return seats.stream().filter(other -> other != seat).toList();
    }

    /// A node that is not in the network, with nothing but the genesis block.
    Seat newSeat(String name) {
        return new Seat(NodeKeys.of(TestNetwork.key(name)), new MemoryStore());
    }

    Seat seat(int index) {
        return seats.get(index);
    }

    /// The one whose turn it is to propose.
    Seat proposer() {
        return seats.get(turn % SEATS);
    }

    /// Those who vote for `block`, its proposer among them.
    long votes(Block block) {
        return seats.stream().filter(s -> s.vote(block) instanceof Execution.Executed).count();
    }

    /// A round by the rules: true when a quorum votes for the block, which then is everyone's
    /// head.
    boolean round(Block block) {
        turn++;
        if (votes(block) < QUORUM) {
            return false;
        }
        seats.forEach(seat -> seat.append(block));
        return true;
    }

    /// An honest block by whoever's turn it is.
    Block step() {
        Block block = proposer().propose(call -> call);
        if (!round(block)) {
            throw new AssertionError("an honest block is refused: " + seat(0).vote(block));
        }
        return block;
    }

    /// Honest blocks up to `number`.
    void stepTo(long number) {
        while (seat(0).chain.head().number() < number) {
            step();
        }
    }

    /// Puts a transaction into every pool, and one honest block after it.
    Hash send(SecretKey key, Address to, UInt256 wei, Bytes input) {
        Hash hash = offer(key, to, wei, input);
        step();
        return hash;
    }

    Hash offer(SecretKey key, Address to, UInt256 wei, Bytes input) {
        ChainHead head = seat(0).chain.head();
        Transaction transaction =
                Transaction.sign(
                        TransactionBody.dynamicFee(
                                spec.chainId(),
                                seat(0).pool.nextNonce(key.address(), head.state()),
                                UInt256.ZERO,
                                UInt256.of(2_000_000_000L),
                                3_000_000,
                                to,
                                wei,
                                input),
                        key);
        for (Seat seat : seats) {
            seat.pool.add(
                    transaction.recover().orElseThrow(),
                    head.state(),
                    UInt256.of(1_000_000_000L),
                    head.header().gasLimit());
        }
        return transaction.hash();
    }
}
