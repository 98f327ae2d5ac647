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
        Optional<QbftSchedule> qbft,
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
        Optional<AssayConfig> assay = config.child("assay").map(AssayConfig::parse);
        UInt256 difficulty = file.number("difficulty").orElse(UInt256.ZERO);
        ForkSchedule forks = ForkSchedule.parse(config, difficulty, assay.isPresent());
        Optional<QbftSchedule> qbft =
                config.child("qbft")
                        .map(ignored -> QbftSchedule.parse(config, forks, assay.isPresent()));
        assay.ifPresent(ignored -> requireAssayRules(config, qbft));
        boolean allContracts =
                config.has("depositContractAddress")
                        && config.has("withdrawalRequestContractAddress")
                        && config.has("consolidationRequestContractAddress");
        boolean systemCalls = qbft.isEmpty() || assay.isPresent() || allContracts;
        return new ChainSpec(
                config.number("chainId").orElse(UInt256.ONE),
                forks,
                qbft,
                assay,
                config.address("depositContractAddress"),
                systemCalls,
                config.flag("zeroBaseFee"),
                Genesis.parse(file));
    }

    private static void requireAssayRules(ConfigReader config, Optional<QbftSchedule> qbft) {
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
        QbftSchedule schedule = qbft.orElseThrow();
        long period =
                schedule.rows().stream()
                        .mapToLong(row -> row.config().blockPeriodMillis())
                        .reduce(schedule.first().blockPeriodMillis(), Math::min);
        if (period < 1000) {
            throw consensus.wrong(
                    "blockperiodmilliseconds",
                    Long.toString(period),
                    "use 1000 or more: timestamps of an Assay chain grow by whole seconds");
        }
        if (!config.has("osakaTime") && !config.has("cancunTime")) {
            throw config.wrong("osakaTime", "absent", "set it to 0: Assay runs Osaka's rules");
        }
    }
}
