package org.assay.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;

/// Everything a genesis file fixes: chain id, forks, consensus, Assay's own rules, first state.
/// `depositContract` is where deposit requests come from (EIP-6110); absent, there are none.
/// `systemCalls`: the calls of EIP-4788, 2935, 7002 and 7251 happen; a Besu QBFT network has them
/// only where genesis names all three request contracts. `zeroBaseFee`: Besu's free gas.
public record ChainSpec(
        UInt256 chainId,
        ForkSchedule forks,
        Optional<QbftConfig> qbft,
        Optional<AssayConfig> assay,
        Optional<Address> depositContract,
        boolean systemCalls,
        boolean zeroBaseFee,
        Genesis genesis) {

    /// The same chain under another id.
    ChainSpec withChainId(UInt256 id) {
        return new ChainSpec(
                id, forks, qbft, assay, depositContract, systemCalls, zeroBaseFee, genesis);
    }

    /// Reads a Besu or geth genesis file. Throws [ConfigException] naming key, value and fix.
    public static ChainSpec parse(String json) {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new ConfigException("genesis", "not JSON", e.getOriginalMessage());
        }
        return of(root);
    }

    /// As [#parse], of a file that is read already.
    public static ChainSpec of(JsonNode root) {
        ConfigReader file = new ConfigReader(root, "");
        ConfigReader config =
                file.child("config")
                        .orElseThrow(
                                () ->
                                        new ConfigException(
                                                "config", "absent", "use a genesis file"));
        Optional<QbftConfig> qbft = config.child("qbft").map(QbftConfig::parse);
        Optional<AssayConfig> assay = config.child("assay").map(AssayConfig::parse);
        assay.ifPresent(ignored -> requireAssayRules(config, qbft));
        boolean allContracts =
                config.has("depositContractAddress")
                        && config.has("withdrawalRequestContractAddress")
                        && config.has("consolidationRequestContractAddress");
        boolean systemCalls = qbft.isEmpty() || assay.isPresent() || allContracts;
        requireNoTransitions(config, qbft);
        UInt256 difficulty = file.number("difficulty").orElse(UInt256.ZERO);
        return new ChainSpec(
                config.number("chainId").orElse(UInt256.ONE),
                ForkSchedule.parse(config, difficulty, assay.isPresent()),
                qbft,
                assay,
                config.address("depositContractAddress"),
                systemCalls,
                config.flag("zeroBaseFee"),
                Genesis.parse(file));
    }

    /// Rules that change at a block are not there yet: to pass over them would fork the network.
    private static void requireNoTransitions(ConfigReader config, Optional<QbftConfig> qbft) {
        config.child("transitions")
                .flatMap(transitions -> transitions.find("qbft"))
                .filter(rows -> qbft.isPresent() && !rows.isEmpty())
                .ifPresent(
                        rows -> {
                            throw config.wrong(
                                    "transitions.qbft",
                                    rows.size() + " rows",
                                    "not there yet: this version keeps one set of QBFT rules");
                        });
    }

    private static void requireAssayRules(ConfigReader config, Optional<QbftConfig> qbft) {
        ConfigReader consensus =
                config.child("qbft")
                        .orElseThrow(
                                () ->
                                        config.wrong(
                                                "qbft", "absent", "an Assay chain runs on QBFT"));
        if (consensus.has("miningbeneficiary")) {
            throw consensus.wrong(
                    "miningbeneficiary", "set", "remove it: Assay pays the block's proposer");
        }
        if (consensus.number("blockreward").filter(reward -> !reward.isZero()).isPresent()) {
            throw consensus.wrong(
                    "blockreward", "not zero", "remove it: Assay mints by its emission policy");
        }
        if (qbft.orElseThrow().blockPeriodMillis() < 1000) {
            throw consensus.wrong(
                    "blockperiodmilliseconds",
                    Long.toString(qbft.orElseThrow().blockPeriodMillis()),
                    "use 1000 or more: timestamps of an Assay chain grow by whole seconds");
        }
        if (!config.has("osakaTime") && !config.has("cancunTime")) {
            throw config.wrong("osakaTime", "absent", "set it to 0: Assay runs Osaka's rules");
        }
    }
}
