package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.node.CheckpointPeers.Question;
import org.assay.chain.Blockchain;
import org.assay.chain.HeaderVotes;
import org.assay.chain.QbftSchedule;
import org.assay.chain.ValidatorSetProof;
import org.assay.consensus.Validators;
import org.assay.consensus.VoteTally;
import org.assay.consensus.message.QbftHeader;
import org.assay.p2p.Offence;
import org.assay.p2p.WireCode;
import org.assay.p2p.eth.EthCode;
import org.assay.p2p.eth.EthMessages;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Invariant;
import org.assay.primitives.block.Header;
import org.assay.primitives.rlp.RlpException;

/// From the validators of genesis to a header that is to be trusted (PROTOCOL section 4): each
/// change of the set is proven under a header sealed by the set before it, and the header in
/// question is sealed by the last. Everything is asked of one peer; whatever does not hold bans
/// it.
///
/// With a validator contract the changes come as [ValidatorSetProof]s. Where headers carry the
/// votes, every epoch's header is looked at, and all headers of an epoch in which the set
/// changed.
final class CheckpointWalk {
    /// Headers in one request.
    private static final int HEADERS_MAX = 128;

    /// Changes of the set that one walk follows: hundreds of years of one an epoch of a day.
    private static final int SETS_MAX = 1 << 17;

    private final Blockchain genesis;
    private final CheckpointPeers peers;
    private final Address peer;

    /// A change of the set: its proof, and the validators from the next block on.
    record ProvenSet(ValidatorSetProof proof, List<Address> validators) {}

    /// A header that a quorum of the right validators has sealed, and the proofs on the way.
    ///
    /// @param first the validators of genesis
    record Walked(Header header, Hash hash, List<Address> first, List<ProvenSet> sets) {
        /// Whether `earlier`, an ancestor of the header, carries the seals of a quorum: they are
        /// not part of its hash.
        boolean isSealed(Header earlier, boolean byContract) {
            List<Address> sealers = first;
            if (byContract) {
                for (ProvenSet set : sets) {
                    if (set.proof.header().number() < earlier.number()) {
                        sealers = set.validators;
                    }
                }
            } else {
                sealers = read(earlier).extraData().validators();
            }
            return SyncChunk.isSealed(earlier, Validators.of(sealers));
        }
    }

    /// `genesis` is a chain without any block but the first.
    CheckpointWalk(Blockchain genesis, CheckpointPeers peers, Address peer) {
        this.genesis = genesis;
        this.peers = peers;
        this.peer = peer;
    }

    /// The header of block `number`; empty where the peer did not answer, or not well.
    Optional<Walked> to(long number) throws InterruptedException {
        QbftSchedule qbft = genesis.spec().qbft().orElseThrow();
        Optional<Address> contract = qbft.first().validatorContract();
        return contract.isPresent()
                ? byContract(number, contract.get())
                : byVotes(number, qbft.headerVotes());
    }

    private Optional<Walked> byContract(long number, Address contract) throws InterruptedException {
        List<Address> sealers = genesis.head().nextValidators();
        List<ProvenSet> sets = new ArrayList<>();
        long from = 1;
        while (from < number && sets.size() < SETS_MAX) {
            long asked = from;
            Optional<List<ValidatorSetProof>> answer =
                    peers.ask(
                            peer,
                            new Question<>(
                                    WireCode.GET_VALIDATOR_SETS,
                                    WireCode.VALIDATOR_SETS,
                                    id -> new SnapshotMessages.GetValidatorSets(id, asked).encode(),
                                    payload -> readSets(payload, asked)));
            if (answer.isEmpty()) {
                return Optional.empty();
            }
            for (ValidatorSetProof proof : answer.get()) {
                if (proof.header().number() >= number) {
                    break;
                }
                switch (proof.check(genesis.contexts(), contract, sealers)) {
                    case ValidatorSetProof.Checked.Proven(List<Address> validators) -> {
                        sealers = validators;
                        sets.add(new ProvenSet(proof, validators));
                    }
                    case ValidatorSetProof.Checked.Refused(ValidatorSetProof.Reason reason) -> {
                        return refuse(
                                "validator set after block "
                                        + proof.header().number()
                                        + ": "
                                        + reason);
                    }
                }
            }
            boolean isEnd =
                    answer.get().isEmpty() || answer.get().getLast().header().number() >= number;
            if (isEnd) {
                break;
            }
            from = answer.get().getLast().header().number() + 1;
        }
        Optional<List<Header>> header = headers(number, 1, 1);
        if (header.isEmpty()) {
            return Optional.empty();
        }
        if (header.get().isEmpty()) {
            peers.network().report(peer, Offence.USELESS, "no header " + number);
            return Optional.empty();
        }
        return sealed(header.get().getFirst(), sealers, sets);
    }

    private static List<ValidatorSetProof> readSets(Bytes payload, long from) {
        List<ValidatorSetProof> sets = new ArrayList<>();
        long before = from - 1;
        for (Bytes proof : SnapshotMessages.ValidatorSets.decode(payload).proofs()) {
            ValidatorSetProof read = ValidatorSetProof.decode(proof);
            if (read.header().number() <= before) {
                throw new RlpException("proofs of validator sets out of order");
            }
            before = read.header().number();
            sets.add(read);
        }
        return List.copyOf(sets);
    }

    private Optional<Walked> byVotes(long number, HeaderVotes votes) throws InterruptedException {
        long epochLength = votes.epochLength();
        List<Address> sealers = genesis.head().nextValidators();
        long epoch = 0;
        while (epoch < number) {
            long left = (number - epoch) / epochLength;
            int count = (int) Math.min(HEADERS_MAX, left);
            Optional<List<Header>> answer = headers(epoch + epochLength, count, epochLength);
            if (answer.isEmpty() || answer.get().isEmpty()) {
                return Optional.empty();
            }
            for (Header header : answer.get()) {
                if (!names(header, sealers)) {
                    Optional<List<Address>> voted = fold(sealers, epoch, votes);
                    if (voted.isEmpty()) {
                        return Optional.empty();
                    }
                    sealers = voted.get();
                }
                if (!names(header, sealers)) {
                    return refuse("header " + header.number() + " names others than the votes do");
                }
                if (!SyncChunk.isSealed(header, Validators.of(sealers))) {
                    return refuse("header " + header.number() + " is not sealed by its validators");
                }
                epoch = header.number();
                if (epoch == number) {
                    return sealed(header, sealers, List.of());
                }
            }
        }
        return refuse("no header " + number);
    }

    /// The validators after all votes of the epoch that begins at `epoch`, whose every header is
    /// sealed by the set of its height.
    private Optional<List<Address>> fold(List<Address> sealers, long epoch, HeaderVotes votes)
            throws InterruptedException {
        long epochLength = votes.epochLength();
        VoteTally tally = votes.atEpoch(epoch, sealers);
        long next = epoch + 1;
        while (next < epoch + epochLength) {
            int count = (int) Math.min(HEADERS_MAX, epoch + epochLength - next);
            Optional<List<Header>> answer = headers(next, count, 1);
            if (answer.isEmpty() || answer.get().isEmpty()) {
                return Optional.empty();
            }
            for (Header header : answer.get()) {
                Validators validators = tally.validators();
                if (!names(header, validators.sorted())
                        || !validators.contains(header.coinbase())
                        || !SyncChunk.isSealed(header, validators)) {
                    peers.refuse(peer, "header " + header.number() + " is not of its validators");
                    return Optional.empty();
                }
                tally = votes.after(tally, read(header));
                next++;
            }
        }
        return Optional.of(tally.validators().sorted());
    }

    /// As [org.assay.chain.HeaderRules] has it: the list is in order.
    private static boolean names(Header header, List<Address> validators) {
        return read(header).extraData().validators().equals(validators);
    }

    private static QbftHeader read(Header header) {
        return QbftHeader.decode(Bytes.wrap(header.encode()));
    }

    private Optional<Walked> sealed(Header header, List<Address> sealers, List<ProvenSet> sets) {
        if (!SyncChunk.isSealed(header, Validators.of(sealers))) {
            return refuse("header " + header.number() + " is not sealed by its validators");
        }
        return Optional.of(
                new Walked(
                        header,
                        genesis.hashing().hashOf(header),
                        genesis.head().nextValidators(),
                        List.copyOf(sets)));
    }

    private Optional<Walked> refuse(String reason) {
        peers.refuse(peer, reason);
        return Optional.empty();
    }

    /// A walk that was made before, from what was kept of it; checked again.
    static Walked again(Blockchain genesis, Header header, List<ValidatorSetProof> proofs) {
        List<Address> first = genesis.head().nextValidators();
        List<ProvenSet> sets = new ArrayList<>();
        for (ValidatorSetProof proof : proofs) {
            List<Address> sealers = sets.isEmpty() ? first : sets.getLast().validators;
            Address contract =
                    genesis.spec().qbft().orElseThrow().first().validatorContract().orElseThrow();
            ValidatorSetProof.Checked checked = proof.check(genesis.contexts(), contract, sealers);
            Invariant.check(
                    checked instanceof ValidatorSetProof.Checked.Proven,
                    "a proof that was kept still holds");
            sets.add(
                    new ProvenSet(
                            proof, ((ValidatorSetProof.Checked.Proven) checked).validators()));
        }
        return new Walked(header, genesis.hashing().hashOf(header), first, List.copyOf(sets));
    }

    /// Headers `first`, `first + step`, …; an answer may be short.
    private Optional<List<Header>> headers(long first, int count, long step)
            throws InterruptedException {
        return peers.ask(
                peer,
                new Question<>(
                        WireCode.ETH | EthCode.GET_BLOCK_HEADERS,
                        WireCode.ETH | EthCode.BLOCK_HEADERS,
                        id ->
                                new EthMessages.GetHeaders(id, null, first, count, step - 1, false)
                                        .encode(),
                        payload -> readHeaders(payload, first, count, step)));
    }

    static List<Header> readHeaders(Bytes payload, long first, int count, long step) {
        List<Bytes> items = EthMessages.Answer.decode(payload).items();
        if (items.size() > count) {
            throw new RlpException("more headers than were asked for");
        }
        List<Header> headers = new ArrayList<>();
        for (Bytes item : items) {
            Header header = Header.decode(item);
            if (header.number() != first + headers.size() * step) {
                throw new RlpException("header " + header.number() + " out of order");
            }
            QbftHeader.decode(item); // its extraData is read without further questions
            headers.add(header);
        }
        return List.copyOf(headers);
    }
}
