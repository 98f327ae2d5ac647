package org.assay.consensus.simulation;

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

/// A simulated node's disk and what lives on it: the chain, whatever state its blocks make, the
/// transactions that wait, and what its validator remembers of what it has signed. Owned by the
/// seed's one thread.
public interface Ledger {
    /// 0 at genesis.
    long headNumber();

    Hash headHash();

    Address headCoinbase();

    long headTimestampSeconds();

    /// The validators of the height after the head.
    Validators nextValidators();

    /// As stored, with its seals; `number` from 1 to the head.
    ProposedBlock blockAt(long number);

    /// What a proposer wants. `content` makes blocks of one height differ; one that is not
    /// `valid` must be refused by everyone who executes it.
    record Draft(
            long height,
            Hash parent,
            Address coinbase,
            long timestampSeconds,
            long content,
            boolean valid) {}

    /// A block, empty where `parent` is not the head here.
    Optional<ProposedBlock> build(Draft draft);

    /// What a voter for the height after the head finds. `clockMillis` by the voter's clock.
    Verdict check(ProposedBlock block, long clockMillis);

    /// Whether a block that a quorum has sealed executes on the head.
    boolean accepts(ProposedBlock sealed);

    /// Makes `sealed` the head. Where not `synced`, a crash may take it back. Throws
    /// [IllegalStateException] for a block that does not execute here.
    void append(ProposedBlock sealed, boolean synced);

    /// Survives every crash from here on, and so does all that was written before.
    void keep(Watermark watermark);

    /// As [#keep(Watermark)].
    void keep(Lock lock);

    Optional<Watermark> watermark();

    Optional<Lock> lock();

    /// A client's transaction, in its network form.
    void offer(Bytes transaction);

    /// Whether there is something to put into a block.
    boolean hasWork(RandomGenerator random);

    /// The process is gone, with what it had not synced; the next one finds the rest.
    void crash(RandomGenerator random);
}
