package org.assay.app.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assay.app.client.RpcClient;
import org.assay.app.dev.DevAccounts;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.Words;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// Senders that load a node until it dies, and what it acknowledged to them before. Half wait for
/// the receipt of each transaction, half only for its hash; one in two transactions writes the
/// storage of a contract.
final class CrashLoad {
    private static final int SENDERS = 6;
    private static final int WAITING = 3;
    private static final long GAS = 100_000;
    private static final long WAIT_MILLIS = 10_000;
    private static final UInt256 CHAIN_ID = UInt256.of(1337);
    private static final UInt256 FEE_MAX = UInt256.of(20_000_000_000L);

    /// `sstore(calldataload(0), calldataload(32))`, and what deploys it.
    private static final Bytes WRITER = Bytes.fromHex("0x67602035600035550060005260086018f3");

    /// What the node said of a transaction in a block.
    record Receipt(Hash hash, long blockNumber, String blockHash) {}

    private final List<SecretKey> keys = new DevAccounts().keys();
    private final Queue<Receipt> receipts = new ConcurrentLinkedQueue<>();
    private final Queue<Hash> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Address writer;
    private volatile boolean ending;

    /// Deploys the contract; once for a chain.
    void prepare(RpcClient rpc) throws IOException {
        Transaction deployment = sign(keys.get(0), 0, null, WRITER);
        JsonNode receipt = sendAndWait(rpc, deployment);
        writer = Address.fromHex(receipt.path("contractAddress").asText());
        receipts.add(receiptOf(deployment.hash(), receipt));
    }

    /// Begins to send.
    void start(RpcClient rpc) {
        ending = false;
        for (int i = 0; i < SENDERS; i++) {
            int index = i;
            threads.add(Thread.ofVirtual().start(() -> send(rpc, index)));
        }
    }

    /// Returns when no sender sends any more.
    void stop() throws IOException {
        ending = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        threads.clear();
    }

    private void send(RpcClient rpc, int index) {
        SecretKey key = keys.get(index);
        try {
            long nonce =
                    RpcClient.quantity(
                            rpc.call(
                                    "eth_getTransactionCount",
                                    key.address().toString(),
                                    "pending"));
            while (!ending) {
                Transaction transaction = next(key, nonce++);
                if (index < WAITING) {
                    receipts.add(receiptOf(transaction.hash(), sendAndWait(rpc, transaction)));
                } else {
                    rpc.call("eth_sendRawTransaction", transaction.encoded().toString());
                    accepted.add(transaction.hash());
                }
            }
        } catch (IOException died) {
            // That is what all this is about.
        } catch (RpcClient.Refused refused) {
            // A node that is dying may say so.
            if (!String.valueOf(refused.getMessage()).contains("stopped")) {
                problems.add("sender " + index + ": " + refused.getMessage());
            }
        }
    }

    private Transaction next(SecretKey key, long nonce) {
        if (nonce % 2 == 0) {
            return sign(
                    key, nonce, Address.ofNumber(0xbee_0000 + (int) (nonce % 1_000)), Bytes.EMPTY);
        }
        byte[] input = new byte[64];
        Words.putLong(input, 24, nonce);
        Words.putLong(input, 56, System.nanoTime());
        return sign(key, nonce, writer, Bytes.wrap(input));
    }

    private static Transaction sign(SecretKey key, long nonce, @Nullable Address to, Bytes input) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        CHAIN_ID, nonce, UInt256.ONE, FEE_MAX, GAS, to, UInt256.ZERO, input),
                key);
    }

    private static JsonNode sendAndWait(RpcClient rpc, Transaction transaction) throws IOException {
        return rpc.call(
                "eth_sendRawTransactionSync", transaction.encoded().toString(), WAIT_MILLIS);
    }

    private static Receipt receiptOf(Hash hash, JsonNode receipt) {
        return new Receipt(
                hash,
                RpcClient.quantity(receipt.path("blockNumber")),
                receipt.path("blockHash").asText());
    }

    /// Receipts that were answered, in no order; the caller may empty it.
    Queue<Receipt> receipts() {
        return receipts;
    }

    /// Transactions that were taken in with no word of a block yet.
    Queue<Hash> accepted() {
        return accepted;
    }

    /// Refusals that no sender deserved.
    Queue<String> problems() {
        return problems;
    }
}
