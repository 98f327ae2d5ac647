package org.assay.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Besu's own cases of `eth_*`, on the chain that they were made with.
@Tag("reference")
final class BesuRpcTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FOLDER = "besu-rpc/eth/";

    /// Cases that this node answers otherwise, and why.
    private static final Map<String, String> SKIPPED = skipped();

    private static Map<String, String> skipped() {
        Map<String, String> skipped = new TreeMap<>();
        skip(
                skipped,
                "Besu has codes of its own for refusals; here they are geth's",
                "eth_call_blob_missing_maxFeePerBlobGas_strict",
                "eth_call_blob_without_to",
                "eth_call_gasLimitTooLow_block_8",
                "eth_call_stateOverride_insufficientBalance",
                "eth_call_valueTooHigh_block_8",
                "eth_sendRawTransaction_emptyVersionedHashes",
                "eth_sendRawTransaction_invalidByteValueHex",
                "eth_sendRawTransaction_invalidNonceTooLow",
                "eth_sendRawTransaction_invalidRawTransaction");
        skip(
                skipped,
                "Besu's strict flag: here a price that the balance does not cover is refused",
                "eth_call_gasPriceTooHigh_block_8");
        skip(
                skipped,
                "Besu adds a margin to estimates and does not look at the gas given",
                "eth_estimateGas_contractDeploy",
                "eth_estimateGas_from_contract_withBlockNum",
                "eth_estimateGas_from_contract_withBlockTag",
                "eth_estimateGas_insufficientGas",
                "eth_estimateGas_noParams");
        skip(
                skipped,
                "a block beyond the head is an error here, as in geth, and null in Besu",
                "eth_getBalance_illegalRangeGreaterThan",
                "eth_getCode_illegalRangeGreaterThan",
                "eth_getProof_illegalRangeGreaterThan",
                "eth_getStorageAt_illegalRangeGreaterThan",
                "eth_getTransactionCount_illegalRange");
        skip(
                skipped,
                "filters have random names here, not numbers that others can guess",
                "eth_getNewFilter_addressOnly",
                "eth_getNewFilter_emptyFilter",
                "eth_getNewFilter_topicOnly",
                "eth_getNewFilter_validFilterLatestBlock",
                "eth_getNewFilter_validFilterWithBlockNumber",
                "eth_newBlockFilter",
                "eth_newPendingTransactionFilter");
        skip(
                skipped,
                "a storage key comes back as it was given, as in geth; Besu shortens it",
                "eth_getProof_blockHash",
                "eth_getProof_blockHashObject",
                "eth_getProof_blockHashObjectCanonical",
                "eth_getProof_blockHashObjectCanonicalFalse",
                "eth_getProof_blockNumber",
                "eth_getProof_blockNumberObject");
        skip(
                skipped,
                "totalDifficulty is no longer among the execution APIs",
                "eth_getBlockByNumber_complete");
        skip(
                skipped,
                "what Besu's test sets beside the chain: fork ids, network 123, protocol 0x47",
                "eth_config",
                "eth_protocolVersion",
                "net_version");
        skip(
                skipped,
                "Besu's test has a pool that takes anything; the senders have no funds here",
                "eth_sendRawTransaction_contractCreation",
                "eth_sendRawTransaction_transferEther");
        return skipped;
    }

    private static void skip(Map<String, String> skipped, String reason, String... names) {
        for (String name : names) {
            skipped.put(name + ".json", reason);
        }
    }

    private static Optional<String> problem(RpcHandler handler, JsonNode testCase)
            throws IOException {
        byte[] body = testCase.get("request").toString().getBytes(StandardCharsets.UTF_8);
        JsonNode answer =
                JSON.readTree(
                        handler.answer(body, Caller.LOCAL).orElseThrow().json().unsafeArray());
        return ExecutionApisTest.difference(testCase.get("response"), answer);
    }

    @Test
    void answersAsBesuDoes() throws IOException {
        Map<String, String> wrong = new TreeMap<>();
        List<String> passingThoughSkipped = new ArrayList<>();
        int passed = 0;
        int all = 0;
        try (ZipFile zip = ImportedChain.open()) {
            TestChain chain =
                    new TestChain(
                            ImportedChain.of(
                                    zip,
                                    "besu-rpc/hive-chain/testGenesis.json",
                                    "besu-rpc/hive-chain/testBlockchain.blocks"));
            RpcOptions options = RpcOptions.loopback(0);
            RpcHandler handler =
                    new RpcHandler(
                            RpcServer.namespaces(options, chain, List.of()),
                            options.limits(),
                            chain::settle);
            for (ZipEntry entry : zip.stream().map(e -> (ZipEntry) e).toList()) {
                if (!entry.getName().startsWith(FOLDER) || entry.isDirectory()) {
                    continue;
                }
                all++;
                String name = entry.getName().substring(FOLDER.length());
                Optional<String> problem =
                        problem(handler, JSON.readTree(ImportedChain.text(zip, entry.getName())));
                if (problem.isEmpty()) {
                    passed++;
                    if (SKIPPED.containsKey(name)) {
                        passingThoughSkipped.add(name);
                    }
                } else if (!SKIPPED.containsKey(name)) {
                    wrong.put(name, problem.get());
                }
            }
        }
        System.out.println("besu: " + passed + " of " + all + " pass");
        assertThat(wrong).isEmpty();
        assertThat(passingThoughSkipped).as("skipped, but they pass").isEmpty();
    }
}
