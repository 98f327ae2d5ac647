package org.assay.app.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.assay.app.client.RpcClient;
import org.assay.app.demo.DemoNetwork;
import org.assay.chain.system.Abi;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;

/// How long things took in a soak, from the chain and the validators' own counters.
final class SoakFigures {
    private static final int LOGS_BLOCKS = 1_000;

    /// Jobs whose claimable block is looked for in the states that nodes still have.
    private static final int SAMPLE = 25;

    private static final String CLAIMED =
            Keccak.hash256(
                            "Claimed(bytes32,address,uint256)"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                    .toString();

    private SoakFigures() {}

    /// A payment by the Rewards contract.
    record Claim(UInt256 wei, long block) {}

    /// Heights of a paid job; `claimable` 0 where the states are gone.
    private record Course(long commit, long verdict, long claimable, long claim) {}

    /// What the Rewards contract paid out, by commit.
    static Map<String, List<Claim>> claims(RpcClient rpc) throws IOException {
        Map<String, List<Claim>> claimed = new HashMap<>();
        long head = rpc.blockNumber();
        for (long from = 0; from <= head; from += LOGS_BLOCKS) {
            long to = Math.min(head, from + LOGS_BLOCKS - 1);
            JsonNode logs =
                    rpc.call(
                            "eth_getLogs",
                            Map.of(
                                    "address",
                                    Predeploys.REWARDS.toString(),
                                    "fromBlock",
                                    "0x" + Long.toHexString(from),
                                    "toBlock",
                                    "0x" + Long.toHexString(to),
                                    "topics",
                                    List.of(CLAIMED)));
            for (JsonNode log : logs) {
                claimed.computeIfAbsent(
                                log.path("topics").get(1).asText(), commit -> new ArrayList<>())
                        .add(
                                new Claim(
                                        UInt256.parse(log.path("data").asText()),
                                        RpcClient.quantity(log.path("blockNumber"))));
            }
        }
        return claimed;
    }

    /// Lines for people.
    static List<String> of(RpcClient rpc, DemoNetwork running, List<Soak.Job> ended)
            throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < running.count(); i++) {
            lines.add(load(running, i));
        }
        List<Course> courses = courses(rpc, ended);
        lines.add(
                "blocks from commit to verdict: "
                        + median(courses, course -> course.verdict - course.commit));
        lines.add(
                "blocks from commit to claimable: "
                        + median(
                                courses.stream().filter(course -> course.claimable != 0).toList(),
                                course -> course.claimable - course.commit));
        lines.add(
                "blocks from commit to claimed: "
                        + median(courses, course -> course.claim - course.commit));
        return lines;
    }

    private static String load(DemoNetwork running, int index) throws IOException {
        JsonNode load = running.rpc(index).call("assay_verifierLoad");
        double busy = load.path("busyNanos").asLong() * 1e-9;
        long proofs = load.path("proofs").asLong();
        double up = running.upTime(index).toMillis() * 1e-3;
        double cpu = running.cpuTime(index).toMillis() * 1e-3;
        return String.format(
                Locale.ROOT,
                "validator %d: %d proofs checked, %.1f a second of the verifier's time, which is"
                        + " %.2f %% of its %.0f s; CPU %.0f %%",
                index,
                proofs,
                busy == 0 ? 0 : proofs / busy,
                100 * busy / up,
                up,
                100 * cpu / up);
    }

    private static List<Course> courses(RpcClient rpc, List<Soak.Job> ended) throws IOException {
        Map<String, List<Claim>> claimed = claims(rpc);
        List<Course> courses = new ArrayList<>();
        for (Soak.Job job : ended.reversed()) {
            JsonNode shown = rpc.call("assay_job", job.jobId().toString());
            JsonNode proof = shown.path("proof");
            String commitId = shown.path("commitId").asText();
            List<Claim> claims = claimed.getOrDefault(commitId, List.of());
            if (job.kind() == Soak.Kind.HONEST && !claims.isEmpty()) {
                long verdict = proof.path("verdictHeight").asLong();
                long claim = claims.getLast().block();
                long claimable =
                        courses.size() < SAMPLE ? claimable(rpc, commitId, verdict, claim) : 0;
                courses.add(
                        new Course(proof.path("commitHeight").asLong(), verdict, claimable, claim));
            }
        }
        return courses;
    }

    /// The first block after which the reward can be claimed.
    private static long claimable(RpcClient rpc, String commitId, long from, long to)
            throws IOException {
        Abi id = Abi.of(Hash.fromHex(commitId));
        Map<String, String> claim =
                Map.of(
                        "to",
                        Predeploys.REWARDS.toString(),
                        "input",
                        Abi.call("claim(bytes32)", id).toString());
        for (long block = from; block < to; block++) {
            try {
                rpc.call("eth_call", claim, "0x" + Long.toHexString(block));
                return block;
            } catch (RpcClient.Refused notYet) {
                if (!String.valueOf(notYet.getMessage()).contains("revert")) {
                    return 0;
                }
            }
        }
        return 0;
    }

    private static String median(List<Course> courses, Function<Course, Long> measure) {
        List<Long> sorted = courses.stream().map(measure).sorted().toList();
        return sorted.isEmpty()
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "median %d, least %d, most %d of %d jobs",
                        sorted.get(sorted.size() / 2),
                        sorted.getFirst(),
                        sorted.getLast(),
                        sorted.size());
    }
}
