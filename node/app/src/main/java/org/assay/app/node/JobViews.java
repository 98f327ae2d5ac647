package org.assay.app.node;

import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// `Jobs.jobOf`.
public final class JobViews {
    private JobViews() {}

    /// A job as the contract holds it.
    public record Job(
            Address customer,
            Address provider,
            Hash templateId,
            Hash inputRoot,
            long rows,
            long seqs,
            long maxNew,
            long expiry,
            UInt256 feeWei,
            long assignedHeight,
            int state,
            Hash commitId) {}

    public static Job jobOf(ContractViews views, Hash jobId) {
        return decode(views.view(Predeploys.JOBS, Abi.call("jobOf(bytes32)", Abi.of(jobId))));
    }

    /// The answer of `jobOf(bytes32)`.
    public static Job decode(Bytes output) {
        AbiReader words = AbiReader.of(output);
        return new Job(
                words.readAddress(),
                words.readAddress(),
                words.readHash(),
                words.readHash(),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUnsignedLong(),
                words.readUInt256(),
                words.readUnsignedLong(),
                words.readInt(16),
                words.readHash());
    }
}
