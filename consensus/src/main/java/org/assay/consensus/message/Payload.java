package org.assay.consensus.message;

import java.util.Optional;
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
            writer.writeList(
                    list -> {
                        list.writeLong(height);
                        list.writeLong(round);
                        list.writeRaw(block.encode());
                        accessList.ifPresent(list::writeRaw);
                    });
        }

        static ProposalPayload readFrom(RlpReader reader) {
            RlpReader items = reader.readList();
            ProposalPayload payload =
                    new ProposalPayload(
                            items.readLong(),
                            items.readInt(),
                            ProposedBlock.decode(items.readRaw()),
                            items.isEnd() ? Optional.empty() : Optional.of(items.readRaw()));
            items.requireEnd();
            return payload;
        }
    }

    record PreparePayload(long height, int round, Hash digest) implements Payload {
        @Override
        public MessageKind kind() {
            return MessageKind.PREPARE;
        }

        @Override
        public void writeTo(RlpWriter writer) {
            writer.writeList(
                    list -> {
                        list.writeLong(height);
                        list.writeLong(round);
                        list.writeHash(digest);
                    });
        }

        static PreparePayload readFrom(RlpReader reader) {
            RlpReader items = reader.readList();
            PreparePayload payload =
                    new PreparePayload(items.readLong(), items.readInt(), items.readHash());
            items.requireEnd();
            return payload;
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
            writer.writeList(
                    list -> {
                        list.writeLong(height);
                        list.writeLong(round);
                        list.writeHash(digest);
                        Signatures.write(list, seal);
                    });
        }

        static CommitPayload readFrom(RlpReader reader) {
            RlpReader items = reader.readList();
            CommitPayload payload =
                    new CommitPayload(
                            items.readLong(),
                            items.readInt(),
                            items.readHash(),
                            Signatures.read(items));
            items.requireEnd();
            return payload;
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
            writer.writeList(
                    list -> {
                        list.writeLong(height);
                        list.writeLong(round);
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
            RlpReader items = reader.readList();
            long height = items.readLong();
            int round = items.readInt();
            RlpReader metadata = items.readList();
            Optional<PreparedMetadata> prepared =
                    metadata.isEnd()
                            ? Optional.empty()
                            : Optional.of(
                                    new PreparedMetadata(metadata.readInt(), metadata.readHash()));
            metadata.requireEnd();
            items.requireEnd();
            return new RoundChangePayload(height, round, prepared);
        }
    }
}
