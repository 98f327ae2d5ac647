package org.assay.app.devnet;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assay.app.proof.BuiltInModels;
import org.assay.chain.ConfigException;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.consensus.emission.Presets;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a new network is to be.
final class NetworkOptions {
    private static final int VALIDATORS_MAX = 64;
    private static final long FIXED_TIMESTAMP = 1_767_225_600L; // 2026-01-01

    @Option(
            names = "--validators",
            defaultValue = "4",
            description = "How many, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int validators;

    @Option(
            names = "--chain-id",
            defaultValue = "20260",
            description = "The chain's id (default: ${DEFAULT-VALUE}).")
    private long chainId;

    @Option(
            names = "--block-time",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = {
                "Seconds between blocks, whole (default: ${DEFAULT-VALUE}). A fraction from 0.1 on",
                "makes a network that is NOT STANDARD: no emission, timestamps that stand still."
            })
    private BigDecimal blockTime = BigDecimal.ONE;

    @Option(
            names = "--policy",
            paramLabel = "NAME|FILE",
            defaultValue = "assay",
            description = {
                "The emission: a preset's name or a file (default: ${DEFAULT-VALUE}); none for",
                "plain QBFT without Assay's rules."
            })
    private String policy = "assay";

    @Option(
            names = "--epoch-blocks",
            defaultValue = "384",
            description = "Blocks of an epoch of work (default: ${DEFAULT-VALUE}).")
    private long epochBlocks;

    @Option(
            names = "--gas-limit",
            defaultValue = "60000000",
            description = "Gas of a block (default: ${DEFAULT-VALUE}).")
    private long gasLimit;

    @Option(
            names = "--balance",
            paramLabel = "ADDRESS=COINS",
            description = "Coins of an account in genesis. May be given many times.")
    private Map<String, BigDecimal> balances = new LinkedHashMap<>();

    @Option(
            names = "--treasury",
            paramLabel = "ADDRESS",
            description = "Who gets the treasury's share (default: the first balance's account).")
    private @Nullable String treasury;

    @Option(
            names = "--seed",
            paramLabel = "TEXT",
            description = {
                "Derive keys and timestamp from TEXT: the same files every time, for tests. Such",
                "keys are no secret."
            })
    private @Nullable String seed;

    @Option(
            names = "--timestamp",
            paramLabel = "SECONDS",
            description = "Genesis' time since 1970 (default: now, or fixed with --seed).")
    private @Nullable Long timestamp;

    long periodMillis() {
        try {
            long millis = blockTime.movePointRight(3).longValueExact();
            boolean whole = millis % 1_000 == 0 || millis < 1_000;
            if (millis >= 100 && millis <= 3_600_000 && whole) {
                return millis;
            }
        } catch (ArithmeticException e) {
            throw wrongBlockTime();
        }
        throw wrongBlockTime();
    }

    private ConfigException wrongBlockTime() {
        return new ConfigException(
                "--block-time",
                blockTime.toPlainString(),
                "use whole seconds up to 3600, or a fraction of one from 0.1 on");
    }

    boolean isStandard() {
        return periodMillis() >= 1_000;
    }

    /// Throws [ConfigException]. `prefunded` get 10,000 coins each.
    Founding founding(Iterable<Address> prefunded, GenesisPlan.Work work) {
        if (validators < 1 || validators > VALIDATORS_MAX) {
            throw new ConfigException(
                    "--validators", Integer.toString(validators), "use 1 to " + VALIDATORS_MAX);
        }
        TreeMap<Address, UInt256> accounts = new TreeMap<>();
        balances.forEach((text, coins) -> accounts.put(address("--balance", text), wei(coins)));
        Optional<Address> first =
                balances.keySet().stream().findFirst().map(text -> address("--balance", text));
        for (Address address : prefunded) {
            accounts.putIfAbsent(address, Founding.COIN.multiply(UInt256.of(10_000)));
        }
        Optional<String> emission = emission();
        Address pays =
                Optional.ofNullable(treasury)
                        .map(text -> address("--treasury", text))
                        .or(() -> first)
                        .or(() -> accounts.keySet().stream().findFirst())
                        .orElse(Address.ZERO);
        if (emission.isPresent() && pays.equals(Address.ZERO)) {
            throw new ConfigException("--treasury", "absent", "name the treasury's address");
        }
        return new Founding(
                chainId,
                validators,
                time(),
                gasLimit,
                periodMillis(),
                epochBlocks,
                accounts,
                BuiltInModels.all().stream().map(it -> it.template().canonical()).toList(),
                emission,
                pays,
                work,
                Optional.ofNullable(seed));
    }

    private long time() {
        if (timestamp != null) {
            return timestamp;
        }
        return seed == null ? System.currentTimeMillis() / 1_000 : FIXED_TIMESTAMP;
    }

    private Optional<String> emission() {
        if (policy.equals("none") || !isStandard()) {
            return Optional.empty();
        }
        if (Presets.NAMES.contains(policy)) {
            return Optional.of("\"" + policy + "\"");
        }
        try {
            return Optional.of(
                    new ObjectMapper().readTree(Files.readString(Path.of(policy))).toString());
        } catch (IOException e) {
            throw new ConfigException(
                    "--policy",
                    policy,
                    "neither a file of JSON nor a preset; presets: "
                            + String.join(", ", Presets.NAMES));
        }
    }

    private static Address address(String option, String text) {
        try {
            return Address.fromHex(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(option, text, "write 0x and 40 hexadecimal digits");
        }
    }

    private static UInt256 wei(BigDecimal coins) {
        try {
            return UInt256.of(coins.movePointRight(18).toBigIntegerExact());
        } catch (ArithmeticException e) {
            throw new ConfigException(
                    "--balance", coins.toPlainString(), "use coins with at most 18 decimals");
        }
    }
}
