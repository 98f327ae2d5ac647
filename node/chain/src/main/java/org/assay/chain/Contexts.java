package org.assay.chain;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.assay.chain.system.ContractViews;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.assay.primitives.state.StateView;

/// Makes the EVM's view of a block from its header. The chain id is genesis's, but on a
/// developer's chain that was told otherwise ([#assumeChainIds]).
public final class Contexts {
    private final BlockHashes hashes;
    private volatile ChainSpec spec;

    /// Ids by the first block that has them, beyond genesis's; replaced, never changed.
    private volatile NavigableMap<Long, UInt256> chainIds = Collections.emptyNavigableMap();

    private final UInt256 genesisChainId;

    public Contexts(ChainSpec spec, BlockHashes hashes) {
        this.spec = spec;
        this.hashes = hashes;
        this.genesisChainId = spec.chainId();
    }

    /// With the chain id of the next block.
    public ChainSpec spec() {
        return spec;
    }

    /// For a developer's chain: blocks from each number on have the chain id beside it.
    void assumeChainIds(NavigableMap<Long, UInt256> ids) {
        chainIds = new TreeMap<>(ids);
        spec = spec.withChainId(ids.isEmpty() ? genesisChainId : ids.lastEntry().getValue());
    }

    private UInt256 chainIdAt(long number) {
        Map.Entry<Long, UInt256> entry = chainIds.floorEntry(number);
        return entry == null ? genesisChainId : entry.getValue();
    }

    /// Whether the rules since the merge hold after `parent`.
    public static boolean isMerged(Header header) {
        return header.difficulty().isZero();
    }

    public Fork forkOf(Header header) {
        return spec.forks().forkAt(header.number(), header.timestamp(), isMerged(header));
    }

    public BlockContext of(Header header) {
        BlobSchedule blobs = spec.forks().blobsAt(header.timestamp());
        Long excess = header.excessBlobGas();
        UInt256 baseFee = header.baseFeePerGas();
        return new BlockContext(
                forkOf(header),
                chainIdAt(header.number()).w3(),
                header.number(),
                header.timestamp(),
                beneficiaryOf(header),
                baseFee == null ? UInt256.ZERO : baseFee,
                header.mixHash(),
                header.difficulty(),
                header.gasLimit(),
                excess == null ? UInt256.ZERO : blobs.blobBaseFee(excess),
                blobs,
                hashes);
    }

    /// To whom fees and a QBFT network's reward go: not always the proposer.
    public Address beneficiaryOf(Header header) {
        return spec.qbft()
                .flatMap(qbft -> qbft.of(header).miningBeneficiary())
                .orElse(header.coinbase());
    }

    /// What a QBFT network pays for the block.
    public UInt256 rewardWeiOf(Header header) {
        return spec.qbft().map(qbft -> qbft.of(header).blockRewardWei()).orElse(UInt256.ZERO);
    }

    /// The system contracts as they stand after the block of `header`.
    public ContractViews viewsAfter(Header header, StateView state) {
        return new ContractViews(state, of(header));
    }

    /// The excess blob gas of a child at `timestamp`; null before Cancun.
    public @org.jspecify.annotations.Nullable Long childExcessBlobGas(
            Header parent, Fork fork, long timestamp) {
        if (!fork.isAtLeast(Fork.CANCUN)) {
            return null;
        }
        Long excess = parent.excessBlobGas();
        Long used = parent.blobGasUsed();
        UInt256 baseFee = parent.baseFeePerGas();
        return spec.forks()
                .blobsAt(timestamp)
                .excessBlobGas(
                        fork,
                        excess == null ? 0 : excess,
                        used == null ? 0 : used,
                        baseFee == null ? UInt256.ZERO : baseFee);
    }

    static final Hash NO_BEACON_ROOT = Hash.ZERO;
}
