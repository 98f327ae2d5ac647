/// This chain's rules: what a genesis file says, how a block is built, executed, checked and
/// kept.
///
/// The walk of a transaction: [org.assay.chain.pool.TransactionPool] → [BlockBuilder] →
/// consensus → [ProposalRules] at each voter → [Blockchain#append].
@NullMarked
package org.assay.chain;

import org.jspecify.annotations.NullMarked;
