package org.assay.consensus;

import java.util.EnumMap;
import java.util.Map;
import org.assay.consensus.message.MessageKind;
import org.assay.consensus.message.Payload;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// The highest position (`height`, `round`) at which the local key has signed, and what it said
/// there by kind of message. Nothing is signed below it, nor a second thing at it. It is on disk
/// before the signer is asked.
///
/// What is said: the block digest in a proposal, prepare or commit, the signed hash of a round
/// change.
/// `round` [#SAT_OUT] closes the whole height.
///
/// On disk: `[height + 1, round, [[code, said] ...]]`.
public record Watermark(long height, int round, Map<MessageKind, Hash> said) {
    /// Above every round.
    public static final int SAT_OUT = Integer.MAX_VALUE;

    /// Of a key that never signed.
    public static final Watermark NONE = new Watermark(-1, 0, Map.of());

    public Watermark {
        Map<MessageKind, Hash> ordered = new EnumMap<>(MessageKind.class);
        ordered.putAll(said);
        said = java.util.Collections.unmodifiableMap(ordered);
    }

    /// Nothing will be signed at `height` or below.
    public static Watermark sittingOut(long height) {
        return new Watermark(height, SAT_OUT, Map.of());
    }

    public boolean sitsOut(long atHeight) {
        return height > atHeight || (height == atHeight && round == SAT_OUT);
    }

    /// Whether (`otherHeight`, `otherRound`) lies above this position.
    public boolean isBelow(long otherHeight, int otherRound) {
        return height < otherHeight || (height == otherHeight && round < otherRound);
    }

    /// Whether signing keeps the key honest.
    public boolean allows(long atHeight, int atRound, MessageKind kind, Hash statement) {
        if (isBelow(atHeight, atRound)) {
            return true;
        }
        return height == atHeight
                && round == atRound
                && round != SAT_OUT
                && said.getOrDefault(kind, statement).equals(statement);
    }

    /// The watermark after signing, which [#allows] must have allowed.
    public Watermark after(long atHeight, int atRound, MessageKind kind, Hash statement) {
        Map<MessageKind, Hash> all = new EnumMap<>(MessageKind.class);
        if (!isBelow(atHeight, atRound)) {
            all.putAll(said);
        }
        all.put(kind, statement);
        return new Watermark(atHeight, atRound, all);
    }

    /// What `payload` says, see [Watermark].
    public static Hash statement(Payload payload) {
        return switch (payload) {
            case Payload.ProposalPayload proposal -> proposal.block().digest();
            case Payload.PreparePayload prepare -> prepare.digest();
            case Payload.CommitPayload commit -> commit.digest();
            case Payload.RoundChangePayload roundChange -> roundChange.signedHash();
        };
    }

    /// Whether the local key may have signed `payload` under this watermark's eyes.
    public boolean knows(Payload payload) {
        if (sitsOut(payload.height())) {
            return true;
        }
        if (height == payload.height() && round == payload.round()) {
            return statement(payload).equals(said.get(payload.kind()));
        }
        return !isBelow(payload.height(), payload.round());
    }

    public Bytes encode() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeLong(height + 1);
                            list.writeLong(round);
                            list.writeList(
                                    entries ->
                                            said.forEach(
                                                    (kind, statement) ->
                                                            entries.writeList(
                                                                    entry -> {
                                                                        entry.writeLong(
                                                                                kind.code());
                                                                        entry.writeHash(statement);
                                                                    })));
                        }));
    }

    /// Throws [org.assay.primitives.rlp.RlpException] on anything that [#encode] did not write.
    public static Watermark decode(Bytes encoded) {
        return RlpReader.decode(
                encoded,
                reader -> {
                    RlpReader items = reader.readList();
                    long height = items.readLong() - 1;
                    int round = items.readInt();
                    Map<MessageKind, Hash> said = new EnumMap<>(MessageKind.class);
                    RlpReader entries = items.readList();
                    while (!entries.isEnd()) {
                        RlpReader entry = entries.readList();
                        MessageKind kind = MessageKind.ofCode(entry.readInt()).orElseThrow();
                        said.put(kind, entry.readHash());
                    }
                    items.requireEnd();
                    return new Watermark(height, round, said);
                });
    }
}
