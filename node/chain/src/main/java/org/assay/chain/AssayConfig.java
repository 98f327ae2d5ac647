package org.assay.chain;

import com.fasterxml.jackson.databind.JsonNode;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.verifier.ProofRules;

/// `config.assay`: what makes a chain an Assay chain. `emission` is a policy object or a preset's
/// name, read by `consensus.emission`. Wei; blocks; bytes. A proposer that leaves out a verdict
/// which has been due for `verdictGraceBlocks` is not paid for its block.
public record AssayConfig(
        long epochBlocks,
        UInt256 baseFeePerGasWei,
        Address treasury,
        JsonNode emission,
        int sidecarBytesMax,
        long sidecarRetentionBlocks,
        long prologueGasMax,
        long verdictGraceBlocks,
        ProofRules proofs) {
    private static final long GWEI = 1_000_000_000L;

    static AssayConfig parse(ConfigReader config) {
        UInt256 baseFee = config.number("baseFeePerGasWei").orElse(UInt256.of(GWEI));
        if (baseFee.isZero() || !baseFee.mod(UInt256.of(GWEI)).isZero()) {
            throw config.wrong(
                    "baseFeePerGasWei",
                    baseFee.toString(),
                    "use a positive multiple of 1 gwei, which refunds are paid in");
        }
        return new AssayConfig(
                config.longWithin("epochBlocks", 384, 4, 1_000_000),
                baseFee,
                config.address("treasury")
                        .orElseThrow(
                                () ->
                                        config.wrong(
                                                "treasury",
                                                "absent",
                                                "name the treasury's address")),
                config.find("emission")
                        .orElseThrow(
                                () ->
                                        config.wrong(
                                                "emission",
                                                "absent",
                                                "give a policy object or a preset's name")),
                (int) config.longWithin("sidecarBytesMax", 64L << 20, 1 << 16, 512L << 20),
                config.longWithin("sidecarRetentionBlocks", 86_400, 16, Long.MAX_VALUE),
                config.longWithin("prologueGasMax", 8_000_000, 1_000_000, 1 << 24),
                config.longWithin("verdictGraceBlocks", 8, 1, 1_000),
                config.child("proofs").map(AssayConfig::proofs).orElse(ProofRules.MAIN));
    }

    private static ProofRules proofs(ConfigReader config) {
        ProofRules main = ProofRules.MAIN;
        return new ProofRules(
                (int) config.longWithin("cells", main.cells(), 1, 4_096),
                (int) config.longWithin("workUnitLog2", main.workUnitLog2(), 0, 62),
                config.longWithin(
                        "auditNumerator", main.auditNumerator(), 0, ProofRules.AUDIT_ALWAYS),
                (int) config.longWithin("rowsMax", main.rowsMax(), 1, 1 << 24),
                (int) config.longWithin("sidecarBytesMax", main.sidecarBytesMax(), 1, 64 << 20));
    }
}
