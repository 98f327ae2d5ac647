package org.assay.chain;

import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Header;

/// A block's hash: keccak of the header, which on a QBFT chain is first brought into its hash
/// form, without seals and with round 0.
public record BlockHashing(boolean qbft) {
    /// Throws [org.assay.primitives.rlp.RlpException] for a QBFT header without QBFT's extraData.
    public Hash hashOf(Header header) {
        return qbft && header.number() > 0
                ? QbftHeader.decode(Bytes.wrap(header.encode())).hash()
                : header.hash();
    }

    /// The header as any other engine takes it (PROTOCOL section 2): its keccak is the block
    /// hash.
    public Header exported(Header header) {
        return qbft && header.number() > 0
                ? Header.decode(QbftHeader.decode(Bytes.wrap(header.encode())).hashForm())
                : header;
    }
}
