package org.assay.evm;

import java.math.BigInteger;
import org.assay.primitives.UInt256;

/// The blob parameters in force (EIP-4844, EIP-7691, EIP-7892): blobs a block aims at, blobs it
/// may hold, and how slowly the blob base fee moves.
public record BlobSchedule(int targetBlobs, int maxBlobs, long baseFeeUpdateFraction) {
    public static final BlobSchedule CANCUN = new BlobSchedule(3, 6, 3_338_477);
    public static final BlobSchedule PRAGUE = new BlobSchedule(6, 9, 5_007_716);
    public static final BlobSchedule BPO1 = new BlobSchedule(10, 15, 8_346_193);
    public static final BlobSchedule BPO2 = new BlobSchedule(14, 21, 11_684_671);

    /// Gas of one blob, 2^17.
    public static final long GAS_PER_BLOB = 1 << 17;

    /// EIP-7918: the execution gas a blob's price is bounded below by.
    private static final long BLOB_BASE_COST = 1 << 13;

    private static final UInt256 MIN_BLOB_BASE_FEE = UInt256.ONE;

    /// The schedule a fork begins with; before Cancun, one that allows no blob.
    public static BlobSchedule of(Fork fork) {
        if (fork.isAtLeast(Fork.PRAGUE)) {
            return PRAGUE;
        }
        return fork.isAtLeast(Fork.CANCUN) ? CANCUN : new BlobSchedule(0, 0, 1);
    }

    /// The largest blob gas of a block.
    public long maxBlobGas() {
        return maxBlobs * GAS_PER_BLOB;
    }

    /// The blob base fee in wei, `fake_exponential(1, excess, fraction)` of EIP-4844; at most
    /// 2^256 - 1, which no sender can pay. `excessBlobGas` is unsigned.
    public UInt256 blobBaseFee(long excessBlobGas) {
        if (excessBlobGas == 0) {
            return MIN_BLOB_BASE_FEE;
        }
        BigInteger numerator = UInt256.of(excessBlobGas).toBigInteger();
        BigInteger denominator = BigInteger.valueOf(baseFeeUpdateFraction);
        if (numerator.divide(denominator).bitLength() > 8) {
            return UInt256.MAX; // e^256 > 2^256: the sum below would grow without bound
        }
        BigInteger output = BigInteger.ZERO;
        BigInteger term = denominator;
        for (long i = 1; term.signum() > 0; i++) {
            output = output.add(term);
            term = term.multiply(numerator).divide(denominator.multiply(BigInteger.valueOf(i)));
        }
        BigInteger fee = output.divide(denominator);
        return fee.bitLength() > 256 ? UInt256.MAX : UInt256.of(fee);
    }

    /// The excess blob gas of a block under this schedule, from its parent's header fields
    /// (EIP-4844; from Osaka with the reserve price of EIP-7918).
    public long excessBlobGas(
            Fork fork, long parentExcess, long parentBlobGasUsed, UInt256 parentBaseFeePerGas) {
        long targetGas = targetBlobs * GAS_PER_BLOB;
        long total = Math.addExact(parentExcess, parentBlobGasUsed);
        if (total < targetGas) {
            return 0;
        }
        if (fork.isAtLeast(Fork.OSAKA) && maxBlobs > 0) {
            UInt256 reserve = parentBaseFeePerGas.multiply(UInt256.of(BLOB_BASE_COST));
            UInt256 price = blobBaseFee(parentExcess).multiply(UInt256.of(GAS_PER_BLOB));
            if (reserve.compareTo(price) > 0) {
                return parentExcess + parentBlobGasUsed * (maxBlobs - targetBlobs) / maxBlobs;
            }
        }
        return total - targetGas;
    }
}
