package org.assay.evm;

import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;

/// What a transaction sees of its block. `timestamp` in seconds, fees in wei a unit of gas.
/// `baseFeePerGas` is zero before London; `prevRandao` counts from Paris on, `difficulty` before;
/// `blobBaseFee` and `blobs` count from Cancun on.
public record BlockContext(
        Fork fork,
        long chainId,
        long number,
        long timestamp,
        Address coinbase,
        UInt256 baseFeePerGas,
        Hash prevRandao,
        UInt256 difficulty,
        long gasLimit,
        UInt256 blobBaseFee,
        BlobSchedule blobs,
        BlockHashes hashes) {}
