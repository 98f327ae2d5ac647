package org.assay.consensus;

import java.util.List;
import java.util.Optional;
import org.assay.consensus.message.Payload.PreparePayload;
import org.assay.consensus.message.PreparedMetadata;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.message.SignedPayload;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A prepared certificate: `block` as proposed in `round` of `height`, its access list item, and
/// a quorum of prepares for its digest. On disk before this node's commit is signed, and reloaded
/// at start, so that every later round change at the height carries it.
///
/// On disk: `[height, round, block, accessList?, [signedPrepare ...]]`.
public record Lock(
        long height,
        int round,
        ProposedBlock block,
        Optional<Bytes> accessList,
        List<SignedPayload<PreparePayload>> prepares) {
    public Lock {
        prepares = List.copyOf(prepares);
    }

    public Hash digest() {
        return block.digest();
    }

    public PreparedMetadata metadata() {
        return new PreparedMetadata(round, digest());
    }

    public Bytes encode() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeLong(height);
                            list.writeLong(round);
                            list.writeRaw(block.encode());
                            accessList.ifPresent(list::writeRaw);
                            list.writeList(prepares, (items, item) -> item.writeTo(items));
                        }));
    }

    /// Throws [org.assay.primitives.rlp.RlpException] on anything that [#encode] did not write.
    public static Lock decode(Bytes encoded) {
        return RlpReader.decode(
                encoded,
                reader -> {
                    RlpReader items = reader.readList();
                    long height = items.readLong();
                    int round = items.readInt();
                    ProposedBlock block = ProposedBlock.decode(items.readRaw());
                    Bytes fourth = items.readRaw();
                    Optional<Bytes> accessList =
                            items.isEnd() ? Optional.empty() : Optional.of(fourth);
                    Bytes prepares = items.isEnd() ? fourth : items.readRaw();
                    items.requireEnd();
                    return new Lock(
                            height,
                            round,
                            block,
                            accessList,
                            SignedPayload.readPrepares(RlpReader.of(prepares)));
                });
    }
}
