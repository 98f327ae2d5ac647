package org.assay.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assay.chain.Blockchain;
import org.assay.chain.pool.PoolAnswer;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.jspecify.annotations.Nullable;

/// `eth_sendRawTransaction` and `eth_sendRawTransactionSync` (EIP-7966).
final class SendMethods implements Methods {
    /// How long the synchronous form waits where the client does not say, and at most.
    private static final long WAIT_MILLIS = 5_000;

    private static final long WAIT_MILLIS_MAX = 60_000;

    /// Below this many a batch is recovered on the caller's thread.
    private static final int PARALLEL_LEAST = 8;

    private final Backend backend;

    SendMethods(Backend backend) {
        this.backend = backend;
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        return Map.of(
                "eth_sendRawTransaction",
                params -> result(backend.submit(recovered(params))).toString(),
                "eth_sendRawTransactionSync",
                this::sendAndWait);
    }

    @Override
    public Map<String, Function<List<Params>, List<Object>>> together() {
        return Map.of("eth_sendRawTransaction", this::sendAll);
    }

    /// Decodes and recovers on all cores, then offers in one hop, in the order given.
    private List<Object> sendAll(List<Params> calls) {
        IntStream indices = IntStream.range(0, calls.size());
        List<Object> decoded =
                (calls.size() < PARALLEL_LEAST ? indices : indices.parallel())
                        .mapToObj(i -> recoveredOrError(calls.get(i)))
                        .toList();
        List<RecoveredTransaction> good = new ArrayList<>(calls.size());
        for (Object outcome : decoded) {
            if (outcome instanceof RecoveredTransaction recovered) {
                good.add(recovered);
            }
        }
        List<PoolAnswer> answers = good.isEmpty() ? List.of() : backend.submitAll(good);
        List<Object> results = new ArrayList<>(calls.size());
        int next = 0;
        for (Object outcome : decoded) {
            if (outcome instanceof RecoveredTransaction) {
                results.add(resultOrError(answers.get(next++)));
            } else {
                results.add(outcome);
            }
        }
        return results;
    }

    private static Object recoveredOrError(Params params) {
        try {
            return recovered(params);
        } catch (RpcError refusal) {
            return refusal;
        }
    }

    private static Object resultOrError(PoolAnswer answer) {
        try {
            return result(answer).toString();
        } catch (RpcError refusal) {
            return refusal;
        }
    }

    private static RecoveredTransaction recovered(Params params) {
        Transaction transaction;
        try {
            transaction = Transaction.decode(params.bytes(0));
        } catch (RlpException e) {
            throw new RpcError(
                    RpcError.SERVER_ERROR, "failed to decode transaction: " + e.getMessage());
        }
        return transaction
                .recover()
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "invalid sender: no key made this signature"));
    }

    private static Hash result(PoolAnswer answer) {
        return switch (answer) {
            case PoolAnswer.Accepted accepted -> {
                if (!accepted.isNew()) {
                    throw new RpcError(RpcError.SERVER_ERROR, "already known");
                }
                yield accepted.hash();
            }
            case PoolAnswer.Refused refused ->
                    throw new RpcError(RpcError.SERVER_ERROR, refused.message());
        };
    }

    /// Answers the receipt once the transaction is in a block, which is final here.
    private Object sendAndWait(Params params) {
        RecoveredTransaction recovered = recovered(params);
        long waitMillis = params.has(1) ? waitMillis(params.quantity(1)) : WAIT_MILLIS;
        Hash hash = recovered.transaction().hash();
        CompletableFuture<Boolean> included = new CompletableFuture<>();
        ChainListener listener =
                new ChainListener() {
                    @Override
                    public void onHead(Blockchain.Stored block) {
                        if (block.block().transactions().stream()
                                .anyMatch(transaction -> transaction.hash().equals(hash))) {
                            included.complete(true);
                        }
                    }
                };
        try (ChainListeners.Registration registration = backend.listeners().add(listener)) {
            Optional<Map<String, Object>> known = BlockMethods.receiptOf(backend, hash);
            if (known.isPresent()) {
                return known.get();
            }
            if (backend.submit(recovered) instanceof PoolAnswer.Refused refused) {
                // It may have been mined since the look above.
                return BlockMethods.receiptOf(backend, hash)
                        .orElseThrow(() -> new RpcError(RpcError.SERVER_ERROR, refused.message()));
            }
            backend.settle();
            Optional<Map<String, Object>> receipt = BlockMethods.receiptOf(backend, hash);
            if (receipt.isEmpty()) {
                included.get(waitMillis, TimeUnit.MILLISECONDS);
                receipt = BlockMethods.receiptOf(backend, hash);
            }
            return receipt.orElseThrow(() -> tooLate(hash));
        } catch (TimeoutException e) {
            return BlockMethods.receiptOf(backend, hash).orElseThrow(() -> tooLate(hash));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw tooLate(hash);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails here", e);
        }
    }

    private static long waitMillis(UInt256 asked) {
        if (asked.isZero()) {
            throw RpcError.invalidParams("argument 1: a timeout is at least 1 millisecond");
        }
        return asked.fitsLong() ? Math.min(asked.w3(), WAIT_MILLIS_MAX) : WAIT_MILLIS_MAX;
    }

    private static RpcError tooLate(Hash hash) {
        return new RpcError(
                RpcError.NOT_INCLUDED_IN_TIME,
                "The transaction was added to the mempool but wasn't processed within the"
                        + " designated timeout interval.",
                hash.toString());
    }
}
