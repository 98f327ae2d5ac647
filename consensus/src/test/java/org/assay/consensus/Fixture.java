package org.assay.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.consensus.message.Envelope;
import org.assay.consensus.message.ExtraData;
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
import org.assay.primitives.rlp.RlpWriter;

/// Four validators, in address order, at height 8 on a parent proposed by the last of them: so
/// validator r mod 4 proposes in round r. And messages of theirs, true or false as a test asks.
final class Fixture {
    static final long HEIGHT = 8;
    static final long PARENT_MILLIS = 1_700_000_000_000L;
    static final Timing TIMING = new Timing(1_000, 0, 2_000);
    static final Hash PARENT = new Hash(1, 2, 3, 4);
    static final Optional<Bytes> NO_ACCESS_LIST = Optional.of(Bytes.of((byte) 0x80));

    final List<SecretKey> keys = new ArrayList<>();

    Fixture() {
        for (int i = 0; i < 4; i++) {
            byte[] key = new byte[32];
            key[31] = (byte) (i + 1);
            keys.add(SecretKey.of(key));
        }
        keys.sort((left, right) -> left.address().compareTo(right.address()));
    }

    Address address(int validator) {
        return keys.get(validator).address();
    }

    Validators validators() {
        return Validators.of(keys.stream().map(SecretKey::address).toList());
    }

    Head head() {
        return head(HEIGHT - 1, TIMING);
    }

    Head head(long height, Timing timing) {
        return new Head(height, PARENT, address(3), PARENT_MILLIS, validators(), timing);
    }

    HeightContext context() {
        return new HeightContext(HEIGHT, address(3), validators(), Rules.ASSAY);
    }

    /// A block by `coinbase`, told apart from others by `content`.
    ProposedBlock block(int coinbase, int content) {
        ExtraData extra =
                ExtraData.ofProposal(
                        ExtraData.VANITY_ZERO, validators().sorted(), Optional.empty(), 0);
        return ProposedBlock.decode(
                Bytes.wrap(
                        RlpWriter.encodeList(
                                list -> {
                                    list.writeList(
                                            header -> {
                                                header.writeHash(PARENT);
                                                header.writeHash(Hash.ZERO);
                                                header.writeAddress(address(coinbase));
                                                header.writeHash(Hash.ZERO);
                                                header.writeHash(Hash.ZERO);
                                                header.writeHash(Hash.ZERO);
                                                header.writeBytes(Bytes.EMPTY);
                                                header.writeLong(1);
                                                header.writeLong(HEIGHT);
                                                header.writeLong(content);
                                                header.writeLong(0);
                                                header.writeLong(PARENT_MILLIS / 1000 + 1);
                                                header.writeBytes(extra.encode());
                                                header.writeHash(Hash.ZERO);
                                                header.writeLong(0);
                                            });
                                    list.writeList(transactions -> {});
                                    list.writeList(ommers -> {});
                                })));
    }

    <P extends Payload> SignedPayload<P> sign(int validator, P payload) {
        SecretKey key = keys.get(validator);
        return new SignedPayload<>(
                payload, Secp256k1.sign(payload.signedHash(), key), key.address());
    }

    Proposal proposal(int validator, int round, ProposedBlock block) {
        return proposal(validator, round, block, List.of(), List.of());
    }

    Proposal proposal(
            int validator,
            int round,
            ProposedBlock block,
            List<SignedPayload<RoundChangePayload>> roundChanges,
            List<SignedPayload<PreparePayload>> prepares) {
        ProposedBlock inRound = block.withRound(round);
        return new Proposal(
                sign(validator, new ProposalPayload(HEIGHT, round, inRound, NO_ACCESS_LIST)),
                roundChanges,
                prepares);
    }

    Prepare prepare(int validator, int round, ProposedBlock block) {
        Hash digest = block.withRound(round).digest();
        return new Prepare(sign(validator, new PreparePayload(HEIGHT, round, digest)));
    }

    Commit commit(int validator, int round, ProposedBlock block) {
        return commit(validator, validator, round, block);
    }

    Commit commit(int validator, int sealer, int round, ProposedBlock block) {
        Hash digest = block.withRound(round).digest();
        var seal = Secp256k1.sign(digest, keys.get(sealer));
        return new Commit(sign(validator, new CommitPayload(HEIGHT, round, digest, seal)));
    }

    RoundChange roundChange(int validator, int target) {
        return new RoundChange(
                sign(validator, new RoundChangePayload(HEIGHT, target, Optional.empty())),
                Optional.empty(),
                NO_ACCESS_LIST,
                List.of());
    }

    RoundChange roundChange(int validator, int target, Lock certificate) {
        var payload = new RoundChangePayload(HEIGHT, target, Optional.of(certificate.metadata()));
        return new RoundChange(
                sign(validator, payload),
                Optional.of(certificate.block()),
                NO_ACCESS_LIST,
                certificate.prepares());
    }

    /// `block` prepared in `round` by `preparers`.
    Lock certificate(int round, ProposedBlock block, int... preparers) {
        List<SignedPayload<PreparePayload>> prepares = new ArrayList<>();
        for (int validator : preparers) {
            prepares.add(prepare(validator, round, block).signed());
        }
        return new Lock(HEIGHT, round, block.withRound(round), NO_ACCESS_LIST, prepares);
    }

    SignedPayload<RoundChangePayload> claim(int validator, int target, int round, Hash digest) {
        return sign(
                validator,
                new RoundChangePayload(
                        HEIGHT, target, Optional.of(new PreparedMetadata(round, digest))));
    }

    Event from(int sender, Message message) {
        return new Event.MessageReceived(address(sender), Envelope.of(message));
    }

    Event from(Message message) {
        return new Event.MessageReceived(message.author(), Envelope.of(message));
    }

    /// A machine with validator `local`'s key whose signer answers at once: [#step] feeds each
    /// signature back and returns all effects but the requests to sign, in their order.
    final class Machine {
        final Qbft qbft;
        final SecretKey key;

        Machine(int local) {
            this(local, Rules.ASSAY);
        }

        Machine(int local, Rules rules) {
            key = keys.get(local);
            qbft = new Qbft(key.address(), rules);
        }

        Machine started() {
            step(new Event.Start(head(), Optional.empty(), Optional.empty(), List.of()));
            return this;
        }

        /// Started, with round 0 under way.
        Machine inRoundZero() {
            started();
            step(new Event.BlockTimerExpired(HEIGHT, PARENT_MILLIS + 1_000, true));
            return this;
        }

        List<Effect> step(Event event) {
            List<Effect> all = new ArrayList<>();
            for (Effect effect : qbft.step(event)) {
                if (effect instanceof Effect.Sign sign) {
                    all.addAll(
                            step(new Event.Signed(sign.id(), Secp256k1.sign(sign.digest(), key))));
                } else {
                    all.add(effect);
                }
            }
            return all;
        }

        /// All effects of `events`, in order.
        List<Effect> steps(Event... events) {
            List<Effect> all = new ArrayList<>();
            for (Event event : events) {
                all.addAll(step(event));
            }
            return all;
        }

        Event valid(ProposedBlock block) {
            return new Event.Validated(HEIGHT, block, Verdict.VALID);
        }
    }

    static <E extends Effect> List<E> only(Class<E> type, List<Effect> effects) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// The messages among `effects` that `author` wrote itself.
    static List<Message> spoken(Address author, List<Effect> effects) {
        return only(Effect.Send.class, effects).stream()
                .map(send -> send.envelope().message())
                .filter(message -> message.author().equals(author))
                .toList();
    }
}
