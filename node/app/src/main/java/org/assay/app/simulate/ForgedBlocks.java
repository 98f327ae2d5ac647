package org.assay.app.simulate;

import java.util.ArrayList;
import java.util.List;
import org.assay.chain.BlockExecutor;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Header;
import org.assay.primitives.block.Transaction;

/// Blocks of a Byzantine proposer: well formed, but not what their execution says.
final class ForgedBlocks {
    private ForgedBlocks() {}

    /// `block` with another state root, another transactions root, other gas, or a transaction
    /// that cannot be in it, as the last bits of `content` choose.
    static Block of(Block block, long content) {
        Header header = block.header();
        Hash any = new Hash(content, 1, 2, 3);
        return switch ((int) (content & 3)) {
            case 0 -> block.withHeader(with(header, any, header.transactionsRoot(), 0));
            case 1 -> block.withHeader(with(header, header.stateRoot(), any, 0));
            case 2 ->
                    block.withHeader(
                            with(header, header.stateRoot(), header.transactionsRoot(), 1));
            default -> {
                List<Transaction> transactions = new ArrayList<>(block.transactions());
                transactions.add(Clients.impossible(content));
                Hash root = BlockExecutor.transactionsRoot(transactions);
                yield new Block(
                        with(header, header.stateRoot(), root, 0),
                        transactions,
                        block.ommers(),
                        block.withdrawals());
            }
        };
    }

    private static Header with(Header header, Hash stateRoot, Hash transactionsRoot, long moreGas) {
        return new Header(
                header.parentHash(),
                header.ommersHash(),
                header.coinbase(),
                stateRoot,
                transactionsRoot,
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
    }
}
