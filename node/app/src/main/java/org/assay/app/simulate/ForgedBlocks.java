package org.assay.app.simulate;

import java.util.ArrayList;
import java.util.List;
import org.assay.chain.BlockExecutor;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.Withdrawal;

/// Blocks of a Byzantine proposer: well formed, but not what their execution says.
final class ForgedBlocks {
    private ForgedBlocks() {}

    /// What a proposer may try, by the last bits of a draft's content.
    enum Kind {
        STATE_ROOT,
        /// Every root is right, but there are coins for the proposer.
        MINT,
        GAS,
        /// A transaction that cannot be in the block.
        TRANSACTION;

        static Kind of(long content) {
            return values()[(int) (content & 3)];
        }
    }

    /// `withdrawals` and a coin for `proposer`.
    static List<Withdrawal> withMint(List<Withdrawal> withdrawals, Address proposer) {
        List<Withdrawal> more = new ArrayList<>(withdrawals);
        more.add(new Withdrawal(more.size(), 0, proposer, 1_000_000_000));
        return List.copyOf(more);
    }

    /// `block`, which has its mint already, with the other things wrong.
    static Block of(Block block, long content) {
        Header header = block.header();
        List<Transaction> transactions = block.transactions();
        return switch (Kind.of(content)) {
            case STATE_ROOT -> assemble(block, new Hash(content, 1, 2, 3), 0, transactions);
            case MINT -> block;
            case GAS -> assemble(block, header.stateRoot(), 1, transactions);
            case TRANSACTION -> {
                List<Transaction> more = new ArrayList<>(transactions);
                more.add(Clients.impossible(content));
                yield assemble(block, header.stateRoot(), 0, more);
            }
        };
    }

    private static Block assemble(
            Block block, Hash stateRoot, long moreGas, List<Transaction> transactions) {
        Header header = block.header();
        Header changed =
                new Header(
                        header.parentHash(),
                        header.ommersHash(),
                        header.coinbase(),
                        stateRoot,
                        BlockExecutor.transactionsRoot(transactions),
                        header.receiptsRoot(),
                        header.logsBloom(),
                        header.difficulty(),
                        header.number(),
                        header.gasLimit(),
                        header.gasUsed() + moreGas,
                        header.timestamp(),
                        header.extraData(),
                        header.mixHash(),
                        header.nonce(),
                        header.baseFeePerGas(),
                        header.withdrawalsRoot(),
                        header.blobGasUsed(),
                        header.excessBlobGas(),
                        header.parentBeaconBlockRoot(),
                        header.requestsHash());
        return new Block(changed, transactions, block.ommers(), block.withdrawals());
    }
}
