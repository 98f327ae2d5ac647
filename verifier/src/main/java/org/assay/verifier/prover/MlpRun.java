package org.assay.verifier.prover;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.CellId;
import org.assay.verifier.Challenge;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.Merkle;
import org.assay.verifier.MlpInt8;
import org.assay.verifier.MlpModel;
import org.assay.verifier.MlpTrace;
import org.assay.verifier.Open;
import org.assay.verifier.Planes;
import org.assay.verifier.ProofRules;

/// A run of `mlp-int8`.
final class MlpRun implements ProverRun {
    private final MlpModel model;
    private final MlpTrace trace;
    private final ProofRules rules;
    private final Bytes inputs;
    private final MlpExecution execution;
    private final Merkle tree;
    private final Merkle inputTree;
    private final Commit commit;
    private final boolean[] forged;
    private final Optional<ForgedProduct> forgedProduct;

    /// A false y = x·W of one row and hidden layer, which a forger with knowledge of r opens. For
    /// tests.
    record ForgedProduct(int row, int layer, List<Integer> y) {
        private int[] product() {
            return y.stream().mapToInt(value -> value).toArray();
        }
    }

    private MlpRun(
            Work work,
            MlpModel model,
            MlpExecution execution,
            boolean[] forged,
            Optional<ForgedProduct> forgedProduct,
            SecretKey key) {
        this.model = model;
        this.trace = new MlpTrace(model.template(), execution.rows());
        this.rules = work.rules();
        this.inputs = work.inputs();
        this.execution = execution;
        this.forged = forged;
        this.forgedProduct = forgedProduct;
        this.tree = traceTree(work.job());
        this.inputTree = Leaf.inputTree(inputs, model.template().inputs(0));
        this.commit = facts(work.job()).sign(key);
    }

    static MlpRun run(Work work, MlpModel model, SecretKey key, Fault fault) {
        JobFacts job = work.job();
        if (job.rows() < 1
                || work.inputs().size() != (long) job.rows() * model.template().inputs(0)) {
            throw new IllegalArgumentException(
                    work.inputs().size() + " input bytes for " + job.rows() + " rows");
        }
        MlpExecution execution = MlpExecution.run(model, work.inputs(), work.product());
        boolean[] faked = fault.rows(execution.rows());
        fake(model.template(), execution, faked, fault);
        boolean forging = fault.kind() == Fault.Kind.FORGED;
        boolean[] forged = forging ? faked : new boolean[faked.length];
        return new MlpRun(work, model, execution, forged, Optional.empty(), key);
    }

    /// A run that is honest but for one product and everything that follows from it. For tests.
    static MlpRun forge(Work work, MlpModel model, SecretKey key, ForgedProduct product) {
        MlpExecution execution = MlpExecution.run(model, work.inputs(), work.product());
        execution.follow(product.row, product.layer, product.product());
        boolean[] none = new boolean[execution.rows()];
        return new MlpRun(work, model, execution, none, Optional.of(product), key);
    }

    private static void fake(
            MlpInt8 template, MlpExecution execution, boolean[] faked, Fault fault) {
        RandomGenerator random = fault.random();
        for (int row = 0; row < faked.length; row++) {
            if (!faked[row]) {
                continue;
            }
            if (fault.kind() == Fault.Kind.WRONG_ANSWER) {
                int outputs = template.outputs(template.layers() - 1);
                execution.answers()[row] = (byte) ((execution.answers()[row] + 1) % outputs);
                continue;
            }
            for (int layer = 1; layer < template.layers(); layer++) {
                int width = template.inputs(layer);
                for (int i = 0; i < width; i++) {
                    execution.x(layer)[row * width + i] = (byte) random.nextInt(128);
                }
            }
        }
    }

    private Merkle traceTree(JobFacts job) {
        MlpInt8 template = model.template();
        Leaf leaf = Leaf.of(job);
        byte[] hashes = new byte[Math.multiplyExact(trace.leafCount(), Hash.SIZE)];
        for (int row = 0; row < execution.rows(); row++) {
            leaf.later(
                    MlpTrace.answerPlace(row),
                    execution.answers(),
                    row,
                    1,
                    hashes,
                    trace.answerLeaf(row));
            for (int layer = 1; layer < template.layers(); layer++) {
                int width = template.inputs(layer);
                leaf.later(
                        MlpTrace.hiddenPlace(row, layer),
                        execution.x(layer),
                        row * width,
                        width,
                        hashes,
                        trace.hiddenLeaf(row, layer));
            }
        }
        leaf.finish();
        return Merkle.of(hashes, trace.leafCount());
    }

    private Commit.Facts facts(JobFacts job) {
        long macs = Math.multiplyExact(model.template().macsPerRow(), (long) job.rows());
        return new Commit.Facts(
                model.template().kind(),
                job.chainId(),
                job.provider(),
                job.jobId(),
                job.templateId(),
                inputTree.root(),
                Sha256.hash(execution.answers()),
                tree.root(),
                job.rows(),
                job.rows(),
                rules.workUnits(macs),
                job.expiry());
    }

    /// The same trace under other facts: what a lying provider can sign. For tests.
    MlpRun claiming(Commit.Facts claimed, SecretKey key) {
        return new MlpRun(this, claimed.sign(key));
    }

    private MlpRun(MlpRun run, Commit commit) {
        this.model = run.model;
        this.trace = run.trace;
        this.rules = run.rules;
        this.inputs = run.inputs;
        this.execution = run.execution;
        this.tree = run.tree;
        this.inputTree = run.inputTree;
        this.commit = commit;
        this.forged = run.forged;
        this.forgedProduct = run.forgedProduct;
    }

    @Override
    public Commit commit() {
        return commit;
    }

    @Override
    public Merkle trace() {
        return tree;
    }

    @Override
    public Bytes answers() {
        return Bytes.of(execution.answers());
    }

    /// The cells that mix(h1+3) draws from this commit.
    List<CellId> cells(Hash cellMix) {
        return trace.cells(Challenge.cellWords(cellMix, commit.commitId()), rules.cells());
    }

    @Override
    public Opened open(Hash cellMix, SecretKey key) {
        List<CellId> cells = cells(cellMix);
        byte[] sidecar = new byte[Math.toIntExact(trace.sidecarSize(cells))];
        System.arraycopy(execution.answers(), 0, sidecar, 0, trace.rows());
        byte[] proof = tree.multiproof(trace.answerLeaves());
        System.arraycopy(proof, 0, sidecar, trace.rows(), proof.length);
        int at = trace.headSize();
        for (CellId cell : cells) {
            at = write(cell, sidecar, at);
        }
        Bytes bytes = Bytes.wrap(sidecar);
        Open open =
                Open.sign(
                        commit.commitId(),
                        cells.size(),
                        bytes.size(),
                        Leaf.sidecarRoot(bytes),
                        key);
        return new Opened(open, bytes);
    }

    private int write(CellId cell, byte[] to, int at) {
        MlpInt8 template = model.template();
        int row = cell.seq();
        int layer = cell.layer();
        int inputWidth = template.inputs(layer);
        cell.write(trace.size(cell), to, at);
        int body = at + CellId.FRAME_SIZE;
        byte[] x = layer == 0 ? inputs.unsafeArray() : execution.x(layer);
        System.arraycopy(x, row * inputWidth, to, body, inputWidth);
        int[] y =
                forgedProduct
                        .filter(product -> product.row == row && product.layer == layer)
                        .map(ForgedProduct::product)
                        .orElseGet(() -> execution.product(row, layer));
        int result = body + trace.resultAt(cell);
        if (layer == template.layers() - 1) {
            to[result] = execution.answers()[row];
        } else {
            int width = template.outputs(layer);
            System.arraycopy(execution.x(layer + 1), row * width, to, result, width);
            bend(row, layer, y);
        }
        Planes.write(y, template.planes(layer), to, body + trace.planesAt(cell));
        int end = body + trace.bodySize(cell);
        byte[] proof = tree.multiproof(trace.leaves(cell));
        System.arraycopy(proof, 0, to, end, proof.length);
        end += proof.length;
        if (layer == 0) {
            byte[] path = inputTree.multiproof(new int[] {row});
            System.arraycopy(path, 0, to, end, path.length);
            end += path.length;
        }
        return end;
    }

    /// A forger's y: values that requantise to the activations it committed to.
    private void bend(int row, int layer, int[] y) {
        if (!forged[row]) {
            return;
        }
        var requant = model.template().requants().get(layer);
        byte[] x = execution.x(layer + 1);
        for (int j = 0; j < y.length; j++) {
            long wanted = x[row * y.length + j];
            long z =
                    ((wanted << requant.shift()) + requant.multiplier() / 2) / requant.multiplier();
            y[j] = (int) Math.clamp(z - model.bias(layer, j), -(1 << 22), 1 << 22);
        }
    }
}
