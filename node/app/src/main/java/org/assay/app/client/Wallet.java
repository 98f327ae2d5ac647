package org.assay.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.assay.app.keys.Signer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.jspecify.annotations.Nullable;

/// Signs with one key and waits for receipts. Safe for many threads.
public final class Wallet {
    private static final UInt256 FEE_MAX = UInt256.of(2_000_000_000L);
    private static final long RECEIPT_MILLIS_MAX = 30_000;
    private static final long POLL_MILLIS = 250;
    private static final long SIGN_MILLIS_MAX = 10_000;

    private static final long OVERTAKEN_MILLIS = 3_000;

    /// Of four validators every fourth block is the sender's own.
    private static final int SENDS_MAX = 20;

    private final RpcClient rpc;
    private final Signer signer;
    private final @Nullable SecretKey key;
    private final UInt256 chainId;
    private final Address address;
    private final ReentrantLock nonces = new ReentrantLock();

    public Wallet(RpcClient rpc, SecretKey key, UInt256 chainId) {
        this(rpc, Signer.local(key), key, chainId);
    }

    /// A wallet whose key may be elsewhere.
    public Wallet(RpcClient rpc, Signer signer, UInt256 chainId) {
        this(rpc, signer, null, chainId);
    }

    private Wallet(RpcClient rpc, Signer signer, @Nullable SecretKey key, UInt256 chainId) {
        this.rpc = rpc;
        this.signer = signer;
        this.key = key;
        this.chainId = chainId;
        this.address = signer.address();
    }

    public Address address() {
        return address;
    }

    /// The key of a wallet that was made with one.
    public SecretKey key() {
        if (key == null) {
            throw new IllegalStateException("the key is elsewhere");
        }
        return key;
    }

    /// The receipt of a successful transaction; one whose nonce another transaction of the key
    /// has used can never run, and is sent again: a validator's key signs the prologues of its
    /// blocks as well. Throws [RpcClient.Refused] when it is refused or reverts, [IOException]
    /// when no receipt comes.
    public JsonNode send(@Nullable Address to, UInt256 valueWei, Bytes input, long gas)
            throws IOException {
        for (int i = 0; i < SENDS_MAX; i++) {
            Optional<JsonNode> receipt = receipt(submit(to, valueWei, input, gas));
            if (receipt.isPresent()) {
                return receipt.get();
            }
        }
        throw new IOException(
                "other transactions of "
                        + address
                        + " came first, again and again: use another key; a validator's signs"
                        + " each of its blocks");
    }

    /// Sends a transaction and answers its hash. One at a time, for the nonce's sake.
    public Hash post(@Nullable Address to, UInt256 valueWei, Bytes input, long gas)
            throws IOException {
        return submit(to, valueWei, input, gas).hash();
    }

    private Transaction submit(@Nullable Address to, UInt256 valueWei, Bytes input, long gas)
            throws IOException {
        nonces.lock();
        try {
            long nonce =
                    RpcClient.quantity(
                            rpc.call("eth_getTransactionCount", address.toString(), "pending"));
            TransactionBody body =
                    TransactionBody.dynamicFee(
                            chainId, nonce, UInt256.ZERO, FEE_MAX, gas, to, valueWei, input);
            Transaction transaction = Transaction.signed(body, sign(body.signingBytes()));
            rpc.call("eth_sendRawTransaction", transaction.encoded().toString());
            return transaction;
        } finally {
            nonces.unlock();
        }
    }

    private Signature sign(Bytes message) throws IOException {
        try {
            return signer.sign(message).get(SIGN_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException("the signer gives no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// The receipt of a transaction that [#post] sent.
    public JsonNode await(Hash hash) throws IOException {
        long end = System.currentTimeMillis() + RECEIPT_MILLIS_MAX;
        while (System.currentTimeMillis() < end) {
            Optional<JsonNode> receipt = receipt(hash);
            if (receipt.isPresent()) {
                return receipt.get();
            }
            pause();
        }
        throw new IOException("no receipt for " + hash + " in time");
    }

    /// Empty once another transaction has used the nonce of `sent`, for so long that it is not a
    /// node that lags behind the one asked before.
    private Optional<JsonNode> receipt(Transaction sent) throws IOException {
        long now = System.currentTimeMillis();
        long end = now + RECEIPT_MILLIS_MAX;
        long overtakenAt = Long.MAX_VALUE;
        while (now < end) {
            long next =
                    RpcClient.quantity(
                            rpc.call("eth_getTransactionCount", address.toString(), "latest"));
            Optional<JsonNode> receipt = receipt(sent.hash());
            if (receipt.isPresent()) {
                return receipt;
            }
            overtakenAt = next > sent.nonce() ? Math.min(overtakenAt, now) : Long.MAX_VALUE;
            if (now - OVERTAKEN_MILLIS > overtakenAt) {
                return Optional.empty();
            }
            pause();
            now = System.currentTimeMillis();
        }
        throw new IOException("no receipt for " + sent.hash() + " in time");
    }

    /// Of a transaction that has run, if it has.
    private Optional<JsonNode> receipt(Hash hash) throws IOException {
        JsonNode receipt = rpc.call("eth_getTransactionReceipt", hash.toString());
        if (!receipt.isObject()) {
            return Optional.empty();
        }
        if (!receipt.path("status").asText().equals("0x1")) {
            throw new RpcClient.Refused("transaction " + hash + " reverted");
        }
        return Optional.of(receipt);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
