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
/// commit seals are verified, a proof of work and a beacon chain's signatures are not. Pure but
/// for reads of the state.
public final class ImportRules {
    private final Contexts contexts;
    private final Ancestry ancestry;
    private final HeaderRules headers;
    private final OmmerRules ommers;
    private final BlockExecutor executor;

    /// `ancestry` is that of the blocks to be checked.
    public ImportRules(ChainSpec spec, Ancestry ancestry) {
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
            QbftHeader sealed = QbftHeader.decode(Bytes.wrap(block.header().encode()));
            if (SealCheck.verify(sealed, Validators.of(parent.nextValidators()))
                    instanceof SealCheck.Result.Refused refused) {
                return new Execution.Invalid(BlockError.INVALID_SEALS, refused.reason().toString());
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
}
