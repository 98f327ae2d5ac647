package org.assay.chain;

import org.assay.chain.system.ContractViews;
import org.assay.evm.BlobSchedule;
import org.assay.evm.BlockContext;
import org.assay.evm.BlockHashes;
import org.assay.evm.Fork;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;
import org.assay.primitives.state.StateView;

/// Makes the EVM's view of a block from its header.
public record Contexts(ChainSpec spec, BlockHashes hashes) {
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
                spec.chainId().w3(),
                header.number(),
                header.timestamp(),
                header.coinbase(),
                baseFee == null ? UInt256.ZERO : baseFee,
                header.mixHash(),
                header.difficulty(),
                header.gasLimit(),
                excess == null ? UInt256.ZERO : blobs.blobBaseFee(excess),
                blobs,
                hashes);
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
