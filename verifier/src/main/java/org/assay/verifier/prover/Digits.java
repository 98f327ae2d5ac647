package org.assay.verifier.prover;

import java.io.IOException;
import java.io.InputStream;
import org.assay.primitives.Bytes;
import org.assay.verifier.MlpModel;
import org.assay.verifier.Model;

/// The digit classifier and the test images that come with the program: 784 → 128 → 64 → 10,
/// trained by `verifier/model/train.sh` on the 60,000 MNIST images.
public final class Digits {
    /// Bytes of an image: 28 rows of 28 pixels, 0 = paper.
    public static final int IMAGE_BYTES = 784;

    /// Images in the sample: the first ones of the MNIST test set.
    public static final int SAMPLES = 200;

    private static final String MODEL = "/org/assay/verifier/digits.model";
    private static final String SAMPLE = "/org/assay/verifier/digits-sample.bin";

    private Digits() {}

    public static MlpModel model() {
        return Model.decode(resource(MODEL))
                .filter(MlpModel.class::isInstance)
                .map(MlpModel.class::cast)
                .orElseThrow(() -> new IllegalStateException("damaged resource " + MODEL));
    }

    /// Images `[from, from + count)` of the sample, repeated from the start past its end.
    public static Bytes images(int from, int count) {
        byte[] sample = resource(SAMPLE).unsafeArray();
        byte[] images = new byte[count * IMAGE_BYTES];
        for (int i = 0; i < count; i++) {
            int image = (from + i) % SAMPLES;
            System.arraycopy(sample, image * IMAGE_BYTES, images, i * IMAGE_BYTES, IMAGE_BYTES);
        }
        return Bytes.wrap(images);
    }

    /// The digits that people read in the same images.
    public static Bytes labels(int from, int count) {
        byte[] sample = resource(SAMPLE).unsafeArray();
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = sample[SAMPLES * IMAGE_BYTES + (from + i) % SAMPLES];
        }
        return Bytes.wrap(labels);
    }

    private static Bytes resource(String name) {
        try (InputStream in = Digits.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return Bytes.wrap(in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("unreadable resource " + name, e);
        }
    }
}
