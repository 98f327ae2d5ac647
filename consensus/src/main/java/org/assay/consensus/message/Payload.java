package org.assay.consensus.message;

import java.util.Optional;
import java.util.function.Consumer;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// What a validator signs. `height` is the spec's sequence number, ≥ 0; `round` ≥ 0.
public sealed interface Payload {
    long height();

    int round();

    MessageKind kind();

    void writeTo(RlpWriter writer);

    /// `RLP[code, payload]`, what a signer hashes and signs.
    default Bytes signedBytes() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeLong(kind().code());
                            writeTo(list);
                        }));
    }

    /// `keccak256` of [#signedBytes].
    default Hash signedHash() {
        return Keccak.hash256(signedBytes());
    }

    /// Height and round, which every payload begins with, and what `rest` writes after them.
    private static void write(RlpWriter writer, Payload payload, Consumer<RlpWriter> rest) {
        writer.writeList(
                list -> {
                    list.writeLong(payload.height());
                    list.writeLong(payload.round());
                    rest.accept(list);
                });
    }

    /// `accessList` is the raw RLP item of the fourth slot, or empty for the legacy form of three
    /// items. The signature covers the form sent.
    record ProposalPayload(long height, int round, ProposedBlock block, Optional<Bytes> accessList)
            implements Payload {
        @Override
        public MessageKind kind() {
            return MessageKind.PROPOSAL;
        }

        @Override
        public void writeTo(RlpWriter writer) {
            write(
                    writer,
                    this,
                    list -> {
                        list.writeRaw(block.encode());
                        accessList.ifPresent(list::writeRaw);
                    });
        }

        static ProposalPayload readFrom(RlpReader reader) {
            return reader.readTuple(
                    items ->
                            new ProposalPayload(
                                    items.readLong(),
                                    items.readInt(),
                                    ProposedBlock.decode(items.readRaw()),
                                    items.isEnd()
                                            ? Optional.empty()
                                            : Optional.of(items.readRaw())));
        }
    }

    record PreparePayload(long height, int round, Hash digest) implements Payload {
        @Override
        public MessageKind kind() {
            return MessageKind.PREPARE;
        }

        @Override
        public void writeTo(RlpWriter writer) {
            write(writer, this, list -> list.writeHash(digest));
        }

        static PreparePayload readFrom(RlpReader reader) {
            return reader.readTuple(
                    items ->
                            new PreparePayload(
                                    items.readLong(), items.readInt(), items.readHash()));
        }
    }

    /// `seal` is the author's signature of `digest` itself: it goes into the header.
    record CommitPayload(long height, int round, Hash digest, Signature seal) implements Payload {
        @Override
        public MessageKind kind() {
            return MessageKind.COMMIT;
        }

        @Override
        public void writeTo(RlpWriter writer) {
            write(
                    writer,
                    this,
                    list -> {
                        list.writeHash(digest);
                        Signatures.write(list, seal);
                    });
        }

        static CommitPayload readFrom(RlpReader reader) {
            return reader.readTuple(
                    items ->
                            new CommitPayload(
                                    items.readLong(),
                                    items.readInt(),
                                    items.readHash(),
                                    Signatures.read(items)));
        }
    }

    /// `round` is the target round.
    record RoundChangePayload(long height, int round, Optional<PreparedMetadata> prepared)
            implements Payload {
        @Override
        public MessageKind kind() {
            return MessageKind.ROUND_CHANGE;
        }

        @Override
        public void writeTo(RlpWriter writer) {
            write(
                    writer,
                    this,
                    list -> {
                        list.writeList(
                                metadata ->
                                        prepared.ifPresent(
                                                present -> {
                                                    metadata.writeLong(present.round());
                                                    metadata.writeHash(present.digest());
                                                }));
                    });
        }

        static RoundChangePayload readFrom(RlpReader reader) {
            return reader.readTuple(
                    items ->
                            new RoundChangePayload(
                                    items.readLong(),
                                    items.readInt(),
                                    items.readTuple(RoundChangePayload::readPrepared)));
        }

        private static Optional<PreparedMetadata> readPrepared(RlpReader metadata) {
            return metadata.isEnd()
                    ? Optional.empty()
                    : Optional.of(new PreparedMetadata(metadata.readInt(), metadata.readHash()));
        }
    }
}
