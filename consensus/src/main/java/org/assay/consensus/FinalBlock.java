package org.assay.consensus;

import java.util.List;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Address;

/// A block with a quorum of commit seals in its header: it can never be replaced. Made only by
/// [SealCheck].
public final class FinalBlock {
    private final ProposedBlock block;
    private final List<Address> signers;

    FinalBlock(ProposedBlock block, List<Address> signers) {
        this.block = block;
        this.signers = signers;
    }

    /// With the seals; [ProposedBlock#encode()] is what is stored and served.
    public ProposedBlock block() {
        return block;
    }

    /// Who sealed it, in the order of the seals.
    public List<Address> signers() {
        return signers;
    }

    @Override
    public String toString() {
        return "FinalBlock[" + block.header() + ", " + signers.size() + " seals]";
    }
}
