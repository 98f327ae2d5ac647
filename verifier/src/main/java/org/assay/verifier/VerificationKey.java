package org.assay.verifier;

import java.util.ArrayList;
import java.util.List;
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
        List<ExtensionVector> r = new ArrayList<>();
        List<ExtensionVector> u = new ArrayList<>();
        Hash modelRoot = model.template().modelRoot();
        for (int i = 0; i < model.matrices(); i++) {
            ExtensionVector ri = Challenge.tensor(projectionMix, modelRoot, i, model.outputs(i));
            r.add(ri);
            u.add(projection.project(model.weights(i), model.inputs(i), ri));
        }
        return new VerificationKey(List.copyOf(r), List.copyOf(u));
    }

    /// Whether the row y, as planes at `from[planesAt..]`, is x·W under the projection; x is at
    /// `x[xAt..]`.
    boolean rowHolds(
            Projection projection, int matrix, byte[] x, int xAt, byte[] from, int planesAt) {
        ExtensionVector ri = r.get(matrix);
        ExtensionVector ui = u.get(matrix);
        int planes = Planes.count(ui.size());
        Extension sum = Extension.ZERO;
        Extension base = new Extension(256, 0);
        for (int i = planes - 1; i >= 0; i--) {
            Extension plane = projection.dot(from, planesAt + i * ri.size(), ri);
            sum = sum.multiply(base).add(plane);
        }
        return sum.equals(projection.dot(x, xAt, ui));
    }
}
