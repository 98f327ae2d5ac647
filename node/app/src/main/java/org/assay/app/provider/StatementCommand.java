package org.assay.app.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.primitives.UInt256;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay provider statement`: every paid commit, and the sums that the Rewards contract gives.
@Command(
        name = "statement",
        mixinStandardHelpOptions = true,
        description = {
            "List what a provider has earned, a line a proof, with the contract's own sums.",
            "With --csv or --format json: amounts in wei, for accounts."
        },
        sortOptions = false)
public final class StatementCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;
    private static final List<String> SUMS =
            List.of("earned", "inWindow", "vesting", "claimable", "paid", "slashed");

    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();
    @Mixin private WhoOption who = new WhoOption();

    @Option(names = "--csv", description = "Comma-separated values, wei.")
    private boolean csv;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = output.out();
        try (RpcClient rpc = node.connect()) {
            String address = who.address().toString();
            UInt256[] sums = new UInt256[SUMS.size()];
            java.util.Arrays.fill(sums, UInt256.ZERO);
            output.say(
                    csv
                            ? "commitId,jobId,epoch,workUnits,burnWei,shareWei,claimableWei,paidWei"
                            : "commit      epoch  work units          share      claimable"
                                    + "           paid");
            long entries = 1;
            for (long from = 0; from < entries; from += PAGE) {
                JsonNode page = rpc.call("assay_provider", address, "0x" + Long.toHexString(from));
                entries = page.path("entries").asLong();
                for (JsonNode commitId : page.path("commits")) {
                    line(rpc, out, commitId.asText());
                }
                for (int i = 0; i < sums.length; i++) {
                    UInt256 part = UInt256.parse(page.path(SUMS.get(i) + "Wei").asText());
                    sums[i] = sums[i].add(part);
                }
            }
            if (output.isJson()) {
                ObjectNode json = Output.object().put("provider", address);
                for (int i = 0; i < sums.length; i++) {
                    json.put(SUMS.get(i) + "Wei", sums[i].toString());
                }
                output.print(json);
            } else if (!csv) {
                for (int i = 0; i < sums.length; i++) {
                    out.printf("%-10s %s coins%n", SUMS.get(i), Coins.text(sums[i]));
                }
            }
            out.flush();
        }
        return 0;
    }

    private void line(RpcClient rpc, PrintWriter out, String commitId) throws IOException {
        JsonNode job = rpc.call("assay_proof", commitId).path("job");
        JsonNode reward = job.path("proof").path("reward");
        if (output.isJson()) {
            ObjectNode json = Output.object().put("commitId", commitId);
            json.put("jobId", job.path("jobId").asText());
            json.set("reward", reward);
            output.print(json);
        } else if (csv) {
            out.println(
                    String.join(
                            ",",
                            commitId,
                            job.path("jobId").asText(),
                            reward.path("epoch").asText(),
                            reward.path("workUnits").asText(),
                            reward.path("burnWei").asText(),
                            reward.path("shareWei").asText(),
                            reward.path("claimableWei").asText(),
                            reward.path("paidWei").asText()));
        } else {
            out.printf(
                    "%s %6s %11s %14s %14s %14s%n",
                    commitId.substring(0, 10),
                    reward.path("epoch").asText(),
                    reward.path("workUnits").asText(),
                    coins(reward, "shareWei"),
                    coins(reward, "claimableWei"),
                    coins(reward, "paidWei"));
        }
    }

    private static String coins(JsonNode reward, String name) {
        return Coins.text(UInt256.parse(reward.path(name).asText()));
    }
}
