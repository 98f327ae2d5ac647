package org.assay.consensus.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.consensus.Lock;
import org.assay.consensus.Validators;
import org.assay.consensus.Verdict;
import org.assay.consensus.Watermark;
import org.assay.consensus.message.ProposedBlock;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// Blocks of nonsense ([SimulatedBlocks]) on a disk that syncs every write: consensus alone.
final class PlainLedger implements Ledger {
    private final Network network;
    private final List<ProposedBlock> chain = new ArrayList<>();
    private @Nullable Watermark watermark;
    private @Nullable Lock lock;

    private PlainLedger(Network network) {
        this.network = network;
    }

    /// Ledgers of a network whose blocks carry no transactions.
    static Ledgers of(Network network) {
        return new Ledgers() {
            @Override
            public Hash genesisHash() {
                return Hash.ZERO;
            }

            @Override
            public Ledger open(SecretKey key) {
                return new PlainLedger(network);
            }

            @Override
            public Optional<Bytes> transaction(RandomGenerator random) {
                return Optional.empty();
            }

            @Override
            public Optional<String> audit(List<Ledger> honest) {
                return Optional.empty();
            }
        };
    }

    @Override
    public long headNumber() {
        return chain.size();
    }

    @Override
    public Hash headHash() {
        return chain.isEmpty() ? Hash.ZERO : chain.getLast().hash();
    }

    @Override
    public Address headCoinbase() {
        return chain.isEmpty() ? Address.ZERO : chain.getLast().coinbase();
    }

    @Override
    public long headTimestampSeconds() {
        return chain.isEmpty() ? network.genesisSeconds() : chain.getLast().header().timestamp();
    }

    @Override
    public Validators nextValidators() {
        return network.validatorsAt(headNumber() + 1);
    }

    @Override
    public ProposedBlock blockAt(long number) {
        return chain.get((int) number - 1);
    }

    @Override
    public Optional<ProposedBlock> build(Draft draft) {
        return Optional.of(SimulatedBlocks.block(draft));
    }

    @Override
    public Verdict check(ProposedBlock block, long clockMillis) {
        return accepts(block) ? Verdict.VALID : new Verdict.Invalid("simulated");
    }

    @Override
    public boolean accepts(ProposedBlock sealed) {
        return SimulatedBlocks.isValid(sealed, headHash());
    }

    @Override
    public void append(ProposedBlock sealed, boolean synced) {
        chain.add(sealed);
    }

    @Override
    public void keep(Watermark kept) {
        watermark = kept;
    }

    @Override
    public void keep(Lock kept) {
        lock = kept;
    }

    @Override
    public Optional<Watermark> watermark() {
        return Optional.ofNullable(watermark);
    }

    @Override
    public Optional<Lock> lock() {
        return Optional.ofNullable(lock);
    }

    @Override
    public void offer(Bytes transaction) {}

    @Override
    public boolean hasWork(RandomGenerator random) {
        return random.nextInt(3) == 0;
    }

    @Override
    public void crash(RandomGenerator random) {}
}
