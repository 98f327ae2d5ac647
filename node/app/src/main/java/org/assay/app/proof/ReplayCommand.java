package org.assay.app.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.RpcClient;
import org.assay.app.provider.Performer;
import org.assay.primitives.Hash;
import org.assay.verifier.Model;
import org.assay.verifier.ProofRules;
import org.assay.verifier.ProofTask;
import org.assay.verifier.Verdict;
import org.assay.verifier.Verifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay verify`: checks one proof offline; exit status 0 for PASS, 1 for FAIL, 2 for no
/// verdict, 3 where a chain says otherwise.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Check a compute proof again, and print its verdict and reason.",
            "With a commit's id and --rpc, the facts and the sidecar come from that node, the",
            "verdict from this machine."
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final int DISAGREES = 3;

    @Mixin private Output output = new Output();

    @Option(
            names = "--replay",
            required = true,
            paramLabel = "FILE|COMMIT",
            description = "A proof's file, or with --rpc a commit's id.")
    private String replay = "";

    @Option(
            names = "--rpc",
            paramLabel = "URL",
            description = "A node that retains the proof's sidecar.")
    private @Nullable String rpcUrl;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "Its model; not needed for the built-in ones.")
    private @Nullable Path modelFile;

    @Option(
            names = "--work-unit-log2",
            description =
                    "A work unit is 2^this MACs (default: ${DEFAULT-VALUE}, as dev chains; with"
                            + " --rpc, the chain's own).")
    private int workUnitLog2 = ProofRules.DEV.workUnitLog2();

    @Override
    public Integer call() throws IOException {
        List<Model> models = BuiltInModels.with(modelFile == null ? List.of() : List.of(modelFile));
        return rpcUrl == null ? replayFile(models) : replayCommit(rpcUrl, models);
    }

    private int replayFile(List<Model> models) throws IOException {
        String text;
        try {
            text = TextFile.read(Path.of(replay));
        } catch (Proving.Refused e) {
            return refuse(String.valueOf(e.getMessage()));
        }
        Optional<Hash> wanted = ReplayFile.templateId(text);
        Optional<Model> model = wanted.flatMap(id -> BuiltInModels.find(models, id));
        if (model.isEmpty()) {
            return refuse("no verdict without its model " + wanted.map(Hash::toString).orElse(""));
        }
        Optional<ProofTask> task = ReplayFile.read(text, model.get());
        if (task.isEmpty()) {
            return refuse(replay + " holds no canonical proof");
        }
        ProofRules dev = ProofRules.DEV;
        ProofRules rules =
                new ProofRules(
                        dev.cells(),
                        workUnitLog2,
                        dev.auditNumerator(),
                        dev.rowsMax(),
                        dev.sidecarBytesMax());
        return print(task.get(), new Verifier(rules).verify(task.get()));
    }

    private int replayCommit(String url, List<Model> models) throws IOException {
        try (RpcClient rpc = new RpcClient(url)) {
            JsonNode proof = rpc.call("assay_proof", replay);
            if (!proof.isObject()) {
                return refuse("there is no commit " + replay);
            }
            Optional<Model> model =
                    BuiltInModels.find(
                            models, Hash.fromHex(proof.path("job").path("templateId").asText()));
            if (model.isEmpty()) {
                return refuse("no verdict without its model; give --model");
            }
            JsonNode recorded = proof.path("job").path("proof");
            if (!proof.path("projectionMix").isTextual()) {
                return refuse("the beacons of this proof are not all known yet");
            }
            JsonNode sidecar = rpc.call("assay_getSidecar", proof.path("sidecarRoot").asText());
            if (!sidecar.isTextual()) {
                return refuse("this node does not retain the sidecar; ask another one");
            }
            long chainId = RpcClient.quantity(rpc.call("eth_chainId"));
            ProofTask task = ReplayFile.ofChain(proof, chainId, sidecar.asText(), model.get());
            Verdict verdict =
                    new Verifier(Performer.rulesOf(rpc.call("assay_config")))
                            .verifyAuthorised(task);
            int status = print(task, verdict);
            return agrees(recorded, verdict) ? status : DISAGREES;
        } catch (IllegalArgumentException e) {
            return refuse(replay + " is no commit's id: write 0x and 64 hex digits");
        }
    }

    /// Compares with what the chain recorded, where it has.
    private boolean agrees(JsonNode recorded, Verdict verdict) {
        if (!recorded.has("verdict")) {
            return true;
        }
        boolean same =
                recorded.path("verdict").asText().equals(verdict.pass() ? "PASS" : "FAIL")
                        && recorded.path("reason").asText().equals(verdict.reason().toString())
                        && recorded.path("workUnits").asLong() == verdict.workUnits();
        output.print(
                Output.object().put("chainAgrees", same).set("recorded", recorded),
                "chain      "
                        + (same ? "says the same" : "says " + recorded)
                        + ", in block "
                        + recorded.path("verdictHeight").asText());
        return same;
    }

    private int print(ProofTask task, Verdict verdict) {
        ObjectNode json = Output.object();
        json.put("commitId", task.commit().commitId().toString());
        json.put("provider", task.commit().facts().provider().toString());
        json.put("cells", task.open().cells());
        json.put("verdict", verdict.pass() ? "PASS" : "FAIL");
        json.put("reason", verdict.reason().toString());
        json.put("detail", verdict.detail()).put("workUnits", verdict.workUnits());
        output.print(
                json,
                String.join(
                        "\n",
                        "commitId   " + task.commit().commitId(),
                        "provider   " + task.commit().facts().provider(),
                        "cells      " + task.open().cells(),
                        "verdict    " + (verdict.pass() ? "PASS" : "FAIL " + verdict.reason()),
                        verdict.pass()
                                ? "work units " + verdict.workUnits()
                                : "because    " + verdict.detail()));
        return verdict.pass() ? 0 : 1;
    }

    private int refuse(String why) {
        output.err().println("assay verify: " + why);
        return 2;
    }
}
