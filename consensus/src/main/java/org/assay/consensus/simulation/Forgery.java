package org.assay.consensus.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.Message;
import org.assay.consensus.message.Message.Commit;
import org.assay.consensus.message.Message.Prepare;
import org.assay.consensus.message.Message.Proposal;
import org.assay.consensus.message.Message.RoundChange;
import org.assay.consensus.message.Payload;
import org.assay.consensus.message.Payload.CommitPayload;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.consensus.message.Payload.ProposalPayload;
import org.assay.consensus.message.Payload.RoundChangePayload;
import org.assay.consensus.message.PreparedMetadata;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.SignedPayload;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;

/// Messages that no honest validator would send, made with a faulty validator's own key from what
/// it has heard.
final class Forgery {
    private static final Optional<Bytes> NO_ACCESS_LIST = Optional.of(Bytes.of((byte) 0x80));

    private final SecretKey key;
    private final Address self;
    private final RandomGenerator random;

    /// Messages heard at the current height.
    private final List<Message> heard;

    Forgery(SecretKey key, Address self, RandomGenerator random, List<Message> heard) {
        this.key = key;
        this.self = self;
        this.random = random;
        this.heard = heard;
    }

    private <P extends Payload> SignedPayload<P> sign(P payload) {
        return new SignedPayload<>(payload, Secp256k1.sign(payload.signedHash(), key), self);
    }

    private Hash anyDigest() {
        List<Hash> digests = new ArrayList<>();
        for (Message message : heard) {
            switch (message) {
                case Proposal proposal -> digests.add(proposal.block().digest());
                case Prepare prepare -> digests.add(prepare.signed().payload().digest());
                case Commit commit -> digests.add(commit.signed().payload().digest());
                case RoundChange ignored -> {}
            }
        }
        return digests.isEmpty() || random.nextInt(8) == 0
                ? new Hash(random.nextLong(), 0, 0, 0)
                : digests.get(random.nextInt(digests.size()));
    }

    Envelope prepare(long height, int round) {
        return prepare(height, round, anyDigest());
    }

    Envelope prepare(long height, int round, Hash digest) {
        return Envelope.of(new Prepare(sign(new PreparePayload(height, round, digest))));
    }

    /// With a true seal, or now and then one of something else.
    Envelope commit(long height, int round) {
        Hash digest = anyDigest();
        return commit(height, round, digest, random.nextInt(4) == 0 ? Hash.ZERO : digest);
    }

    Envelope commit(long height, int round, Hash digest) {
        return commit(height, round, digest, digest);
    }

    private Envelope commit(long height, int round, Hash digest, Hash sealed) {
        var payload = new CommitPayload(height, round, digest, Secp256k1.sign(sealed, key));
        return Envelope.of(new Commit(sign(payload)));
    }

    /// Stale, far ahead, without the certificate that it should carry, or with a claim that it
    /// cannot prove, or with a true certificate around a swapped body.
    Envelope roundChange(long height, int target) {
        List<RoundChange> certified =
                heard.stream()
                        .filter(RoundChange.class::isInstance)
                        .map(RoundChange.class::cast)
                        .filter(it -> it.block().isPresent() && it.round() <= target)
                        .toList();
        if (!certified.isEmpty() && random.nextBoolean()) {
            RoundChange source = certified.get(random.nextInt(certified.size()));
            ProposedBlock block = source.block().orElseThrow();
            var payload =
                    new RoundChangePayload(height, target, source.signed().payload().prepared());
            return Envelope.of(
                    new RoundChange(
                            sign(payload),
                            Optional.of(
                                    random.nextBoolean()
                                            ? block
                                            : SimulatedBlocks.withSwappedBody(block)),
                            source.accessList(),
                            source.prepares()));
        }
        Optional<PreparedMetadata> claim =
                random.nextInt(3) == 0
                        ? Optional.of(new PreparedMetadata(random.nextInt(target), anyDigest()))
                        : Optional.empty();
        return Envelope.of(
                new RoundChange(
                        sign(new RoundChangePayload(height, target, claim)),
                        Optional.empty(),
                        NO_ACCESS_LIST,
                        List.of()));
    }

    /// `block` with whatever round changes and prepares are at hand: too few, for other rounds,
    /// or with a certificate for another block.
    Envelope proposal(long height, int round, ProposedBlock block) {
        List<SignedPayload<RoundChangePayload>> roundChanges = new ArrayList<>();
        List<SignedPayload<PreparePayload>> prepares = new ArrayList<>();
        if (round > 0) {
            for (Message message : heard) {
                if (message instanceof RoundChange change
                        && (change.round() == round || random.nextInt(10) == 0)
                        && roundChanges.stream()
                                .noneMatch(it -> it.author().equals(change.author()))) {
                    roundChanges.add(change.signed());
                    if (random.nextBoolean()) {
                        prepares = new ArrayList<>(change.prepares());
                    }
                }
            }
            if (random.nextBoolean()) {
                roundChanges.removeIf(it -> it.author().equals(self));
                roundChanges.add(sign(new RoundChangePayload(height, round, Optional.empty())));
            }
        }
        var payload = new ProposalPayload(height, round, block.withRound(round), NO_ACCESS_LIST);
        return Envelope.of(new Proposal(sign(payload), roundChanges, prepares));
    }
}
