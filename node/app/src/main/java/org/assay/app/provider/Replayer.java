package org.assay.app.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.assay.app.client.RpcClient;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Merkle;
import org.assay.verifier.Open;
import org.assay.verifier.prover.ProverRun;

/// A thief, for demonstrations: does no work but hands in the proof that another provider made of
/// the same inputs. The salt in every leaf gives it away.
public final class Replayer implements Performer {
    private final RpcClient rpc;
    private final SecretKey key;

    public Replayer(RpcClient rpc, SecretKey key) {
        this.rpc = rpc;
        this.key = key;
    }

    @Override
    public Performance perform(ProverRun.Work work) throws IOException {
        JsonNode victim = victim(work.job());
        JobFacts job = work.job();
        Commit commit =
                new Commit.Facts(
                                victim.path("kind").asInt(),
                                job.chainId(),
                                key.address(),
                                job.jobId(),
                                job.templateId(),
                                job.inputRoot(),
                                Hash.fromHex(victim.path("outputRoot").asText()),
                                Hash.fromHex(victim.path("traceRoot").asText()),
                                victim.path("rows").asInt(),
                                victim.path("seqs").asInt(),
                                victim.path("workUnits").asLong(),
                                job.expiry())
                        .sign(key);
        Hash sidecarRoot = Hash.fromHex(victim.path("sidecarRoot").asText());
        String sidecar = rpc.call("assay_getSidecar", sidecarRoot.toString()).asText();
        Bytes stolen = Bytes.fromHex(sidecar);
        int cells = victim.path("cells").asInt();
        return new Performance() {
            @Override
            public Commit commit() {
                return commit;
            }

            @Override
            public Bytes answers() {
                return Bytes.EMPTY;
            }

            @Override
            public ProverRun.Opened open(Hash cellMix) {
                return new ProverRun.Opened(
                        Open.sign(commit.commitId(), cells, stolen.size(), sidecarRoot, key),
                        stolen);
            }

            @Override
            public Merkle trace() {
                return Merkle.of(new byte[Hash.SIZE], 1);
            }
        };
    }

    /// Another provider's opened proof of the same inputs. Throws [IOException] while there is
    /// none: the caller tries again.
    private JsonNode victim(JobFacts job) throws IOException {
        for (JsonNode other : rpc.call("assay_jobs", "0x64").path("jobs")) {
            if (other.path("inputRoot").asText().equals(job.inputRoot().toString())
                    && !other.path("jobId").asText().equals(job.jobId().toString())
                    && other.path("proof").path("certificateHeight").asLong() != 0) {
                return rpc.call("assay_proof", other.path("commitId").asText());
            }
        }
        throw new IOException("nobody's proof to copy yet");
    }
}
