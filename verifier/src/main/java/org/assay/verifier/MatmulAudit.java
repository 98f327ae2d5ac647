package org.assay.verifier;

import java.security.MessageDigest;
import java.util.Arrays;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.cpu.Extension;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.Projection;

/// The checks of one opened `matmul-int8` proof whose facts, signatures and size already hold.
final class MatmulAudit {
    private final ProofTask task;
    private final MatmulInt8 template;
    private final byte[] sidecar;
    private final int rows;

    MatmulAudit(ProofTask task, MatmulInt8 template) {
        this.task = task;
        this.template = template;
        this.sidecar = task.sidecar().unsafeArray();
        this.rows = task.job().rows();
    }

    Verdict check(Projection projection) {
        if (template.sidecarBytes(rows) != sidecar.length) {
            return Verdict.failed(Reason.BAD_ENCODING, "sidecar of " + sidecar.length + " bytes");
        }
        if (!MatmulModel.traceTree(task.job(), sidecar)
                .root()
                .equals(task.commit().facts().traceRoot())) {
            return Verdict.failed(Reason.BAD_PATH, "traceRoot");
        }
        int inputBytes = (int) template.inputBytes(rows);
        if (!Leaf.inputRoot(task.sidecar().slice(0, inputBytes)).equals(task.job().inputRoot())) {
            return Verdict.failed(Reason.BAD_INPUT, "inputs");
        }
        byte[] b = Arrays.copyOfRange(sidecar, rows * template.inputs(), inputBytes);
        if (!Model.inRange(b)) {
            return Verdict.failed(Reason.BAD_INPUT, "B beyond -127");
        }
        Reason output = checkOutput(inputBytes);
        return output == Reason.NONE
                ? checkRows(projection, b, inputBytes)
                : Verdict.failed(output, "C");
    }

    /// C within its bound and hashed in outputRoot.
    private Reason checkOutput(int planesAt) {
        int n = template.outputs();
        int[] c = new int[n];
        byte[] encoded = new byte[4 * n];
        MessageDigest sha = Sha256.digest();
        for (int row = 0; row < rows; row++) {
            int at = planesAt + row * n * template.planes();
            if (!Planes.read(sidecar, at, template.planes(), Planes.bound(template.inputs()), c)) {
                return Reason.BAD_ENCODING;
            }
            for (int j = 0; j < n; j++) {
                LittleEndian.putInt(encoded, 4 * j, c[j]);
            }
            sha.update(encoded);
        }
        Hash root = Hash.of(sha.digest());
        return root.equals(task.commit().facts().outputRoot()) ? Reason.NONE : Reason.BAD_OUTPUT;
    }

    private Verdict checkRows(Projection projection, byte[] b, int planesAt) {
        int n = template.outputs();
        ExtensionVector r =
                Challenge.tensor(task.mixes().projection(), task.commit().commitId(), 0, n);
        ExtensionVector u = projection.project(b, template.inputs(), r);
        for (int row = 0; row < rows; row++) {
            int at = planesAt + row * n * template.planes();
            Extension sum = projection.dotPlanes(sidecar, at, template.planes(), r);
            if (!sum.equals(projection.dot(sidecar, row * template.inputs(), u))) {
                return Verdict.failed(Reason.BAD_ROW, "row " + row);
            }
        }
        return Verdict.passed(0);
    }
}
