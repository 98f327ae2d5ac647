package org.assay.consensus.message;

import java.util.List;
import java.util.Optional;
import org.assay.consensus.message.Payload.CommitPayload;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.consensus.message.Payload.ProposalPayload;
import org.assay.consensus.message.Payload.RoundChangePayload;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A QBFT message with every signature in it recovered, nothing else checked.
public sealed interface Message {
    SignedPayload<? extends Payload> signed();

    void writeTo(RlpWriter writer);

    default MessageKind kind() {
        return signed().payload().kind();
    }

    default long height() {
        return signed().payload().height();
    }

    default int round() {
        return signed().payload().round();
    }

    default Address author() {
        return signed().author();
    }

    default Bytes encode() {
        return Bytes.wrap(RlpWriter.encode(this::writeTo));
    }

    /// Throws [org.assay.primitives.rlp.RlpException] on anything but one message of `kind`.
    static Message decode(MessageKind kind, Bytes encoded) {
        return RlpReader.decode(
                encoded,
                reader ->
                        switch (kind) {
                            case PROPOSAL -> Proposal.readFrom(reader);
                            case PREPARE -> new Prepare(readPrepare(reader));
                            case COMMIT ->
                                    new Commit(
                                            SignedPayload.readFrom(
                                                    reader, CommitPayload::readFrom));
                            case ROUND_CHANGE -> RoundChange.readFrom(reader);
                        });
    }

    private static SignedPayload<PreparePayload> readPrepare(RlpReader reader) {
        return SignedPayload.readFrom(reader, PreparePayload::readFrom);
    }

    private static SignedPayload<RoundChangePayload> readRoundChange(RlpReader reader) {
        return SignedPayload.readFrom(reader, RoundChangePayload::readFrom);
    }

    /// Round 0: both lists empty. Later: `roundChanges` justify the round, and `prepares` the
    /// block where one of them says that a block was prepared.
    record Proposal(
            SignedPayload<ProposalPayload> signed,
            List<SignedPayload<RoundChangePayload>> roundChanges,
            List<SignedPayload<PreparePayload>> prepares)
            implements Message {
        public Proposal {
            roundChanges = List.copyOf(roundChanges);
            prepares = List.copyOf(prepares);
        }

        public ProposedBlock block() {
            return signed.payload().block();
        }

        @Override
        public void writeTo(RlpWriter writer) {
            writer.writeList(
                    list -> {
                        signed.writeTo(list);
                        list.writeList(
                                justification -> {
                                    justification.writeList(
                                            roundChanges, (items, item) -> item.writeTo(items));
                                    justification.writeList(
                                            prepares, (items, item) -> item.writeTo(items));
                                });
                    });
        }

        static Proposal readFrom(RlpReader reader) {
            RlpReader items = reader.readList();
            SignedPayload<ProposalPayload> signed =
                    SignedPayload.readFrom(items, ProposalPayload::readFrom);
            RlpReader justification = items.readList();
            Proposal proposal =
                    new Proposal(
                            signed,
                            justification.readList(
                                    ExtraData.VALIDATORS_MAX, Message::readRoundChange),
                            justification.readList(ExtraData.VALIDATORS_MAX, Message::readPrepare));
            justification.requireEnd();
            items.requireEnd();
            return proposal;
        }
    }

    record Prepare(SignedPayload<PreparePayload> signed) implements Message {
        @Override
        public void writeTo(RlpWriter writer) {
            signed.writeTo(writer);
        }
    }

    record Commit(SignedPayload<CommitPayload> signed) implements Message {
        @Override
        public void writeTo(RlpWriter writer) {
            signed.writeTo(writer);
        }
    }

    /// `block` and `prepares` are the prepared certificate that the payload's metadata names.
    /// `accessList` as in [ProposalPayload].
    record RoundChange(
            SignedPayload<RoundChangePayload> signed,
            Optional<ProposedBlock> block,
            Optional<Bytes> accessList,
            List<SignedPayload<PreparePayload>> prepares)
            implements Message {
        public RoundChange {
            prepares = List.copyOf(prepares);
        }

        @Override
        public void writeTo(RlpWriter writer) {
            writer.writeList(
                    list -> {
                        signed.writeTo(list);
                        block.ifPresentOrElse(
                                present -> list.writeRaw(present.encode()),
                                () -> list.writeList(empty -> {}));
                        accessList.ifPresent(list::writeRaw);
                        list.writeList(prepares, (items, item) -> item.writeTo(items));
                    });
        }

        static RoundChange readFrom(RlpReader reader) {
            RlpReader items = reader.readList();
            SignedPayload<RoundChangePayload> signed = readRoundChange(items);
            Bytes block = items.readRaw();
            Bytes third = items.readRaw();
            Optional<Bytes> accessList = items.isEnd() ? Optional.empty() : Optional.of(third);
            Bytes prepares = items.isEnd() ? third : items.readRaw();
            items.requireEnd();
            return new RoundChange(
                    signed,
                    block.size() == 1 && block.get(0) == (byte) 0xc0
                            ? Optional.empty()
                            : Optional.of(ProposedBlock.decode(block)),
                    accessList,
                    RlpReader.of(prepares)
                            .readList(ExtraData.VALIDATORS_MAX, Message::readPrepare));
        }
    }
}
