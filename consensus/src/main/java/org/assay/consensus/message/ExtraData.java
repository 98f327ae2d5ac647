package org.assay.consensus.message;

import java.util.List;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Signature;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A QBFT header's extraData: `[vanity, [validators], vote, round, [seals]]`. `validators` keeps
/// the order it came in (a genesis list may be unsorted); it is empty in contract mode. Items
/// after the seals are read over and not kept, as Besu does.
public record ExtraData(
        Bytes vanity,
        List<Address> validators,
        Optional<Vote> vote,
        int round,
        List<Signature> seals) {
    /// Vanity is 32 bytes by convention; longer ones up to this many bytes are read too.
    public static final int VANITY_BYTES_MAX = 1024;

    /// Validators, and so seals, in one header.
    public static final int VALIDATORS_MAX = 1024;

    public static final Bytes VANITY_ZERO = Bytes.wrap(new byte[32]);

    public ExtraData {
        validators = List.copyOf(validators);
        seals = List.copyOf(seals);
    }

    /// What a proposer of `round` writes: no seals yet.
    public static ExtraData ofProposal(
            Bytes vanity, List<Address> validators, Optional<Vote> vote, int round) {
        return new ExtraData(vanity, validators, vote, round, List.of());
    }

    public ExtraData withRound(int newRound) {
        return new ExtraData(vanity, validators, vote, newRound, seals);
    }

    public ExtraData withSeals(List<Signature> newSeals) {
        return new ExtraData(vanity, validators, vote, round, newSeals);
    }

    public Bytes encode() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeBytes(vanity);
                            list.writeList(validators, RlpWriter::writeAddress);
                            vote.ifPresentOrElse(
                                    present -> present.writeTo(list),
                                    () -> list.writeList(empty -> {}));
                            list.writeLong(round);
                            list.writeList(seals, (items, seal) -> Signatures.write(items, seal));
                        }));
    }

    /// Throws [RlpException] on anything else.
    public static ExtraData decode(Bytes encoded) {
        return RlpReader.decode(encoded, ExtraData::readFrom);
    }

    private static ExtraData readFrom(RlpReader reader) {
        RlpReader items = reader.readList();
        Bytes vanity = items.readBytes(VANITY_BYTES_MAX);
        List<Address> validators = items.readList(VALIDATORS_MAX, RlpReader::readAddress);
        RlpReader voteItems = items.readList();
        Optional<Vote> vote =
                voteItems.isEnd() ? Optional.empty() : Optional.of(Vote.readFrom(voteItems));
        int round = items.readInt();
        List<Signature> seals = items.readList(VALIDATORS_MAX, Signatures::read);
        return new ExtraData(vanity, validators, vote, round, seals);
    }

    /// The extraData of `header` bytes, or empty where it is none of QBFT's.
    public static Optional<ExtraData> parse(Bytes encoded) {
        try {
            return Optional.of(decode(encoded));
        } catch (RlpException malformed) {
            return Optional.empty();
        }
    }
}
