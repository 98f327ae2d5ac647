package org.assay.verifier.prover;

import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.JobFacts;
import org.assay.verifier.MatmulModel;
import org.assay.verifier.Merkle;
import org.assay.verifier.MlpModel;
import org.assay.verifier.Model;
import org.assay.verifier.TransformerModel;

/// The trace that an honest provider would have committed, leaf by leaf, computed from input and
/// weights by the reference executor: every product whole, nothing projected. Its layout is the
/// committed one, so that an index names the same leaf in both. Owned by one thread.
public sealed interface HonestTrace permits HonestMatmul, HonestMlp, HonestTransformer {
    /// What it is computed from. `rows`: the commit's; `sidecar`: the opened one, which holds a
    /// decoder's lengths and prompts and a plain product's factors; `inputs`: needed for
    /// `mlp-int8` only.
    record Source(
            Model model, JobFacts job, int rows, Bytes sidecar, Bytes inputs, Hash assignmentMix) {}

    /// What stands in [#tree] where no honest leaf has that place, such as a token after the
    /// honest end: no hash that anyone can commit to.
    Hash NO_LEAF = new Hash(-1, -1, -1, -1);

    /// Empty where the inputs are missing, or not those under the job's inputRoot.
    static Optional<HonestTrace> of(Source source) {
        return switch (source.model) {
            case MatmulModel model -> HonestMatmul.of(source, model).map(trace -> trace);
            case MlpModel model -> HonestMlp.of(source, model).map(trace -> trace);
            case TransformerModel model -> HonestTransformer.of(source, model).map(trace -> trace);
        };
    }

    int leafCount();

    /// The hash of the leaf at `index` ≥ 0; zero for padding, [#NO_LEAF] where an honest trace
    /// has none. Computes only what the leaf follows from.
    Hash leaf(int index);

    /// The place of the leaf at `index`, for people.
    String nameOf(int index);

    default int depth() {
        return Integer.numberOfTrailingZeros(Merkle.width(leafCount()));
    }

    /// The whole tree.
    default Merkle tree() {
        byte[] hashes = new byte[Math.multiplyExact(leafCount(), Hash.SIZE)];
        for (int i = 0; i < leafCount(); i++) {
            leaf(i).writeTo(hashes, i * Hash.SIZE);
        }
        return Merkle.of(hashes, leafCount());
    }
}
