package org.assay.app.proof;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.JobFacts;

/// A job with its inputs as a JSON file: what `assay prove` takes. `inputs` is hex; for a decoder
/// u32 count and u32 tokens of each prompt. `assignmentMix` seeds sampled tokens.
public record JobFile(JobFacts job, Bytes inputs, Hash assignmentMix) {
    private static final ObjectMapper JSON = TextFile.mapper();

    public String write() {
        ObjectNode root = JSON.createObjectNode();
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
        root.put("assignmentMix", assignmentMix.toString()).put("inputs", inputs.toString());
        return root.toPrettyString();
    }

    /// Empty for text that is no such file.
    public static Optional<JobFile> read(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            JsonNode job = root.path("job");
            JobFacts facts =
                    new JobFacts(
                            job.path("chainId").asLong(),
                            Hash.fromHex(job.path("jobId").asText()),
                            Address.fromHex(job.path("provider").asText()),
                            Hash.fromHex(job.path("templateId").asText()),
                            Hash.fromHex(job.path("inputRoot").asText()),
                            job.path("rows").asInt(),
                            job.path("seqs").asInt(),
                            job.path("maxNew").asInt(),
                            job.path("expiry").asLong());
            boolean possible = facts.rows() > 0 && facts.seqs() > 0 && facts.maxNew() >= 0;
            return possible
                    ? Optional.of(
                            new JobFile(
                                    facts,
                                    Bytes.fromHex(root.path("inputs").asText()),
                                    Hash.fromHex(root.path("assignmentMix").asText())))
                    : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
