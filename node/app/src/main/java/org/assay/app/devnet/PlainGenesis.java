package org.assay.app.devnet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assay.chain.HeaderRules;
import org.assay.consensus.message.ExtraData;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;

/// A QBFT network without Assay's rules, as Besu knows it: validators in the headers, Osaka from
/// genesis, no emission, no system contracts.
public final class PlainGenesis {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FORK_BLOCKS =
            List.of(
                    "homesteadBlock",
                    "eip150Block",
                    "eip155Block",
                    "eip158Block",
                    "byzantiumBlock",
                    "constantinopleBlock",
                    "petersburgBlock",
                    "istanbulBlock",
                    "berlinBlock",
                    "londonBlock");

    private PlainGenesis() {}

    /// The file's text. `periodMillis` below 1,000 is no standard QBFT.
    public static String write(
            long chainId,
            long timestamp,
            long gasLimit,
            long periodMillis,
            List<Address> validators,
            Map<Address, UInt256> balances) {
        ObjectNode file = JSON.createObjectNode();
        ObjectNode config = file.putObject("config");
        config.put("chainId", chainId);
        FORK_BLOCKS.forEach(fork -> config.put(fork, 0));
        for (String fork : List.of("shanghaiTime", "cancunTime", "pragueTime", "osakaTime")) {
            config.put(fork, 0);
        }
        ObjectNode qbft = config.putObject("qbft");
        if (periodMillis % 1_000 == 0) {
            qbft.put("blockperiodseconds", periodMillis / 1_000);
        } else {
            qbft.put("xblockperiodmilliseconds", periodMillis);
        }
        qbft.put("requesttimeoutseconds", Math.max(2, 2 * periodMillis / 1_000));
        qbft.put("epochlength", 30_000);
        file.put("nonce", "0x0");
        file.put("timestamp", "0x" + Long.toHexString(timestamp));
        file.put("gasLimit", "0x" + Long.toHexString(gasLimit));
        file.put("difficulty", "0x1");
        file.put("mixHash", HeaderRules.QBFT_MIX_HASH.toString());
        file.put("coinbase", Address.ZERO.toString());
        file.put(
                "extraData",
                ExtraData.ofProposal(
                                ExtraData.VANITY_ZERO,
                                validators.stream().sorted().toList(),
                                Optional.empty(),
                                0)
                        .encode()
                        .toString());
        ObjectNode alloc = file.putObject("alloc");
        balances.forEach(
                (address, wei) ->
                        alloc.putObject(address.toString()).put("balance", wei.toQuantity()));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(file);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
