package org.assay.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.assay.primitives.Hash;
import org.assay.verifier.cpu.Extension;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.Projection;

/// The epoch verification key (EVK) of a model: r and u = W·r of every matrix under one B2.
/// Computed in one pass over the weights, then every row of every proof costs `X·u = Y·r`.
public final class VerificationKey {
    private final List<ExtensionVector> r;
    private final List<ExtensionVector> u;

    private VerificationKey(List<ExtensionVector> r, List<ExtensionVector> u) {
        this.r = r;
        this.u = u;
    }

    public static VerificationKey compute(Model model, Hash projectionMix, Projection projection) {
        return compute(model, projectionMix, projection, 1);
    }

    /// As above on `threads` threads, this one among them; the same key for any number.
    public static VerificationKey compute(
            Model model, Hash projectionMix, Projection projection, int threads) {
        List<ExtensionVector> r = new ArrayList<>();
        List<ExtensionVector> u = new ArrayList<>();
        Hash modelRoot = model.template().modelRoot();
        for (int i = 0; i < model.matrices(); i++) {
            ExtensionVector ri = Challenge.tensor(projectionMix, modelRoot, i, model.outputs(i));
            r.add(ri);
            u.add(project(model.weights(i), model.inputs(i), ri, projection, threads));
        }
        return new VerificationKey(List.copyOf(r), List.copyOf(u));
    }

    private static ExtensionVector project(
            byte[] w, int rows, ExtensionVector r, Projection projection, int threads) {
        ExtensionVector u = new ExtensionVector(rows);
        List<FutureTask<Boolean>> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            int from = (int) ((long) rows * i / threads);
            int to = (int) ((long) rows * (i + 1) / threads);
            FutureTask<Boolean> part =
                    new FutureTask<>(() -> projection.project(w, from, to, r, u), true);
            others.add(part);
            Thread.ofPlatform().name("projection-" + i).start(part);
        }
        projection.project(w, 0, rows / threads, r, u);
        others.forEach(VerificationKey::await);
        return u.prepared();
    }

    /// A part that failed must never pass for zeros: its failure becomes this thread's.
    private static void await(FutureTask<Boolean> part) {
        boolean interrupted = false;
        while (true) {
            try {
                part.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("a projection failed", e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether the row y, as planes at `from[planesAt..]`, is x·W under the projection; x is at
    /// `x[xAt..]`.
    boolean rowHolds(
            Projection projection, int matrix, byte[] x, int xAt, byte[] from, int planesAt) {
        ExtensionVector ri = r.get(matrix);
        ExtensionVector ui = u.get(matrix);
        int planes = Planes.count(ui.size());
        Extension sum = projection.dotPlanes(from, planesAt, planes, ri);
        return sum.equals(projection.dot(x, xAt, ui));
    }
}
