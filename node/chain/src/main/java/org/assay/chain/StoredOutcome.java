package org.assay.chain;

import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// What is kept of a block's outcome: `[[receipt…], selfdestructWei, burnAddressWei]`, receipts
/// in their consensus encoding.
record StoredOutcome(List<Receipt> receipts, UInt256 selfdestructWei, UInt256 burnAddressWei) {
    private static final int RECEIPT_BYTES_MAX = 1 << 26;
    static final StoredOutcome NOTHING = new StoredOutcome(List.of(), UInt256.ZERO, UInt256.ZERO);

    static StoredOutcome of(BlockOutcome outcome) {
        return new StoredOutcome(
                outcome.receipts(), outcome.selfdestructWei(), outcome.burnAddressWei());
    }

    Bytes encode() {
        return Bytes.wrap(
                RlpWriter.encodeList(
                        list -> {
                            list.writeList(
                                    receipts, (items, item) -> items.writeArray(item.encode()));
                            list.writeUInt256(selfdestructWei);
                            list.writeUInt256(burnAddressWei);
                        }));
    }

    static StoredOutcome decode(Bytes encoded) {
        return RlpReader.decode(
                encoded,
                reader -> {
                    RlpReader list = reader.readList();
                    List<Receipt> receipts =
                            list.readList(
                                    org.assay.primitives.block.Block.TRANSACTIONS_MAX,
                                    item -> Receipt.decode(item.readBytes(RECEIPT_BYTES_MAX)));
                    StoredOutcome outcome =
                            new StoredOutcome(receipts, list.readUInt256(), list.readUInt256());
                    list.requireEnd();
                    return outcome;
                });
    }
}
