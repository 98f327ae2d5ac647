package org.assay.chain;

import java.util.Optional;
import java.util.function.Function;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Block;

/// Everything that must hold before this node votes for a block, or takes one that others have
/// sealed: cheap checks first, execution last.
public final class ProposalRules {
    /// A proposal's timestamp may be this far ahead of the voter's clock, in seconds.
    public static final long FUTURE_SECONDS_MAX = 1;

    private final Blockchain chain;
    private final HeaderRules headers;
    private final Optional<PrologueRules> prologues;
    private final BlockExecutor executor;

    public ProposalRules(
            Blockchain chain,
            HeaderRules headers,
            Optional<PrologueRules> prologues,
            BlockExecutor executor) {
        this.chain = chain;
        this.headers = headers;
        this.prologues = prologues;
        this.executor = executor;
    }

    /// For a voter: `nowSeconds` by its clock, `mine` its own verdicts.
    public BlockExecutor.Execution checkProposal(
            Block block, ChainHead parent, VerdictSource mine, long nowSeconds) {
        if (block.header().timestamp() > nowSeconds + FUTURE_SECONDS_MAX) {
            return new BlockExecutor.Execution.Invalid(
                    BlockError.TIMESTAMP_IN_THE_FUTURE, "now is " + nowSeconds);
        }
        return check(block, parent, rules -> rules.checkProposal(block, parent, mine));
    }

    /// For a block that a quorum has sealed; the caller has checked the seals.
    public BlockExecutor.Execution checkCommitted(Block block, ChainHead parent) {
        // What the checkpoint's own block burned is known only to who has executed it, so that the
        // withdrawals after it cannot be computed. Its child is taken as the checkpoint is: sealed
        // by a quorum, and executed to the stated roots.
        boolean followsCheckpoint =
                chain.checkpoint()
                        .map(checkpoint -> checkpoint.number() == parent.number())
                        .orElse(false);
        return check(
                block,
                parent,
                rules ->
                        followsCheckpoint ? Optional.empty() : rules.checkCommitted(block, parent));
    }

    private BlockExecutor.Execution check(
            Block block,
            ChainHead parent,
            Function<PrologueRules, Optional<PrologueRules.Broken>> checkPrologue) {
        Optional<BlockError> header = headers.check(block.header(), parent);
        if (header.isPresent()) {
            return new BlockExecutor.Execution.Invalid(header.get(), "header");
        }
        Optional<PrologueRules.Broken> prologue = prologues.flatMap(checkPrologue);
        if (prologue.isPresent()) {
            return new BlockExecutor.Execution.Invalid(
                    prologue.get().reason(), prologue.get().detail());
        }
        Hash hash = chain.hashing().hashOf(block.header());
        BlockExecutor.Execution execution =
                executor.execute(block, hash, parent.state(), chain.world()::prepare);
        if (execution instanceof BlockExecutor.Execution.Executed(ExecutedBlock executed)
                && prologues.isPresent()
                && !executed.outcome().receipts().getFirst().success()) {
            return new BlockExecutor.Execution.Invalid(
                    BlockError.PROLOGUE_FAILED, "transaction 0 reverted");
        }
        return execution;
    }
}
