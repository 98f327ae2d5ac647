package org.assay.verifier.prover;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.MatmulInt8;
import org.assay.verifier.MatmulModel;
import org.assay.verifier.Merkle;
import org.assay.verifier.Open;
import org.assay.verifier.Planes;

/// A run of `matmul-int8`: inputs are A ‖ B, answers C as i32 row by row.
final class MatmulRun implements ProverRun {
    private final JobFacts job;
    private final Commit commit;
    private final Bytes answers;
    private final Bytes sidecar;

    private MatmulRun(JobFacts job, Commit commit, Bytes answers, Bytes sidecar) {
        this.job = job;
        this.commit = commit;
        this.answers = answers;
        this.sidecar = sidecar;
    }

    static MatmulRun run(Work work, MatmulModel model, SecretKey key, Fault fault) {
        MatmulInt8 template = model.template();
        JobFacts job = work.job();
        int rows = job.rows();
        long size = template.sidecarBytes(rows);
        if (rows < 1
                || work.inputs().size() != template.inputBytes(rows)
                || size > work.rules().sidecarBytesMax()) {
            throw new IllegalArgumentException(
                    work.inputs().size() + " input bytes for " + rows + " rows");
        }
        byte[] sidecar = new byte[(int) size];
        byte[] inputs = work.inputs().unsafeArray();
        System.arraycopy(inputs, 0, sidecar, 0, inputs.length);
        byte[] answers = new byte[4 * rows * template.outputs()];
        boolean[] faked = fault.rows(rows);
        RandomGenerator random = fault.random();
        int[] all = products(work, template);
        for (int row = 0; row < rows; row++) {
            int[] c =
                    Arrays.copyOfRange(
                            all, row * template.outputs(), (row + 1) * template.outputs());
            if (faked[row]) {
                c[random.nextInt(c.length)] ^= 1 << random.nextInt(6);
            }
            int n = template.outputs();
            Planes.write(
                    c, template.planes(), sidecar, inputs.length + row * n * template.planes());
            for (int j = 0; j < n; j++) {
                LittleEndian.putInt(answers, 4 * (row * n + j), c[j]);
            }
        }
        Commit.Facts facts =
                new Commit.Facts(
                        template.kind(),
                        job.chainId(),
                        job.provider(),
                        job.jobId(),
                        job.templateId(),
                        Leaf.inputRoot(work.inputs()),
                        Sha256.hash(answers),
                        MatmulModel.traceTree(job, sidecar).root(),
                        rows,
                        rows,
                        work.rules()
                                .workUnits(Math.multiplyExact(template.macsPerRow(), (long) rows)),
                        job.expiry());
        return new MatmulRun(job, facts.sign(key), Bytes.wrap(answers), Bytes.wrap(sidecar));
    }

    static Bytes execute(Work work, MatmulInt8 template) {
        int[] all = products(work, template);
        byte[] answers = new byte[4 * all.length];
        for (int i = 0; i < all.length; i++) {
            LittleEndian.putInt(answers, 4 * i, all[i]);
        }
        return Bytes.wrap(answers);
    }

    /// C, row by row.
    private static int[] products(Work work, MatmulInt8 template) {
        int rows = work.job().rows();
        int k = template.inputs();
        byte[] inputs = work.inputs().unsafeArray();
        byte[] b = Arrays.copyOfRange(inputs, rows * k, inputs.length);
        int[] c = new int[rows * template.outputs()];
        work.product().multiply(inputs, 0, rows, k, b, c);
        return c;
    }

    /// One row of C; `inputs` is A ‖ B with `rows` rows of A.
    static int[] product(MatmulInt8 template, byte[] inputs, int row, int rows) {
        int k = template.inputs();
        int n = template.outputs();
        int[] c = new int[n];
        int b = rows * k;
        for (int i = 0; i < k; i++) {
            int factor = inputs[row * k + i];
            int at = b + i * n;
            for (int j = 0; j < n; j++) {
                c[j] += factor * inputs[at + j];
            }
        }
        return c;
    }

    @Override
    public Commit commit() {
        return commit;
    }

    @Override
    public Merkle trace() {
        return MatmulModel.traceTree(job, sidecar.unsafeArray());
    }

    @Override
    public Bytes answers() {
        return answers;
    }

    /// One cell: everything. No beacon chooses anything here.
    @Override
    public Opened open(Hash cellMix, SecretKey key) {
        Open open = Open.sign(commit.commitId(), 1, sidecar.size(), Leaf.sidecarRoot(sidecar), key);
        return new Opened(open, sidecar);
    }
}
