package org.assay.app.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.keys.KeyOption;
import org.assay.app.proof.BuiltInModels;
import org.assay.app.proof.Challenger;
import org.assay.app.provider.WorkChain;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `assay job challenge`: exit status 0 where the provider's work agrees or the challenge was
/// upheld, 1 where it was lost or cannot be made, 2 for an unknown job.
@Command(
        name = "challenge",
        mixinStandardHelpOptions = true,
        description = {
            "Do a job again on this machine and, where the provider's work differs, challenge its",
            "proof with a bond: the validators rule on the first leaf that differs. If you are",
            "right the provider loses its stake and you get a tenth of it; if not, the bond burns."
        },
        sortOptions = false)
public final class ChallengeCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();
    @Mixin private KeyOption key = new KeyOption();

    @Parameters(paramLabel = "JOB", converter = JobId.class, description = "The job's id.")
    private Hash jobId = Hash.ZERO;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "Its model; not needed for the built-in ones.")
    private List<Path> models = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        SecretKey secret = key.read();
        try (RpcClient rpc = node.connect()) {
            JsonNode job = rpc.call("assay_job", jobId.toString());
            if (!job.isObject() || !job.has("commitId")) {
                output.err().println("assay job: there is no proof of a job " + jobId);
                return 2;
            }
            WorkChain chain = WorkChain.of(rpc);
            Wallet wallet = new Wallet(rpc, secret, UInt256.of(chain.chainId()));
            Challenger challenger =
                    new Challenger(chain, wallet, BuiltInModels.with(models), output::say);
            Hash commitId = Hash.fromHex(job.path("commitId").asText());
            return report(commitId, challenger.challenge(commitId));
        } catch (RpcClient.Refused refused) {
            output.err()
                    .println(
                            "assay job: the proof cannot be challenged now: it has not passed, its"
                                    + " window is over, or the bond is not there ("
                                    + refused.getMessage()
                                    + ")");
            return 1;
        }
    }

    private int report(Hash commitId, Challenger.Outcome outcome) {
        ObjectNode json = Output.object().put("commitId", commitId.toString());
        String text =
                switch (outcome) {
                    case AGREES -> "the provider's work is what this machine computes";
                    case UPHELD -> "upheld";
                    case LOST -> "lost";
                    case CANNOT_CHECK ->
                            "this node does not have the sidecar or the inputs, or the model is"
                                    + " unknown; ask another node, give --model";
                };
        output.print(json.put("outcome", outcome.toString()), text);
        return switch (outcome) {
            case AGREES, UPHELD -> 0;
            case LOST, CANNOT_CHECK -> 1;
        };
    }
}
