package org.assay.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.assay.app.client.Coins;
import org.assay.app.client.RpcClient;
import org.assay.chain.system.Predeploys;
import org.assay.consensus.emission.Category;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;

/// What the chain's books say at the end of the demo: the halving, the claims, the supply.
final class DemoBooks {
    private static final long VALIDATORS_CATEGORY = Category.VALIDATORS.code();

    private final DemoView view;

    DemoBooks(DemoView view) {
        this.view = view;
    }

    /// Looks for the blocks around a halving: what a second of chain time pays the proposer.
    void halving(RpcClient rpc) throws IOException {
        long end = System.currentTimeMillis() + 60_000;
        while (System.currentTimeMillis() < end) {
            SortedSet<Long> rates = rates(rpc);
            Long full = rates.isEmpty() ? null : rates.last();
            if (full != null && rates.contains(full / 2)) {
                view.expect(
                        "a halving is crossed",
                        true,
                        "the proposers' part fell from "
                                + full
                                + " to "
                                + full / 2
                                + " gwei a second");
                return;
            }
            Demo.sleep(1_000);
        }
        view.expect("a halving is crossed", false, "no block pays half of what the first ones did");
    }

    private static SortedSet<Long> rates(RpcClient rpc) throws IOException {
        SortedSet<Long> rates = new TreeSet<>();
        long head = rpc.blockNumber();
        long parentTime = 0;
        for (long n = 1; n <= head; n++) {
            JsonNode block = rpc.call("eth_getBlockByNumber", "0x" + Long.toHexString(n), false);
            long time = RpcClient.quantity(block.path("timestamp"));
            for (JsonNode withdrawal : block.path("withdrawals")) {
                long category = RpcClient.quantity(withdrawal.path("validatorIndex"));
                if (n > 1 && category == VALIDATORS_CATEGORY && time > parentTime) {
                    rates.add(RpcClient.quantity(withdrawal.path("amount")) / (time - parentTime));
                }
            }
            parentTime = time;
        }
        return rates;
    }

    /// Every claim of the story: transaction, commit and amount.
    void receipts(RpcClient rpc) throws IOException {
        String claimed =
                Keccak.hash256(
                                "Claimed(bytes32,address,uint256)"
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .toString();
        JsonNode logs =
                rpc.call(
                        "eth_getLogs",
                        Map.of(
                                "address",
                                Predeploys.REWARDS.toString(),
                                "fromBlock",
                                "earliest",
                                "topics",
                                List.of(claimed)));
        for (JsonNode log : logs) {
            UInt256 wei = UInt256.parse(log.path("data").asText());
            view.event(
                    "receipt",
                    "receipt",
                    Coins.text(wei)
                            + " coins claimed in transaction "
                            + log.path("transactionHash").asText(),
                    Map.of(
                            "transaction",
                            log.path("transactionHash").asText(),
                            "wei",
                            wei.toString()));
        }
    }

    void audit(DemoNetwork running) throws IOException {
        StringBuilder detail = new StringBuilder();
        boolean agrees = true;
        for (int i = 0; i < running.count(); i++) {
            JsonNode audit = running.rpc(i).call("assay_emissionAudit");
            agrees &= audit.path("agrees").asBoolean();
            if (i == 0) {
                detail.append("block ")
                        .append(audit.path("blockNumber").asText())
                        .append(": ledgers ")
                        .append(audit.path("supplyWei").asText())
                        .append(" wei, balances ")
                        .append(audit.path("balancesWei").asText())
                        .append(" wei");
            }
        }
        view.expect("the supply balances to the wei", agrees, detail.toString());
    }
}
