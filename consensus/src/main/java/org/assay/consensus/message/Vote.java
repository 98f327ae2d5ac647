package org.assay.consensus.message;

import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpException;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A proposer's wish, in a header's extraData, to add `recipient` to the validators or to drop
/// it.
public record Vote(Address recipient, boolean add) {
    private static final Bytes ADD = Bytes.of((byte) 0xff);

    void writeTo(RlpWriter writer) {
        writer.writeList(
                list -> {
                    list.writeAddress(recipient);
                    list.writeBytes(add ? ADD : Bytes.EMPTY);
                });
    }

    /// Reads the items of a vote's list.
    static Vote readFrom(RlpReader items) {
        Address recipient = items.readAddress();
        Bytes type = items.readBytes(1);
        items.requireEnd();
        if (!type.isEmpty() && !type.equals(ADD)) {
            throw new RlpException("a vote of type " + type);
        }
        return new Vote(recipient, !type.isEmpty());
    }
}
