package org.assay.verifier.prover;

import java.util.Optional;
import org.assay.primitives.Hash;
import org.assay.verifier.Leaf;
import org.assay.verifier.MlpModel;
import org.assay.verifier.MlpTrace;

/// An `mlp-int8` row by row: a leaf follows from its row's input alone.
final class HonestMlp implements HonestTrace {
    private final Source source;
    private final MlpModel model;
    private final MlpTrace trace;
    private final Leaf leaf;
    private int ranRow;
    private MlpExecution ran;

    private HonestMlp(Source source, MlpModel model) {
        this.source = source;
        this.model = model;
        this.trace = new MlpTrace(model.template(), source.rows());
        this.leaf = Leaf.of(source.job());
        this.ran = execute(0);
    }

    static Optional<HonestMlp> of(Source source, MlpModel model) {
        int width = model.template().inputs(0);
        boolean whole =
                source.rows() >= 1 && source.inputs().size() == (long) source.rows() * width;
        return whole
                        && Leaf.inputTree(source.inputs(), width)
                                .root()
                                .equals(source.job().inputRoot())
                ? Optional.of(new HonestMlp(source, model))
                : Optional.empty();
    }

    private MlpExecution run(int row) {
        if (row != ranRow) {
            ran = execute(row);
            ranRow = row;
        }
        return ran;
    }

    private MlpExecution execute(int row) {
        int width = model.template().inputs(0);
        return MlpExecution.run(model, source.inputs().slice(row * width, (row + 1) * width));
    }

    @Override
    public int leafCount() {
        return trace.leafCount();
    }

    private int row(int index) {
        int hidden = model.template().layers() - 1;
        return index < trace.rows() ? index : (index - trace.rows()) / hidden;
    }

    private int layer(int index) {
        return (index - trace.rows()) % (model.template().layers() - 1) + 1;
    }

    @Override
    public Hash leaf(int index) {
        if (index >= leafCount()) {
            return Hash.ZERO;
        }
        byte[] hash = new byte[Hash.SIZE];
        MlpExecution rowRan = run(row(index));
        if (index < trace.rows()) {
            leaf.hash(MlpTrace.answerPlace(index), rowRan.answers(), 0, 1, hash, 0);
        } else {
            byte[] x = rowRan.x(layer(index));
            leaf.hash(MlpTrace.hiddenPlace(row(index), layer(index)), x, 0, x.length, hash, 0);
        }
        return Hash.of(hash);
    }

    @Override
    public String nameOf(int index) {
        if (index >= leafCount()) {
            return "padding";
        }
        return index < trace.rows()
                ? "answer of row " + index
                : "x of row " + row(index) + ", layer " + layer(index);
    }
}
