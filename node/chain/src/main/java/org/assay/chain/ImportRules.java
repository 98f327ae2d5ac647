package org.assay.chain;

import java.util.Optional;
import org.assay.chain.BlockExecutor.Execution;
import org.assay.consensus.SealCheck;
import org.assay.consensus.Validators;
import org.assay.consensus.message.QbftHeader;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;

/// Everything that must hold for a block of any Ethereum chain, of any fork: a QBFT chain's
/// commit seals are verified if `sealed`, a proof of work and a beacon chain's signatures are
/// not. Pure but for reads of the state.
public final class ImportRules {
    private final boolean sealed;
    private final Contexts contexts;
    private final Ancestry ancestry;
    private final HeaderRules headers;
    private final OmmerRules ommers;
    private final BlockExecutor executor;

    /// `ancestry` is that of the blocks to be checked. Not `sealed`: headers may be in their
    /// exported form, which has no seals.
    public ImportRules(ChainSpec spec, Ancestry ancestry, boolean sealed) {
        this.sealed = sealed;
        this.contexts = new Contexts(spec, ancestry);
        this.ancestry = ancestry;
        this.headers = new HeaderRules(contexts);
        this.ommers = new OmmerRules(headers);
        this.executor = new BlockExecutor(contexts);
    }

    /// `block` as the child of `parent`, after which the total difficulty is `totalDifficulty`.
    /// `roots` prepares children of the parent's state.
    public Execution check(
            Block block,
            Hash hash,
            ChainHead parent,
            UInt256 totalDifficulty,
            BlockExecutor.RootOf roots) {
        Optional<BlockError> header = headers.check(block.header(), parent);
        if (header.isPresent()) {
            return new Execution.Invalid(header.get(), "header");
        }
        if (contexts.spec().qbft().isPresent()) {
            Optional<String> refusal = sealed ? checkSeals(block, parent) : Optional.empty();
            if (refusal.isPresent()) {
                return new Execution.Invalid(BlockError.INVALID_SEALS, refusal.get());
            }
        } else {
            boolean merged =
                    contexts.spec().forks().merge().holdsAt(block.header(), totalDifficulty);
            if (merged != Contexts.isMerged(block.header())) {
                return new Execution.Invalid(
                        BlockError.INVALID_DIFFICULTY,
                        merged ? "proof of work has ended" : "proof of work has not ended");
            }
            Optional<String> wrongOmmers = ommers.check(block, hash, ancestry);
            if (wrongOmmers.isPresent()) {
                return new Execution.Invalid(BlockError.INVALID_OMMERS, wrongOmmers.get());
            }
        }
        return executor.execute(block, hash, parent.state(), roots);
    }

    private static Optional<String> checkSeals(Block block, ChainHead parent) {
        QbftHeader header = QbftHeader.decode(Bytes.wrap(block.header().encode()));
        return SealCheck.verify(header, Validators.of(parent.nextValidators()))
                        instanceof SealCheck.Result.Refused refused
                ? Optional.of(refused.reason().toString())
                : Optional.empty();
    }
}
