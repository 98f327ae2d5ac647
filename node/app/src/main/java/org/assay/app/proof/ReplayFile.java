package org.assay.app.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.assay.chain.ProofCalls;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Mixes;
import org.assay.verifier.Model;
import org.assay.verifier.Open;
import org.assay.verifier.ProofTask;

/// A proof with all that its verdict depends on, as a JSON file that anyone can check offline.
/// Numbers are decimal, bytes are hex; the model is named by its templateId and lies in its own
/// file.
public final class ReplayFile {
    private static final ObjectMapper JSON = TextFile.mapper();

    private ReplayFile() {}

    public static String write(ProofTask task) {
        ObjectNode root = JSON.createObjectNode();
        JobFacts job = task.job();
        root.putObject("job")
                .put("chainId", job.chainId())
                .put("jobId", job.jobId().toString())
                .put("provider", job.provider().toString())
                .put("templateId", job.templateId().toString())
                .put("inputRoot", job.inputRoot().toString())
                .put("rows", job.rows())
                .put("seqs", job.seqs())
                .put("maxNew", job.maxNew())
                .put("expiry", job.expiry());
        root.putObject("mixes")
                .put("cells", task.mixes().cells().toString())
                .put("projection", task.mixes().projection().toString())
                .put("assignment", task.mixes().assignment().toString());
        root.put("commit", task.commit().encode().toString())
                .put("open", task.open().encode().toString())
                .put("sidecar", task.sidecar().toString());
        return root.toPrettyString();
    }

    /// The templateId that a file's job names; empty for text that is no such file.
    public static Optional<Hash> templateId(String text) {
        try {
            return Optional.of(hash(JSON.readTree(text).path("job"), "templateId"));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Empty for text that is no such file, or whose Commit or Open is not canonical.
    public static Optional<ProofTask> read(String text, Model model) {
        try {
            JsonNode root = JSON.readTree(text);
            JsonNode job = root.path("job");
            JsonNode mixes = root.path("mixes");
            Optional<Commit> commit = Commit.decode(bytes(root, "commit"));
            Optional<Open> open = Open.decode(bytes(root, "open"));
            if (commit.isEmpty() || open.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    new ProofTask(
                            new JobFacts(
                                    job.path("chainId").asLong(),
                                    hash(job, "jobId"),
                                    Address.fromHex(job.path("provider").asText()),
                                    hash(job, "templateId"),
                                    hash(job, "inputRoot"),
                                    job.path("rows").asInt(),
                                    job.path("seqs").asInt(),
                                    job.path("maxNew").asInt(),
                                    job.path("expiry").asLong()),
                            commit.get(),
                            open.get(),
                            bytes(root, "sidecar"),
                            new Mixes(
                                    hash(mixes, "cells"),
                                    hash(mixes, "projection"),
                                    hash(mixes, "assignment")),
                            model));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The same from what `assay_proof` answers. The contract has checked who sent it, so there
    /// are no signatures. Throws [IllegalArgumentException] for anything else.
    static ProofTask ofChain(JsonNode proof, long chainId, String sidecar, Model model) {
        JsonNode job = proof.path("job");
        Address provider = Address.fromHex(job.path("provider").asText());
        Commit.Facts facts =
                new Commit.Facts(
                        proof.path("kind").asInt(),
                        chainId,
                        provider,
                        hash(proof, "jobId"),
                        hash(job, "templateId"),
                        hash(job, "inputRoot"),
                        hash(proof, "outputRoot"),
                        hash(proof, "traceRoot"),
                        proof.path("rows").asInt(),
                        proof.path("seqs").asInt(),
                        proof.path("workUnits").asLong(),
                        proof.path("expiry").asLong());
        Open open =
                new Open(
                        facts.commitId(),
                        proof.path("cells").asInt(),
                        proof.path("sidecarBytes").asInt(),
                        hash(proof, "sidecarRoot"),
                        ProofCalls.SEEN_BY_CONTRACT);
        return new ProofTask(
                new JobFacts(
                        chainId,
                        hash(proof, "jobId"),
                        provider,
                        hash(job, "templateId"),
                        hash(job, "inputRoot"),
                        job.path("rows").asInt(),
                        job.path("seqs").asInt(),
                        job.path("maxNew").asInt(),
                        Long.parseUnsignedLong(job.path("expiry").asText())),
                new Commit(facts, ProofCalls.SEEN_BY_CONTRACT),
                open,
                Bytes.fromHex(sidecar),
                new Mixes(
                        hash(proof, "cellMix"),
                        hash(proof, "projectionMix"),
                        hash(proof, "assignmentMix")),
                model);
    }

    private static Hash hash(JsonNode node, String name) {
        return Hash.fromHex(node.path(name).asText());
    }

    private static Bytes bytes(JsonNode node, String name) {
        return Bytes.fromHex(node.path(name).asText());
    }
}
