package org.assay.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.assay.app.client.Coins;
import org.assay.app.client.RpcClient;
import org.assay.primitives.UInt256;

/// Tells what the chain says of the demo's jobs, as it happens: read from a validator's RPC
/// alone.
final class DemoWatch implements Runnable {
    private static final long POLL_MILLIS = 500;

    private final RpcClient rpc;
    private final DemoView view;
    private final Map<String, String> namesByAddress;
    private final Map<String, Set<String>> told = new HashMap<>();
    private volatile boolean ended;

    DemoWatch(RpcClient rpc, DemoView view, Map<String, String> namesByAddress) {
        this.rpc = rpc;
        this.view = view;
        this.namesByAddress = namesByAddress;
    }

    void end() {
        ended = true;
    }

    @Override
    public void run() {
        while (!ended) {
            try {
                for (JsonNode job : rpc.call("assay_jobs", "0x64").path("jobs")) {
                    look(job);
                }
                view.status(status());
                Thread.sleep(POLL_MILLIS);
            } catch (IOException | RpcClient.Refused restarting) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                LockSupport.parkNanos(POLL_MILLIS * 1_000_000);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private String status() throws IOException {
        JsonNode schedule = rpc.call("assay_emissionSchedule");
        JsonNode ledger = rpc.call("assay_ledger");
        return "block "
                + schedule.path("blockNumber").asText()
                + "  minted "
                + coins(ledger.path("mintedWei").asText())
                + " coins  burned "
                + coins(ledger.path("burnedWei").asText())
                + " coins  halved "
                + schedule.path("halvings").asText()
                + " times, again in "
                + schedule.path("toNextHalving").asText("-")
                + " "
                + schedule.path("per").asText()
                + "s";
    }

    private static String coins(String wei) {
        String text = Coins.text(UInt256.parse(wei));
        int point = text.indexOf('.');
        return point < 0 || text.length() < point + 3 ? text : text.substring(0, point + 3);
    }

    private void look(JsonNode job) {
        JsonNode proof = job.path("proof");
        String state = job.path("state").asText();
        if (job.path("assignedHeight").asLong() != 0) {
            tell(job, "accepted", "accepted job " + brief(job, "jobId"));
        }
        if (job.has("commitId")) {
            tell(job, "committed", "did the work and committed " + brief(job, "commitId"));
        }
        if (proof.path("openHeight").asLong() != 0) {
            tell(job, "opened", "opened the cells that the beacon drew, " + brief(job, "commitId"));
        }
        if (proof.path("certificateHeight").asLong() != 0) {
            tell(job, "certified", "a quorum holds the proof of " + brief(job, "commitId"));
        }
        if (proof.has("verdict")) {
            tell(job, "verdict", verdict(job, proof));
        }
        if (state.equals("COMPLETED")) {
            tell(job, "settled", "answers delivered, fee credited, job " + brief(job, "jobId"));
        }
        if (!proof.path("reward").path("paidWei").asText("0").equals("0")) {
            String paid = Coins.text(UInt256.parse(proof.path("reward").path("paidWei").asText()));
            tell(
                    job,
                    "claimed " + paid,
                    "has claimed " + paid + " coins for " + brief(job, "jobId"));
        }
    }

    private static String verdict(JsonNode job, JsonNode proof) {
        String detail = proof.path("detail").asText("");
        return "checked "
                + brief(job, "commitId")
                + " in block "
                + proof.path("verdictHeight").asText()
                + ": "
                + proof.path("verdict").asText()
                + (proof.path("verdict").asText().equals("PASS")
                        ? ", " + proof.path("workUnits").asText() + " work units"
                        : " "
                                + proof.path("reason").asText()
                                + (detail.isEmpty() || detail.equals("null")
                                        ? ""
                                        : " (" + detail + ")"));
    }

    private static String brief(JsonNode job, String name) {
        String id = job.path(name).asText();
        return id.substring(0, Math.min(10, id.length()));
    }

    private void tell(JsonNode job, String step, String what) {
        String jobId = job.path("jobId").asText();
        if (!told.computeIfAbsent(jobId, id -> new HashSet<>()).add(step)) {
            return;
        }
        boolean byValidators = step.equals("verdict") || step.equals("certified");
        String provider = job.path("provider").asText();
        String who =
                byValidators ? "validators" : namesByAddress.getOrDefault(provider, "provider");
        view.event(step.split(" ", 2)[0], who, what, Map.of("jobId", jobId, "provider", provider));
    }
}
