package org.assay.primitives.block;

import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.rlp.RlpReader;
import org.assay.primitives.rlp.RlpWriter;
import org.jspecify.annotations.Nullable;

/// A header and its body. `withdrawals` is null before Shanghai (EIP-4895).
public record Block(
        Header header,
        List<Transaction> transactions,
        List<Header> ommers,
        @Nullable List<Withdrawal> withdrawals) {
    /// Transactions that decoding accepts in one block.
    public static final int TRANSACTIONS_MAX = 1 << 20;

    static final int OMMERS_MAX = 2;

    public byte[] encode() {
        return RlpWriter.encode(this::write);
    }

    public void write(RlpWriter writer) {
        writer.writeList(
                list -> {
                    header.write(list);
                    list.writeList(transactions, (items, transaction) -> transaction.write(items));
                    list.writeList(ommers, (items, ommer) -> ommer.write(items));
                    if (withdrawals != null) {
                        list.writeList(withdrawals, (items, withdrawal) -> withdrawal.write(items));
                    }
                });
    }

    /// Throws [org.assay.primitives.rlp.RlpException] for anything but a block.
    public static Block decode(Bytes encoded) {
        return RlpReader.decode(encoded, Block::read);
    }

    public static Block read(RlpReader reader) {
        RlpReader list = reader.readList();
        Block block =
                new Block(
                        Header.read(list),
                        list.readList(TRANSACTIONS_MAX, Transaction::read),
                        list.readList(OMMERS_MAX, Header::read),
                        list.isEnd()
                                ? null
                                : list.readList(Withdrawal.COUNT_MAX, Withdrawal::read));
        list.requireEnd();
        return block;
    }

    public Block withHeader(Header changed) {
        return new Block(changed, transactions, ommers, withdrawals);
    }
}
