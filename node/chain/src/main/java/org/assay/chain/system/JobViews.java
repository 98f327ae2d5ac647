package org.assay.chain.system;

import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.verifier.JobFacts;

/// `Jobs.jobOf`.
public final class JobViews {
    /// `IJobs.State`.
    public enum State {
        NONE,
        OPEN,
        FUNDED,
        SUBMITTED,
        COMPLETED,
        REJECTED,
        EXPIRED
    }

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
            State state,
            Hash commitId) {
        /// The job `jobId` in the verifier's terms.
        public JobFacts facts(long chainId, Hash jobId) {
            return new JobFacts(
                    chainId,
                    jobId,
                    provider,
                    templateId,
                    inputRoot,
                    (int) rows,
                    (int) seqs,
                    (int) maxNew,
                    expiry);
        }
    }

    public static Job jobOf(ContractViews views, Hash jobId) {
        return decode(views.view(Predeploys.JOBS, Abi.call("jobOf(bytes32)", Abi.of(jobId))));
    }

    /// As above; empty where there is no such job.
    public static Optional<Job> find(ContractViews views, Hash jobId) {
        return views.find(Predeploys.JOBS, Abi.call("jobOf(bytes32)", Abi.of(jobId)))
                .map(JobViews::decode);
    }

    /// The kind of a registered template (`Template.KIND_…`); 0 for an unknown one.
    public static int kindOf(ContractViews views, Hash templateId) {
        return views.find(
                        Predeploys.MODEL_REGISTRY,
                        Abi.call("templateOf(bytes32)", Abi.of(templateId)))
                .map(
                        output -> {
                            AbiReader words = AbiReader.of(output);
                            words.readHash();
                            words.readUnsignedLong();
                            return words.readInt(256);
                        })
                .orElse(0);
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
                State.values()[words.readInt(State.values().length)],
                words.readHash());
    }
}
