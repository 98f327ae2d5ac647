package org.assay.chain;

import java.math.BigInteger;
import java.util.Optional;
import org.assay.consensus.emission.Audit;
import org.assay.consensus.emission.LedgerRow;
import org.assay.primitives.block.Header;
import org.assay.primitives.state.StateView;

/// The supply after a block by the ledgers, beside the sum of all balances by a walk over every
/// account. The burn address is left out of both.
///
/// @param number the block they hold after
/// @param genesisWei sum of the genesis balances
/// @param ledger minted, burned and recycled as the block's ledger row has them: the block's own
///     burns are in its child's
/// @param supplyWei genesis + minted − burned − recycled, with the block's own burns
/// @param balancesWei sum of all balances
public record SupplyAudit(
        long number,
        BigInteger genesisWei,
        LedgerRow ledger,
        BigInteger supplyWei,
        BigInteger balancesWei) {
    public boolean agrees() {
        return supplyWei.equals(balancesWei);
    }

    /// The audit of block `number`; empty where its state is pruned or not yet there. Belongs to
    /// the node loop, so that the head stands still.
    public static Optional<SupplyAudit> of(Blockchain chain, long number) {
        Optional<StateView> state = chain.stateAt(number);
        if (state.isEmpty() || number < 0 || number > chain.head().number()) {
            return Optional.empty();
        }
        BigInteger[] balances = {BigInteger.ZERO};
        boolean kept =
                chain.world()
                        .forEachAccountAt(
                                number,
                                (address, account) -> {
                                    if (!address.equals(Blockchain.BURN_ADDRESS)) {
                                        balances[0] =
                                                balances[0].add(account.balance().toBigInteger());
                                    }
                                });
        if (!kept) {
            return Optional.empty();
        }
        Header header = chain.headerAt(number).orElseThrow();
        LedgerRow row = chain.contexts().viewsAfter(header, state.get()).ledger();
        var genesis = chain.spec().genesis().supplyWei();
        return Optional.of(
                new SupplyAudit(
                        number,
                        genesis.toBigInteger(),
                        row,
                        Audit.supplyWei(
                                genesis, row, chain.burnedAt(number).orElseThrow().destroyedWei()),
                        balances[0]));
    }
}
