package org.assay.rpc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assay.chain.Blockchain;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.AccessListEntry;
import org.assay.primitives.block.Authorization;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Log;
import org.assay.primitives.block.Receipt;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.Withdrawal;
import org.jspecify.annotations.Nullable;

/// Blocks, transactions, receipts and logs as the execution APIs spell them.
public final class Views {
    private Views() {}

    public static String quantity(long value) {
        return "0x" + Long.toHexString(value);
    }

    public static Map<String, Object> header(Header header, Hash hash) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("number", quantity(header.number()));
        object.put("hash", hash.toString());
        object.put("parentHash", header.parentHash().toString());
        object.put("sha3Uncles", header.ommersHash().toString());
        object.put("miner", header.coinbase().toString());
        object.put("stateRoot", header.stateRoot().toString());
        object.put("transactionsRoot", header.transactionsRoot().toString());
        object.put("receiptsRoot", header.receiptsRoot().toString());
        object.put("logsBloom", header.logsBloom().toString());
        object.put("difficulty", header.difficulty().toQuantity());
        object.put("gasLimit", quantity(header.gasLimit()));
        object.put("gasUsed", quantity(header.gasUsed()));
        object.put("timestamp", quantity(header.timestamp()));
        object.put("extraData", header.extraData().toString());
        object.put("mixHash", header.mixHash().toString());
        object.put("nonce", UInt256.of(header.nonce()).toHash().toBytes().slice(24, 32).toString());
        putIfPresent(
                object,
                "baseFeePerGas",
                header.baseFeePerGas() == null ? null : header.baseFeePerGas().toQuantity());
        putIfPresent(object, "withdrawalsRoot", header.withdrawalsRoot());
        putIfPresent(
                object,
                "blobGasUsed",
                header.blobGasUsed() == null ? null : quantity(header.blobGasUsed()));
        putIfPresent(
                object,
                "excessBlobGas",
                header.excessBlobGas() == null ? null : quantity(header.excessBlobGas()));
        putIfPresent(object, "parentBeaconBlockRoot", header.parentBeaconBlockRoot());
        putIfPresent(object, "requestsHash", header.requestsHash());
        return object;
    }

    private static void putIfPresent(
            Map<String, Object> object, String key, @Nullable Object value) {
        if (value != null) {
            object.put(key, value.toString());
        }
    }

    public static Map<String, Object> block(Block block, Hash hash, boolean full) {
        Header header = block.header();
        Map<String, Object> object = header(header, hash);
        object.put("size", quantity(block.encode().length));
        List<Object> transactions = new ArrayList<>();
        int index = 0;
        for (Transaction transaction : block.transactions()) {
            transactions.add(
                    full
                            ? transaction(
                                    transaction.recoverAnyS().orElseThrow(),
                                    header,
                                    hash,
                                    index,
                                    baseFee(header))
                            : transaction.hash().toString());
            index++;
        }
        object.put("transactions", transactions);
        object.put("uncles", block.ommers().stream().map(o -> o.hash().toString()).toList());
        List<Withdrawal> withdrawals = block.withdrawals();
        if (withdrawals != null) {
            object.put("withdrawals", withdrawals.stream().map(Views::withdrawal).toList());
        }
        return object;
    }

    public static UInt256 baseFee(Header header) {
        UInt256 fee = header.baseFeePerGas();
        return fee == null ? UInt256.ZERO : fee;
    }

    static Map<String, Object> withdrawal(Withdrawal withdrawal) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("index", quantity(withdrawal.index()));
        object.put("validatorIndex", quantity(withdrawal.validatorIndex()));
        object.put("address", withdrawal.address().toString());
        object.put("amount", quantity(withdrawal.amountGwei()));
        return object;
    }

    /// `header` and `blockHash` are null for a transaction that waits.
    public static Map<String, Object> transaction(
            RecoveredTransaction recovered,
            @Nullable Header header,
            @Nullable Hash blockHash,
            int index,
            UInt256 baseFee) {
        Transaction transaction = recovered.transaction();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("blockHash", blockHash == null ? null : blockHash.toString());
        object.put("blockNumber", header == null ? null : quantity(header.number()));
        object.put("blockTimestamp", header == null ? null : quantity(header.timestamp()));
        object.put("transactionIndex", header == null ? null : quantity(index));
        object.put("hash", transaction.hash().toString());
        object.put("from", recovered.sender().toString());
        object.put("to", transaction.to().map(Address::toString).orElse(null));
        object.put("type", quantity(transaction.type()));
        object.put("nonce", quantity(transaction.nonce()));
        object.put("gas", quantity(transaction.gasLimit()));
        object.put("value", transaction.value().toQuantity());
        object.put("input", transaction.data().toString());
        transaction.chainId().ifPresent(id -> object.put("chainId", id.toQuantity()));
        if (transaction.type() >= Transaction.DYNAMIC_FEE) {
            object.put("maxFeePerGas", transaction.maxFeePerGas().toQuantity());
            object.put("maxPriorityFeePerGas", transaction.maxPriorityFeePerGas().toQuantity());
            object.put(
                    "gasPrice",
                    (header == null
                                    ? transaction.maxFeePerGas()
                                    : transaction.effectiveGasPrice(baseFee))
                            .toQuantity());
        } else {
            object.put("gasPrice", transaction.maxFeePerGas().toQuantity());
        }
        if (transaction.type() >= Transaction.ACCESS_LIST) {
            object.put(
                    "accessList",
                    transaction.accessList().stream().map(Views::accessListEntry).toList());
        }
        if (transaction.type() == Transaction.BLOB) {
            object.put("maxFeePerBlobGas", transaction.maxFeePerBlobGas().toQuantity());
            object.put(
                    "blobVersionedHashes",
                    transaction.blobVersionedHashes().stream().map(Hash::toString).toList());
        }
        if (transaction.type() == Transaction.SET_CODE) {
            object.put(
                    "authorizationList",
                    transaction.authorizations().stream().map(Views::authorization).toList());
        }
        int parity = transaction.signature().yParity();
        boolean legacy = transaction.type() == Transaction.LEGACY;
        object.put(
                "v", legacy ? transaction.body().legacyV(parity).toQuantity() : quantity(parity));
        if (!legacy) {
            object.put("yParity", quantity(parity));
        }
        object.put("r", transaction.signature().r().toQuantity());
        object.put("s", transaction.signature().s().toQuantity());
        return object;
    }

    private static Map<String, Object> accessListEntry(AccessListEntry entry) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("address", entry.address().toString());
        object.put("storageKeys", entry.storageKeys().stream().map(Hash::toString).toList());
        return object;
    }

    private static Map<String, Object> authorization(Authorization tuple) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("chainId", tuple.chainId().toQuantity());
        object.put("address", tuple.address().toString());
        object.put("nonce", quantity(tuple.nonce()));
        object.put("yParity", quantity(tuple.yParity()));
        object.put("r", tuple.r().toQuantity());
        object.put("s", tuple.s().toQuantity());
        return object;
    }

    public static Map<String, Object> receipt(
            Blockchain.Stored stored, int index, UInt256 blobBaseFee) {
        Header header = stored.block().header();
        Transaction transaction = stored.block().transactions().get(index);
        Receipt receipt = stored.receipts().get(index);
        Address sender = transaction.recoverAnyS().orElseThrow().sender();
        long before = index == 0 ? 0 : stored.receipts().get(index - 1).cumulativeGasUsed();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("transactionHash", transaction.hash().toString());
        object.put("transactionIndex", quantity(index));
        object.put("blockHash", stored.hash().toString());
        object.put("blockNumber", quantity(header.number()));
        object.put("from", sender.toString());
        object.put("to", transaction.to().map(Address::toString).orElse(null));
        object.put(
                "contractAddress",
                transaction.to().isPresent()
                        ? null
                        : Address.ofCreate(sender, transaction.nonce()).toString());
        object.put("type", quantity(receipt.type()));
        object.put("cumulativeGasUsed", quantity(receipt.cumulativeGasUsed()));
        object.put("gasUsed", quantity(receipt.cumulativeGasUsed() - before));
        object.put(
                "effectiveGasPrice", transaction.effectiveGasPrice(baseFee(header)).toQuantity());
        object.put("logsBloom", receipt.logsBloom().toString());
        Hash postState = receipt.postState();
        if (postState != null) {
            object.put("root", postState.toString());
        } else {
            object.put("status", receipt.success() ? "0x1" : "0x0");
        }
        if (transaction.type() == Transaction.BLOB) {
            object.put(
                    "blobGasUsed", quantity(transaction.blobVersionedHashes().size() * (1L << 17)));
            object.put("blobGasPrice", blobBaseFee.toQuantity());
        }
        object.put("logs", logs(stored, index));
        return object;
    }

    public static List<Map<String, Object>> logs(Blockchain.Stored stored, int index) {
        int first = 0;
        for (int i = 0; i < index; i++) {
            first += stored.receipts().get(i).logs().size();
        }
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Log log : stored.receipts().get(index).logs()) {
            objects.add(log(stored, index, first++, log));
        }
        return objects;
    }

    private static Map<String, Object> log(
            Blockchain.Stored stored, int transactionIndex, int logIndex, Log log) {
        Header header = stored.block().header();
        Bytes data = log.data();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("address", log.address().toString());
        object.put("topics", log.topics().stream().map(Hash::toString).toList());
        object.put("data", data.toString());
        object.put("blockHash", stored.hash().toString());
        object.put("blockNumber", quantity(header.number()));
        object.put("blockTimestamp", quantity(header.timestamp()));
        object.put(
                "transactionHash",
                stored.block().transactions().get(transactionIndex).hash().toString());
        object.put("transactionIndex", quantity(transactionIndex));
        object.put("logIndex", quantity(logIndex));
        object.put("removed", false);
        return object;
    }
}
