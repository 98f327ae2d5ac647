package org.assay.chain.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.assay.chain.pool.PoolAnswer.Reason;
import org.assay.evm.BlockContext;
import org.assay.evm.Fork;
import org.assay.evm.TransactionError;
import org.assay.evm.Validity;
import org.assay.primitives.Hash;
import org.assay.primitives.block.BlobSidecar;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.jspecify.annotations.Nullable;

/// The blobs of transactions that wait in a pool: kept beside them until they are in a block,
/// which carries the transactions alone. Owned by the node loop.
public final class BlobShelf {
    private final TransactionPool pool;
    private final long bytesMax;
    private final Map<Hash, BlobSidecar> kept = new LinkedHashMap<>();
    private long sizeBytes;

    /// `bytesMax`: of all blobs, commitments and proofs.
    public BlobShelf(TransactionPool pool, long bytesMax) {
        this.pool = pool;
        this.bytesMax = bytesMax;
    }

    /// Which form of sidecar the network takes: proofs of cells from Osaka on (EIP-7594).
    public static int versionAt(Fork fork) {
        return fork.isAtLeast(Fork.OSAKA) ? 1 : 0;
    }

    /// Takes in a transaction whose `sidecar` has no [BlobSidecar#problem], if `add` puts it into
    /// the pool. `next`: the rules and prices that hold now.
    public PoolAnswer add(
            RecoveredTransaction recovered,
            BlobSidecar sidecar,
            BlockContext next,
            Supplier<PoolAnswer> add) {
        forgetTheGone();
        Transaction transaction = recovered.transaction();
        PoolAnswer.Refused refused = refusal(transaction, sidecar, next);
        if (refused != null) {
            return refused;
        }
        Optional<List<Hash>> victims = victims(transaction, sidecar.sizeBytes());
        if (victims.isEmpty()) {
            return new PoolAnswer.Refused(
                    Reason.POOL_FULL, "limit " + bytesMax + " bytes of blobs");
        }
        if (kept.putIfAbsent(transaction.hash(), sidecar) == null) {
            sizeBytes += sidecar.sizeBytes();
        }
        PoolAnswer answer = add.get();
        if (answer instanceof PoolAnswer.Accepted) {
            victims.get()
                    .forEach(hash -> pool.drop(hash, "evicted: the pool was full of better blobs"));
        }
        forgetTheGone();
        return answer;
    }

    private static PoolAnswer.@Nullable Refused refusal(
            Transaction transaction, BlobSidecar sidecar, BlockContext next) {
        TransactionError error = Validity.check(transaction.body(), next);
        if (error == TransactionError.TYPE_3_TX_PRE_FORK) {
            return new PoolAnswer.Refused(Reason.TYPE_NOT_SUPPORTED, "blobs");
        }
        if (error == TransactionError.INSUFFICIENT_MAX_FEE_PER_BLOB_GAS) {
            return new PoolAnswer.Refused(
                    Reason.BLOB_FEE_CAP_TOO_LOW,
                    "maxFeePerBlobGas: "
                            + transaction.maxFeePerBlobGas()
                            + ", blobBaseFee: "
                            + next.blobBaseFee());
        }
        if (error != null && error.name().startsWith("TYPE_3_")) {
            return new PoolAnswer.Refused(Reason.INVALID_BLOBS, error.toString());
        }
        int version = versionAt(next.fork());
        return sidecar.version() == version
                ? null
                : new PoolAnswer.Refused(
                        Reason.INVALID_BLOBS,
                        "unexpected sidecar version, want: "
                                + version
                                + ", got: "
                                + sidecar.version());
    }

    /// The cheapest to drop so that `bytes` find room; empty when that would be one that offers
    /// as much as `offer`.
    private Optional<List<Hash>> victims(Transaction offer, long bytes) {
        List<Hash> chosen = new ArrayList<>();
        long freed = bytesMax - sizeBytes;
        List<Transaction> byPrice =
                kept.keySet().stream()
                        .flatMap(hash -> pool.find(hash).stream())
                        .sorted(Comparator.comparing(Transaction::maxPriorityFeePerGas))
                        .toList();
        for (Transaction cheap : byPrice) {
            if (freed >= bytes
                    || cheap.maxPriorityFeePerGas().compareTo(offer.maxPriorityFeePerGas()) >= 0) {
                break;
            }
            chosen.add(cheap.hash());
            freed += find(cheap.hash()).map(BlobSidecar::sizeBytes).orElse(0L);
        }
        return freed >= bytes ? Optional.of(chosen) : Optional.empty();
    }

    /// Lets go of blobs whose transactions no longer wait.
    public void forgetTheGone() {
        kept.entrySet()
                .removeIf(
                        entry -> {
                            boolean gone = pool.find(entry.getKey()).isEmpty();
                            if (gone) {
                                sizeBytes -= entry.getValue().sizeBytes();
                            }
                            return gone;
                        });
    }

    public Optional<BlobSidecar> find(Hash hash) {
        return Optional.ofNullable(kept.get(hash));
    }

    public long sizeBytes() {
        return sizeBytes;
    }
}
