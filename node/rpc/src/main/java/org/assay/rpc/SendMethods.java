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
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.BlobSidecar;
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
                params -> result(submit(offer(params))).toString(),
                "eth_sendRawTransactionSync",
                this::sendAndWait);
    }

    @Override
    public Map<String, Function<List<Params>, List<Object>>> together() {
        return Map.of("eth_sendRawTransaction", this::sendAll);
    }

    /// What a client sends: a transaction, and its blobs where it has such.
    private record Offer(RecoveredTransaction recovered, Optional<BlobSidecar> sidecar) {}

    private PoolAnswer submit(Offer offer) {
        return offer.sidecar()
                .map(sidecar -> backend.submit(offer.recovered(), sidecar))
                .orElseGet(() -> backend.submit(offer.recovered()));
    }

    /// Decodes and recovers on all cores, then offers in one hop, in the order given.
    private List<Object> sendAll(List<Params> calls) {
        IntStream indices = IntStream.range(0, calls.size());
        List<Object> decoded =
                (calls.size() < PARALLEL_LEAST ? indices : indices.parallel())
                        .mapToObj(i -> offerOrError(calls.get(i)))
                        .toList();
        List<Offer> good =
                decoded.stream().filter(Offer.class::isInstance).map(Offer.class::cast).toList();
        List<PoolAnswer> answers = submitAll(good);
        List<Object> results = new ArrayList<>(calls.size());
        int next = 0;
        for (Object outcome : decoded) {
            if (outcome instanceof Offer) {
                results.add(resultOrError(answers.get(next++)));
            } else {
                results.add(outcome);
            }
        }
        return results;
    }

    private List<PoolAnswer> submitAll(List<Offer> offers) {
        boolean plain = offers.stream().allMatch(offer -> offer.sidecar().isEmpty());
        if (!plain || offers.isEmpty()) {
            return offers.stream().map(this::submit).toList();
        }
        return backend.submitAll(offers.stream().map(Offer::recovered).toList());
    }

    private static Object offerOrError(Params params) {
        try {
            return offer(params);
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

    private static Offer offer(Params params) {
        Bytes encoded = params.bytes(0);
        Transaction transaction;
        Optional<BlobSidecar> sidecar;
        try {
            Optional<BlobSidecar.Wrapped> wrapped =
                    BlobSidecar.isWrapped(encoded)
                            ? Optional.of(BlobSidecar.decode(encoded))
                            : Optional.empty();
            sidecar = wrapped.map(BlobSidecar.Wrapped::sidecar);
            transaction =
                    wrapped.map(BlobSidecar.Wrapped::transaction)
                            .orElseGet(() -> Transaction.decode(encoded));
        } catch (RlpException e) {
            throw new RpcError(
                    RpcError.SERVER_ERROR, "failed to decode transaction: " + e.getMessage());
        }
        if (transaction.type() == Transaction.BLOB && sidecar.isEmpty()) {
            throw new RpcError(RpcError.SERVER_ERROR, "missing sidecar in blob transaction");
        }
        Optional<String> problem = sidecar.flatMap(blobs -> blobs.problem(transaction));
        if (problem.isPresent()) {
            throw new RpcError(RpcError.SERVER_ERROR, problem.get());
        }
        RecoveredTransaction recovered =
                transaction
                        .recover()
                        .orElseThrow(
                                () ->
                                        new RpcError(
                                                RpcError.SERVER_ERROR,
                                                "invalid sender: no key made this signature"));
        return new Offer(recovered, sidecar);
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
        Offer offer = offer(params);
        long waitMillis = params.has(1) ? waitMillis(params.quantity(1)) : WAIT_MILLIS;
        Hash hash = offer.recovered().transaction().hash();
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
            if (submit(offer) instanceof PoolAnswer.Refused refused) {
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
