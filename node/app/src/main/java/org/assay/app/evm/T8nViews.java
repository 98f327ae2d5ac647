package org.assay.app.evm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.assay.app.Output;
import org.assay.evm.TransactionOutcome;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.Transaction;

/// States and receipts as geth's `evm t8n` writes them.
final class T8nViews {
    private T8nViews() {}

    /// Where in the block: transactions and logs before it.
    record Place(int index, int logsBefore) {}

    static String quantity(long value) {
        return "0x" + Long.toHexString(value);
    }

    static ObjectNode alloc(MemoryState state) {
        ObjectNode alloc = Output.object();
        state.forEach(
                (address, account, code, slots) -> {
                    ObjectNode view = alloc.putObject(address.toString());
                    if (!code.isEmpty()) {
                        view.put("code", code.toString());
                    }
                    if (!slots.isEmpty()) {
                        ObjectNode storage = view.putObject("storage");
                        slots.forEach(
                                (slot, value) ->
                                        storage.put(
                                                slot.toHash().toString(),
                                                value.toHash().toString()));
                    }
                    view.put("balance", account.balance().toQuantity());
                    if (account.nonce() != 0) {
                        view.put("nonce", quantity(account.nonce()));
                    }
                });
        return alloc;
    }

    static ObjectNode receipt(
            Transaction transaction,
            Receipt receipt,
            TransactionOutcome.Executed executed,
            Place place) {
        ObjectNode view = Output.object();
        if (transaction.type() != Transaction.LEGACY) {
            view.put("type", quantity(transaction.type()));
        }
        Hash root = receipt.postState();
        view.put("root", root == null ? "0x" : root.toString());
        view.put("status", root == null && receipt.success() ? "0x1" : "0x0");
        view.put("cumulativeGasUsed", quantity(receipt.cumulativeGasUsed()));
        view.put("logsBloom", receipt.logsBloom().toString());
        ArrayNode logs = view.putArray("logs");
        for (int i = 0; i < receipt.logs().size(); i++) {
            logs.add(log(receipt.logs().get(i), transaction, place, i));
        }
        view.put("transactionHash", transaction.hash().toString());
        view.put("contractAddress", executed.created().orElse(Address.ZERO).toString());
        view.put("gasUsed", quantity(executed.gasUsed()));
        view.put("effectiveGasPrice", executed.effectiveGasPrice().toQuantity());
        view.put("blockHash", Hash.ZERO.toString());
        view.put("transactionIndex", quantity(place.index()));
        return view;
    }

    private static ObjectNode log(Log log, Transaction transaction, Place place, int index) {
        ObjectNode view = Output.object();
        view.put("address", log.address().toString());
        ArrayNode topics = view.putArray("topics");
        log.topics().forEach(topic -> topics.add(topic.toString()));
        Bytes bytes = log.data();
        view.put("data", bytes.toString());
        view.put("transactionHash", transaction.hash().toString());
        view.put("transactionIndex", quantity(place.index()));
        view.put("logIndex", quantity((long) place.logsBefore() + index));
        view.put("removed", false);
        return view;
    }
}
