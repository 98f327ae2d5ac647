package org.assay.app.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.assay.app.client.RpcClient;
import org.assay.app.demo.DemoNetwork;
import org.assay.app.soak.Soak.Job;
import org.assay.app.soak.Soak.Kind;
import org.assay.primitives.UInt256;
import org.assay.verifier.ModelChecks;
import org.assay.verifier.ProofRules;
import org.assay.verifier.prover.Digits;

/// What must be true of a soak, and what was not. Safe for many threads.
final class SoakChecks {
    /// Above the expected number of escapes, in standard deviations.
    private static final int DEVIATIONS = 4;

    private final List<String> problems = new ArrayList<>();
    private final AtomicLong audits = new AtomicLong();

    synchronized void problem(String what) {
        problems.add(what);
    }

    synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    long audits() {
        return audits.get();
    }

    /// Every block's supply, on whichever validator answers, until interrupted.
    void auditEveryBlock(RpcClient validators) {
        try (RpcClient rpc = validators) {
            long next = 1;
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    while (next <= rpc.blockNumber()) {
                        audit(rpc, next);
                        next++;
                    }
                } catch (IOException | RpcClient.Refused later) {
                    Thread.sleep(200);
                }
                Thread.sleep(500);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void audit(RpcClient rpc, long number) throws IOException {
        JsonNode audit = rpc.call("assay_emissionAudit", "0x" + Long.toHexString(number));
        if (!audit.path("agrees").asBoolean()) {
            problem("the supply of block " + number + " does not audit");
        }
        audits.incrementAndGet();
    }

    /// Of each kind how many jobs were paid, and how many not. A problem where an honest one was
    /// not, or any not exactly its share.
    EnumMap<Kind, int[]> money(RpcClient rpc, List<Job> ended) throws IOException {
        EnumMap<Kind, int[]> counts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            counts.put(kind, new int[2]);
        }
        Map<String, List<SoakFigures.Claim>> claimed = SoakFigures.claims(rpc);
        for (Job job : ended) {
            JsonNode shown = rpc.call("assay_job", job.jobId().toString());
            boolean paid = isPaidRight(job, shown, claimed);
            counts.computeIfAbsent(job.kind(), kind -> new int[2])[paid ? 0 : 1]++;
        }
        return counts;
    }

    private boolean isPaidRight(
            Job job, JsonNode shown, Map<String, List<SoakFigures.Claim>> claimed) {
        JsonNode reward = shown.path("proof").path("reward");
        boolean paid = shown.path("state").asText().equals("COMPLETED");
        List<UInt256> got =
                claimed.getOrDefault(shown.path("commitId").asText(), List.of()).stream()
                        .map(SoakFigures.Claim::wei)
                        .toList();
        if (job.kind() == Kind.HONEST && !paid) {
            problem("honest job " + job.jobId() + " ended " + shown);
        }
        UInt256 share = UInt256.parse(reward.path("shareWei").asText("0"));
        if (paid && !got.stream().reduce(UInt256.ZERO, UInt256::add).equals(share)) {
            problem("job " + job.jobId() + " claimed " + got + " of " + reward);
        }
        if (!paid && !got.isEmpty()) {
            problem("unpaid job " + job.jobId() + " claimed " + got);
        }
        return paid;
    }

    /// Cheats that got away, beside what PROOFS section 5 lets them: (1 − φ/κ)^s each, φ being
    /// the part of the work that is wrong. A problem where they are more than chance explains.
    String escapes(Kind kind, int escaped, int jobs) {
        if (kind == Kind.HONEST) {
            return "";
        }
        int faked = kind.permille * Soak.CHEAT_IMAGES / 1_000;
        double kappa = ModelChecks.kappaMillionths(Digits.model()) * 1e-6;
        double wrong = (double) faked / Soak.CHEAT_IMAGES;
        double chance = faked == 0 ? 0 : Math.pow(1 - wrong / kappa, ProofRules.MAIN.cells());
        double expected = chance * jobs;
        double most = expected + DEVIATIONS * Math.sqrt(chance * (1 - chance) * jobs);
        if (escaped > Math.ceil(most)) {
            problem(kind + " escaped " + escaped + " times of " + jobs);
        }
        return String.format(
                Locale.ROOT,
                "; chance lets %.3g of one escape, %.2f of %d, at most %.0f",
                chance,
                expected,
                jobs,
                Math.ceil(most));
    }

    /// Whether all validators have the same block at the height that all have reached.
    String agreement(DemoNetwork running) throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < running.count(); i++) {
            least = Math.min(least, running.rpc(i).blockNumber());
        }
        String tag = "0x" + Long.toHexString(least);
        String first = "";
        for (int i = 0; i < running.count(); i++) {
            JsonNode block = running.rpc(i).call("eth_getBlockByNumber", tag, false);
            String hash = block.path("hash").asText();
            first = first.isEmpty() ? hash : first;
            if (!hash.equals(first) || hash.isEmpty()) {
                problem("validator " + i + " has another block " + least);
            }
        }
        return "all validators were asked for block " + least + ": " + first;
    }
}
