package org.assay.app.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.primitives.UInt256;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `assay provider status`: stake, money and jobs in work.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show a provider's stake, what it has earned, and its latest jobs.",
        sortOptions = false)
public final class StatusCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();
    @Mixin private WhoOption who = new WhoOption();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = output.out();
        try (RpcClient rpc = node.connect()) {
            String address = who.address().toString();
            JsonNode state = rpc.call("assay_provider", address);
            List<JsonNode> own = new ArrayList<>();
            for (JsonNode job : rpc.call("assay_jobs", "0x64").path("jobs")) {
                if (job.path("provider").asText().equalsIgnoreCase(address)) {
                    own.add(job);
                }
            }
            if (output.isJson()) {
                ObjectNode json = Output.object().put("provider", address);
                json.setAll((ObjectNode) state);
                json.putArray("jobs").addAll(own);
                output.print(json);
                return 0;
            }
            out.println("provider     " + address);
            out.println("beneficiary  " + state.path("beneficiary").asText());
            for (String name :
                    List.of(
                            "stake",
                            "stakeSlashed",
                            "secured",
                            "slashed",
                            "fees",
                            "earned",
                            "inWindow",
                            "vesting",
                            "claimable",
                            "paid")) {
                UInt256 wei = UInt256.parse(state.path(name + "Wei").asText());
                out.printf("%-12s %s%n", name, Coins.text(wei));
            }
            for (JsonNode job : own) {
                JsonNode proof = job.path("proof");
                out.printf(
                        "job %s  %-9s  %s%n",
                        job.path("jobId").asText(),
                        job.path("state").asText(),
                        proof.hasNonNull("verdict")
                                ? proof.path("verdict").asText()
                                        + " "
                                        + proof.path("reason").asText()
                                : "");
            }
            out.flush();
        }
        return 0;
    }
}
