package org.assay.verifier.prover;

import java.util.Optional;
import org.assay.primitives.Hash;
import org.assay.verifier.Challenge;
import org.assay.verifier.Leaf;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.TransformerLengths;
import org.assay.verifier.TransformerModel;
import org.assay.verifier.TransformerTokens;
import org.assay.verifier.TransformerTrace;

/// A `transformer-int8`: a leaf follows from its sequence's prompt. Committed lengths give the
/// layout; what they should have been is computed, like every token after the prompt.
final class HonestTransformer implements HonestTrace {
    private final Source source;
    private final TransformerModel model;
    private final TransformerTrace trace;
    private final int[][] prompts;
    private final Leaf leaf;
    private TransformerExecution ran;

    private HonestTransformer(
            Source source, TransformerModel model, TransformerTrace trace, int[][] prompts) {
        this.source = source;
        this.model = model;
        this.trace = trace;
        this.prompts = prompts;
        this.leaf = Leaf.of(source.job());
        this.ran = execute(0);
    }

    static Optional<HonestTransformer> of(Source source, TransformerModel model) {
        int seqs = source.job().seqs();
        Optional<TransformerLengths> lengths =
                TransformerLengths.read(source.sidecar(), model.shape(), seqs, source.rows());
        if (lengths.isEmpty()) {
            return Optional.empty();
        }
        TransformerTrace trace = lengths.get().trace(model.shape());
        if (trace.leafCount() > TransformerTrace.LEAVES_MAX
                || source.sidecar().size() < trace.lengthsBytes() + 4L * trace.rows()) {
            return Optional.empty();
        }
        int at = trace.lengthsBytes();
        byte[] tokens = source.sidecar().slice(at, at + 4 * trace.rows()).unsafeArray();
        if (!TransformerTokens.inputRoot(trace, tokens).equals(source.job().inputRoot())) {
            return Optional.empty();
        }
        int[][] prompts = new int[seqs][];
        int first = 0;
        for (int seq = 0; seq < seqs; seq++) {
            prompts[seq] = new int[trace.prompt(seq)];
            for (int i = 0; i < prompts[seq].length; i++) {
                prompts[seq][i] = LittleEndian.getInt(tokens, 4 * (first + i));
                if (prompts[seq][i] < 0 || prompts[seq][i] >= model.shape().vocabulary()) {
                    return Optional.empty();
                }
            }
            first += trace.length(seq);
        }
        return Optional.of(new HonestTransformer(source, model, trace, prompts));
    }

    private TransformerExecution run(int seq) {
        if (ran.seq != seq) {
            ran = execute(seq);
        }
        return ran;
    }

    private TransformerExecution execute(int seq) {
        Hash seed = Challenge.jobSeed(source.job().jobId(), source.assignmentMix());
        int wanted = prompts[seq].length + source.job().maxNew();
        int capacity = Math.min(model.shape().contextMax(), wanted);
        TransformerExecution sequence =
                new TransformerExecution(model, seq, prompts[seq], capacity);
        sequence.run(seed);
        return sequence;
    }

    @Override
    public int leafCount() {
        return Math.toIntExact(trace.leafCount());
    }

    @Override
    public Hash leaf(int index) {
        if (index >= leafCount()) {
            return Hash.ZERO;
        }
        Leaf.Place place = trace.placeOf(index);
        byte[] hash = new byte[Hash.SIZE];
        if (place.type() == Leaf.LENGTHS) {
            byte[] lengths = honestLengths();
            leaf.hash(place, lengths, 0, lengths.length, hash, 0);
            return Hash.of(hash);
        }
        TransformerExecution sequence = run(place.seq());
        if (place.pos() >= sequence.length) {
            return NO_LEAF;
        }
        int pos = place.pos();
        switch (place.type()) {
            case Leaf.TOKEN -> {
                byte[] token = new byte[4];
                LittleEndian.putInt(token, 0, sequence.tokens[pos]);
                leaf.hash(place, token, 0, 4, hash, 0);
            }
            case Leaf.RESIDUAL -> {
                short[] x = sequence.residual(place.layer(), pos);
                byte[] bytes = new byte[2 * x.length];
                for (int j = 0; j < x.length; j++) {
                    LittleEndian.putShort(bytes, 2 * j, x[j]);
                }
                leaf.hash(place, bytes, 0, bytes.length, hash, 0);
            }
            case Leaf.ATTENTION -> {
                int width = model.shape().attentionWidth();
                leaf.hash(place, sequence.attention[place.layer()], pos * width, width, hash, 0);
            }
            default -> {
                int head = place.layer() * model.shape().kvHeads() + place.sub();
                int size = trace.keyValueBytes();
                int at = pos / TransformerTrace.KV_POSITIONS * size;
                leaf.hash(place, sequence.keyValues[head], at, size, hash, 0);
            }
        }
        return Hash.of(hash);
    }

    private byte[] honestLengths() {
        int[] own = new int[prompts.length];
        int[] lengths = new int[prompts.length];
        for (int seq = 0; seq < prompts.length; seq++) {
            own[seq] = prompts[seq].length;
            lengths[seq] = run(seq).length;
        }
        return TransformerLengths.of(own, lengths).encoded().toArray();
    }

    @Override
    public String nameOf(int index) {
        return index < leafCount() ? trace.placeOf(index).toString() : "padding";
    }
}
