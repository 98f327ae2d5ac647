package org.assay.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.assay.chain.system.ContractViews;
import org.assay.chain.system.Predeploys;
import org.assay.consensus.emission.BlockFacts;
import org.assay.consensus.emission.EmissionRules;
import org.assay.consensus.emission.EmissionStep;
import org.assay.consensus.emission.LedgerRow;
import org.assay.consensus.emission.Policy;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;

/// Gathers what the emission engine must know from the parent's state: f(parent state, timestamp,
/// coinbase) of PROTOCOL section 4.
public final class Emissions {
    private static final UInt256 GWEI = UInt256.of(1_000_000_000L);

    private final Contexts contexts;
    private final AssayConfig config;
    private final Policy policy;

    public Emissions(Contexts contexts, AssayConfig config, Policy policy) {
        this.contexts = contexts;
        this.config = config;
        this.policy = policy;
    }

    /// The engine of an Assay chain, empty on another. Throws [ConfigException] for a policy that
    /// a chain cannot run.
    public static Optional<Emissions> of(Contexts contexts) {
        return contexts.spec()
                .assay()
                .map(config -> new Emissions(contexts, config, policyOf(config)));
    }

    /// The policy that `config.assay.emission` gives or names. Throws [ConfigException] where it
    /// is none, or none that the chain's epochs can carry.
    public static Policy policyOf(AssayConfig config) {
        JsonNode emission = config.emission();
        Policy.Parsed parsed =
                emission.isTextual()
                        ? Policy.preset(emission.asText())
                        : Policy.parse(emission.toString());
        return switch (parsed) {
            case Policy.Parsed.Valid(Policy policy) -> {
                policy.chainProblem(config.epochBlocks())
                        .ifPresent(
                                problem -> {
                                    throw new ConfigException(
                                            "config.assay.emission." + problem.path(),
                                            problem.problem(),
                                            problem.fix());
                                });
                yield policy;
            }
            case Policy.Parsed.Invalid invalid ->
                    throw new ConfigException(
                            "config.assay.emission", "not a policy", invalid.toString());
        };
    }

    public Policy policy() {
        return policy;
    }

    /// The ledger row and the withdrawals of the child of `parent`.
    public EmissionStep next(ChainHead parent, long timestamp, Address coinbase) {
        ContractViews views = contexts.viewsAfter(parent.header(), parent.state());
        LedgerRow row = views.ledger();
        long mintGwei = 0;
        if (row.closedEpoch() > 0) {
            mintGwei = views.mintFor(row.closedEpoch()).divide(GWEI).toLongExact();
        }
        BlockFacts facts =
                new BlockFacts(
                        parent.number() + 1,
                        timestamp,
                        coinbase,
                        parent.burned(),
                        new BlockFacts.Epoch(config.epochBlocks(), mintGwei),
                        new BlockFacts.Recipients(Predeploys.REWARDS, config.treasury()),
                        UInt256.ZERO);
        return EmissionRules.next(policy, row, facts);
    }
}
