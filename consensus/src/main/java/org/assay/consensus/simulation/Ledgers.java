package org.assay.consensus.simulation;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;

/// What the nodes of one seed store and execute.
public interface Ledgers {
    Hash genesisHash();

    /// The disk of the node that has `key`, with genesis on it.
    Ledger open(SecretKey key);

    /// What a client sends to all nodes next; empty where blocks carry no transactions.
    Optional<Bytes> transaction(RandomGenerator random);

    /// At the end, over the ledgers of honest nodes: the first thing that a re-execution of the
    /// chain from genesis finds wrong.
    Optional<String> audit(List<Ledger> honest);
}
