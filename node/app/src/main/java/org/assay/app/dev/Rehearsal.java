package org.assay.app.dev;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.assay.chain.ConfigException;
import org.assay.consensus.emission.Category;
import org.assay.consensus.emission.EmissionEvent;
import org.assay.consensus.emission.Presets;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Withdrawal;

/// Crosses halvings by time travel: each block lies `strideSeconds` after the one before, and the
/// emission clock is allowed that stride; all else of the policy is as it is on a network.
final class Rehearsal {
    /// Blocks after which halvings no longer come soon enough.
    private static final long BLOCKS_MAX = 200_000;

    /// Gwei by which roundings of the parts of two blocks may differ.
    private static final long PARTS_MAX = 8;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DevChain dev;
    private final long strideSeconds;
    private final List<Crossing> crossings = new ArrayList<>();

    /// The first block at the new rate: what the block minted in gwei, beside the block before.
    record Crossing(long number, long timestamp, BigInteger beforeGwei, BigInteger mintedGwei) {}

    Rehearsal(DevChain dev, long strideSeconds) {
        this.dev = dev;
        this.strideSeconds = strideSeconds;
    }

    List<Crossing> crossings() {
        return crossings;
    }

    /// The policy with its emission clock unbound enough for `strideSeconds` a block, and a
    /// breaker that knows of it. Throws [ConfigException] for text that is no policy.
    static String widened(String policy, long strideSeconds, long epochBlocks) {
        try {
            JsonNode given = JSON.readTree(policy);
            ObjectNode file =
                    (ObjectNode)
                            (given.isTextual()
                                    ? JSON.readTree(Presets.json(given.asText()))
                                    : given);
            for (JsonNode version : file.path("versions")) {
                ObjectNode rules = (ObjectNode) version;
                if (rules.path("per").asText().equals("second")) {
                    rules.put("clockBoundSeconds", strideSeconds);
                    ((ObjectNode) rules.get("breaker"))
                            .put("window", 2 * strideSeconds * epochBlocks);
                }
            }
            return file.toString();
        } catch (JsonProcessingException | ClassCastException | IllegalArgumentException e) {
            throw new ConfigException("--emission", "not a policy", String.valueOf(e.getMessage()));
        }
    }

    /// Mines until `halvings` halvings are behind and the first block at the last one's rate is
    /// there. False if they do not come within [#BLOCKS_MAX] blocks.
    boolean cross(int halvings) {
        for (long i = 0; i < BLOCKS_MAX && crossings.size() < halvings; i++) {
            Block last = travel();
            if (dev.lastEvents().stream().anyMatch(EmissionEvent.Halved.class::isInstance)) {
                Block next = travel();
                crossings.add(
                        new Crossing(
                                next.header().number(),
                                next.header().timestamp(),
                                directGwei(last),
                                directGwei(next)));
            }
        }
        return crossings.size() >= halvings;
    }

    /// Whether the first block after each halving pays half of the one before, to the gwei that
    /// rounding carries over.
    boolean isHalvedEachTime() {
        for (Crossing crossing : crossings) {
            BigInteger twice = crossing.mintedGwei.shiftLeft(1);
            BigInteger difference = twice.subtract(crossing.beforeGwei).abs();
            if (difference.compareTo(BigInteger.valueOf(PARTS_MAX)) > 0) {
                return false;
            }
        }
        return true;
    }

    private Block travel() {
        long parent = dev.chain().head().header().timestamp();
        dev.setNextTimestamp(parent + strideSeconds);
        return dev.mine();
    }

    /// What the schedule paid at once: the proposer's, the treasury's and the pools' parts.
    private static BigInteger directGwei(Block block) {
        BigInteger sum = BigInteger.ZERO;
        for (Withdrawal withdrawal :
                java.util.Objects.requireNonNullElse(block.withdrawals(), List.<Withdrawal>of())) {
            if (withdrawal.validatorIndex() >= Category.VALIDATORS.code()) {
                sum = sum.add(BigInteger.valueOf(withdrawal.amountGwei()));
            }
        }
        return sum;
    }
}
