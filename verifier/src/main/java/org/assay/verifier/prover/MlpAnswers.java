package org.assay.verifier.prover;

import org.assay.primitives.Bytes;
import org.assay.verifier.MlpModel;

/// Answers without a trace or a commitment: what a customer re-runs to check, or an evaluation.
public final class MlpAnswers {
    private MlpAnswers() {}

    /// One answer byte for each row of `inputs`.
    public static Bytes of(MlpModel model, Bytes inputs) {
        return of(model, inputs, RowProduct.fastest());
    }

    static Bytes of(MlpModel model, Bytes inputs, RowProduct product) {
        return Bytes.of(MlpExecution.run(model, inputs, product).answers());
    }
}
