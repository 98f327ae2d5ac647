package org.assay.primitives.block;

import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;

/// A balance increase by consensus (EIP-4895): on an Assay chain, everything that is minted.
/// `amountGwei` in units of 10^9 wei; `validatorIndex` carries the emission category there. All
/// three numbers are unsigned 64-bit.
public record Withdrawal(long index, long validatorIndex, Address address, long amountGwei) {
    private static final UInt256 GWEI = UInt256.of(1_000_000_000L);

    /// Withdrawals a block may carry; a limit on decoding, far above any schedule's need.
    public static final int COUNT_MAX = 65_536;

    public UInt256 amountWei() {
        return UInt256.of(amountGwei).multiply(GWEI);
    }

    public byte[] encode() {
        return RlpWriter.encode(this::write);
    }

    void write(RlpWriter writer) {
        writer.writeList(
                list -> {
                    list.writeLong(index);
                    list.writeLong(validatorIndex);
                    list.writeAddress(address);
                    list.writeLong(amountGwei);
                });
    }

    static Withdrawal read(RlpReader reader) {
        RlpReader list = reader.readList();
        Withdrawal withdrawal =
                new Withdrawal(
                        list.readUnsignedLong(),
                        list.readUnsignedLong(),
                        list.readAddress(),
                        list.readUnsignedLong());
        list.requireEnd();
        return withdrawal;
    }
}
