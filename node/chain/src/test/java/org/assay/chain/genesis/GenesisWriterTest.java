package org.assay.chain.genesis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.TreeMap;
import org.assay.contracts.SystemContract;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GenesisWriterTest {
    private static final UInt256 STAKE_WEI =
            GenesisPlan.Work.QUICK.minValidatorStakeWei().multiply(UInt256.of(2));

    @ParameterizedTest
    @EnumSource
    void everySystemContractHasCodeFromBlockZero(SystemContract contract)
            throws JsonProcessingException {
        JsonNode alloc = new ObjectMapper().readTree(genesis()).get("alloc");
        JsonNode account = alloc.get(contract.addressHex().toLowerCase(java.util.Locale.ROOT));
        assertThat(account).as("account of %s", contract).isNotNull();
        assertThat(account.get("code").asText().length()).isGreaterThan(2);
    }

    private static String genesis() {
        Address validator = Address.fromHex("0x00000000000000000000000000000000000000a1");
        return GenesisWriter.write(
                new GenesisPlan(
                        1337,
                        1_800_000_000,
                        60_000_000,
                        new GenesisPlan.Timing(1, 2, 16),
                        List.of(
                                new GenesisPlan.Validator(
                                        validator,
                                        Bytes.fromHex("0x01" + "00".repeat(47)),
                                        STAKE_WEI,
                                        STAKE_WEI)),
                        new TreeMap<>(),
                        List.of(),
                        "\"assay\"",
                        Address.fromHex("0x00000000000000000000000000000000000000a2"),
                        GenesisPlan.Work.QUICK));
    }
}
