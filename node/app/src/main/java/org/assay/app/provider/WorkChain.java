package org.assay.app.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assay.app.client.RpcClient;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.JobViews;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Reason;

/// The work contracts as a node's RPC shows them. Safe for many threads.
public record WorkChain(RpcClient rpc, long chainId) {
    /// `Jobs.ANSWERS_BYTES_MAX`: longer answers stay off chain.
    static final int ANSWERS_BYTES_MAX = 4_096;

    /// Topics that a node takes in a filter; jobs beyond them are looked at every few blocks.
    private static final long FILTER_MAX = 1_000;

    private static final Hash ANSWERS_DELIVERED =
            Keccak.hash256(
                    "AnswersDelivered(bytes32,bytes)"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    /// A verdict as the chain recorded it; `reason` is a code of `Reason.sol`, height 0 while
    /// there is none.
    public record Recorded(boolean pass, int reason, long workUnits, long height) {
        public String reasonName() {
            for (Reason known : Reason.values()) {
                if (known.code() == reason) {
                    return known.toString();
                }
            }
            return "reason " + reason;
        }
    }

    /// What a commit has earned, in wei; nothing is final before its epoch has closed.
    public record Earned(UInt256 shareWei, UInt256 paidWei, UInt256 claimableWei, boolean closed) {
        boolean isPaid() {
            return closed && shareWei.equals(paidWei);
        }
    }

    public static WorkChain of(RpcClient rpc) throws IOException {
        return new WorkChain(rpc, RpcClient.quantity(rpc.call("eth_chainId")));
    }

    private AbiReader ask(Address contract, String signature, Hash id) throws IOException {
        return AbiReader.of(rpc.view(contract, signature, Abi.of(id)));
    }

    public JobViews.Job job(Hash jobId) throws IOException {
        return JobViews.decode(rpc.view(Predeploys.JOBS, "jobOf(bytes32)", Abi.of(jobId)));
    }

    public JobFacts facts(Hash jobId, JobViews.Job job) {
        return job.facts(chainId, jobId);
    }

    public Hash mix(long height) throws IOException {
        return AbiReader.of(rpc.view(Predeploys.PROLOGUE, "mix(uint256)", Abi.of(height)))
                .readHash();
    }

    /// h1, 0 while it is not known.
    public long auditHeight(Hash commitId) throws IOException {
        return ask(Predeploys.PROOFS, "auditHeight(bytes32)", commitId).readUnsignedLong();
    }

    /// The block of the commit's Open, 0 while there is none.
    public long openHeight(Hash commitId) throws IOException {
        return ask(Predeploys.PROOFS, "openOf(bytes32)", commitId).readUnsignedLong();
    }

    /// The last block in which what the commit waits for can come, 0 while that is not known.
    public long deadline(Hash commitId) throws IOException {
        return ask(Predeploys.PROOFS, "deadlineOf(bytes32)", commitId).readUnsignedLong();
    }

    public long certificateHeight(Hash commitId) throws IOException {
        AbiReader words = ask(Predeploys.PROLOGUE, "certificateOf(bytes32)", commitId);
        words.readHash();
        return words.readUnsignedLong();
    }

    public Recorded verdict(Hash commitId) throws IOException {
        AbiReader words = ask(Predeploys.PROLOGUE, "verdictOf(bytes32)", commitId);
        return new Recorded(
                words.readBoolean(),
                words.readInt(256),
                words.readUnsignedLong(),
                words.readUnsignedLong());
    }

    public ContractViews.Challenge challenge(Hash commitId) throws IOException {
        return ContractViews.challenge(
                rpc.view(Predeploys.PROOFS, "challengeOf(bytes32)", Abi.of(commitId)));
    }

    /// The last block in which a challenge of the commit can be opened.
    public long challengeDeadline(Hash commitId) throws IOException {
        return ask(Predeploys.PROOFS, "challengeDeadline(bytes32)", commitId).readUnsignedLong();
    }

    public boolean isOverturned(Hash commitId) throws IOException {
        return ask(Predeploys.PROOFS, "isOverturned(bytes32)", commitId).readBoolean();
    }

    /// What a settled commit has earned.
    public Earned earned(Hash commitId) throws IOException {
        AbiReader entry = ask(Predeploys.REWARDS, "entryOf(bytes32)", commitId);
        for (int word = 0; word < 3; word++) {
            entry.readUInt256();
        }
        long epoch = entry.readUnsignedLong();
        for (int word = 0; word < 3; word++) {
            entry.readUInt256();
        }
        AbiReader allowance =
                AbiReader.of(
                        rpc.view(Predeploys.PROLOGUE, "epochAllowance(uint64)", Abi.of(epoch)));
        allowance.readUInt256();
        boolean closed = allowance.readBoolean();
        return new Earned(
                ask(Predeploys.REWARDS, "shareOf(bytes32)", commitId).readUInt256(),
                entry.readUInt256(),
                ask(Predeploys.REWARDS, "claimable(bytes32)", commitId).readUInt256(),
                closed);
    }

    /// Those of `ids`, jobs and commits, that events of blocks `from` to `to` name first. Throws
    /// [RpcClient.Refused] where the node does not have the blocks.
    Set<Hash> touched(Set<Hash> ids, long from, long to) throws IOException {
        List<String> names = ids.stream().limit(FILTER_MAX).map(Hash::toString).toList();
        List<List<String>> topics = List.of(List.of(), names);
        JsonNode logs =
                rpc.call(
                        "eth_getLogs",
                        Map.of(
                                "address",
                                List.of(
                                        Predeploys.JOBS.toString(),
                                        Predeploys.PROOFS.toString(),
                                        Predeploys.PROLOGUE.toString()),
                                "fromBlock",
                                "0x" + Long.toHexString(from),
                                "toBlock",
                                "0x" + Long.toHexString(to),
                                "topics",
                                topics));
        Set<Hash> touched = new HashSet<>();
        for (JsonNode log : logs) {
            touched.add(Hash.fromHex(log.path("topics").get(1).asText()));
        }
        return touched;
    }

    /// The answers that the provider delivered on chain for a job.
    public Optional<Bytes> delivered(Hash jobId, long fromBlock) throws IOException {
        JsonNode logs =
                rpc.call(
                        "eth_getLogs",
                        Map.of(
                                "address",
                                Predeploys.JOBS.toString(),
                                "fromBlock",
                                "0x" + Long.toHexString(fromBlock),
                                "toBlock",
                                "latest",
                                "topics",
                                List.of(ANSWERS_DELIVERED.toString(), jobId.toString())));
        if (logs.isEmpty()) {
            return Optional.empty();
        }
        Bytes data = Bytes.fromHex(logs.get(0).path("data").asText());
        return Optional.of(AbiReader.of(data).follow().readText(ANSWERS_BYTES_MAX));
    }

    /// Whether a call would not revert in the next block.
    public boolean wouldPass(Address contract, Bytes call) throws IOException {
        try {
            rpc.call(
                    "eth_call",
                    Map.of("to", contract.toString(), "input", call.toString()),
                    "latest");
            return true;
        } catch (RpcClient.Refused reverted) {
            return false;
        }
    }

    /// The inputs of a job, where the node has them.
    public Optional<Bytes> inputs(Hash jobId) throws IOException {
        JsonNode inputs = rpc.call("assay_getInput", jobId.toString());
        return inputs.isTextual() ? Optional.of(Bytes.fromHex(inputs.asText())) : Optional.empty();
    }
}
