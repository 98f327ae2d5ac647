package org.assay.app.dev;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.assay.app.node.NodeKeys;
import org.assay.chain.ConfigException;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.chain.genesis.GenesisWriter;
import org.assay.consensus.message.ExtraData;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;

/// The genesis file of a developer's chain.
///
/// @param timestamp of block 0, in seconds
/// @param emission a policy object's JSON, or a preset's name in quotes
/// @param baseFeeWei a positive multiple of 1 gwei
public record DevGenesis(
        long chainId,
        long timestamp,
        long gasLimit,
        Fork fork,
        String emission,
        UInt256 baseFeeWei,
        UInt256 balanceWei,
        long epochBlocks) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);

    /// Where the treasury's part goes: the last of the known accounts' successor, nobody's key.
    private static final Address TREASURY =
            Address.fromHex("0x00000000000000000000000000000000a55a7ea5");

    private static final List<String> TIMES = List.of("shanghai", "cancun", "prague", "osaka");

    /// 10,000 coins each, the rules of Osaka, the emission preset `assay`.
    public static DevGenesis standard(long timestamp) {
        return new DevGenesis(
                1337,
                timestamp,
                60_000_000,
                Fork.OSAKA,
                "\"assay\"",
                UInt256.of(1_000_000_000L),
                COIN.multiply(UInt256.of(10_000)),
                16);
    }

    /// The file's text. Throws [ConfigException] for what cannot be.
    public String write() {
        NodeKeys validator = DevAccounts.validator();
        TreeMap<Address, UInt256> balances = new TreeMap<>();
        new DevAccounts().addresses().forEach(address -> balances.put(address, balanceWei));
        GenesisPlan plan =
                new GenesisPlan(
                        chainId,
                        timestamp,
                        gasLimit,
                        new GenesisPlan.Timing(1, 2, epochBlocks),
                        List.of(
                                new GenesisPlan.Validator(
                                        validator.address(),
                                        validator.blsPublicKey(),
                                        COIN.multiply(UInt256.of(1_000)),
                                        COIN.multiply(UInt256.of(1_000)))),
                        balances,
                        org.assay.app.proof.BuiltInModels.all().stream()
                                .map(model -> model.template().canonical())
                                .toList(),
                        emission,
                        TREASURY,
                        GenesisPlan.Work.QUICK);
        return adapt(GenesisWriter.write(plan), validator);
    }

    /// Below Cancun there is no Assay chain: a plain QBFT network then, as Besu's.
    private String adapt(String text, NodeKeys validator) {
        try {
            ObjectNode file = (ObjectNode) JSON.readTree(text);
            ObjectNode config = (ObjectNode) file.get("config");
            file.put("baseFeePerGas", baseFeeWei.toQuantity());
            ((ObjectNode) config.get("assay")).put("baseFeePerGasWei", baseFeeWei.toString());
            for (String time : TIMES) {
                if (Fork.valueOf(time.toUpperCase(Locale.ROOT)).compareTo(fork) > 0) {
                    config.remove(time + "Time");
                }
            }
            if (!fork.isAtLeast(Fork.CANCUN)) {
                toPlainChain(file, config, validator);
            }
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(file);
        } catch (JsonProcessingException e) {
            throw new ConfigException("--emission", emission, "give a policy as JSON");
        }
    }

    private void toPlainChain(ObjectNode file, ObjectNode config, NodeKeys validator) {
        if (!fork.isAtLeast(Fork.BYZANTIUM)) {
            throw new ConfigException(
                    "--fork", fork.toString(), "blocks are built from Byzantium on");
        }
        config.remove("assay");
        config.remove("terminalTotalDifficulty");
        ((ObjectNode) config.get("qbft")).remove("validatorcontractaddress");
        file.put("difficulty", "0x1");
        file.put(
                "extraData",
                ExtraData.ofProposal(
                                ExtraData.VANITY_ZERO,
                                List.of(validator.address()),
                                java.util.Optional.empty(),
                                0)
                        .encode()
                        .toString());
        for (Fork later : Fork.values()) {
            if (later.compareTo(fork) > 0) {
                config.remove(later.toString().toLowerCase(Locale.ROOT) + "Block");
            }
        }
    }
}
