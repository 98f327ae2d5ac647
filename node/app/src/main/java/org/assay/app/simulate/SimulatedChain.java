package org.assay.app.simulate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.consensus.Rules;
import org.assay.consensus.message.ProposedBlock;
import org.assay.consensus.simulation.Ledger;
import org.assay.consensus.simulation.Ledgers;
import org.assay.consensus.simulation.Network;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.crypto.SecretKey;

/// What the nodes of one seed execute: a chain of its own genesis, with clients that send
/// transactions. Owned by the seed's one thread.
final class SimulatedChain implements Ledgers {
    private final ChainSpec spec;
    private final Hash genesisHash;
    private final Clients clients = new Clients();

    /// By encoding. A transaction is immutable, and so is what its signature proves: every node
    /// would compute the same sender.
    private final Map<Bytes, Transaction> transactions = new HashMap<>();

    private SimulatedChain(ChainSpec spec) {
        this.spec = spec;
        genesisHash = ChainLedger.hash(Blockchain.genesisBlock(spec));
    }

    static Ledgers of(Network network) {
        return new SimulatedChain(SimulatedGenesis.of(network));
    }

    /// An Assay chain, with prologue and emission, where the validators stand still and follow
    /// Assay's rules; else as [#of].
    static Ledgers ofAssay(Network network) {
        boolean can = !network.changingSet() && network.rules().equals(Rules.ASSAY);
        return can ? new SimulatedChain(SimulatedGenesis.ofAssay(network)) : of(network);
    }

    ChainSpec spec() {
        return spec;
    }

    @Override
    public Hash genesisHash() {
        return genesisHash;
    }

    @Override
    public Ledger open(SecretKey key) {
        return new ChainLedger(this, key);
    }

    @Override
    public Optional<Bytes> transaction(RandomGenerator random) {
        return Optional.of(clients.next(random).encoded());
    }

    Transaction transaction(Bytes encoded) {
        return transactions.computeIfAbsent(encoded, Transaction::decode);
    }

    private Transaction shared(Transaction transaction) {
        Transaction known = transactions.putIfAbsent(transaction.encoded(), transaction);
        return known == null ? transaction : known;
    }

    /// Throws [org.assay.primitives.rlp.RlpException] for anything but a block.
    Block block(ProposedBlock proposed) {
        Block block = Block.decode(proposed.encode());
        return new Block(
                block.header(),
                block.transactions().stream().map(this::shared).toList(),
                block.ommers(),
                block.withdrawals());
    }

    @Override
    public Optional<String> audit(List<Ledger> honest) {
        return new ChainAudit(spec)
                .findWrong(honest.stream().map(ChainLedger.class::cast).toList());
    }
}
