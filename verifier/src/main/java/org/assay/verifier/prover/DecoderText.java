package org.assay.verifier.prover;

import java.util.Arrays;
import org.assay.primitives.Hash;
import org.assay.verifier.TransformerModel;

/// A byte-level decoder without a trace or a commitment: text in, text out, and how well it
/// predicts. Tokens are bytes.
public final class DecoderText {
    /// The byte that ends a sequence: a line's end.
    public static final int END = '\n';

    /// The first predictions of a window, without much context, are not measured.
    private static final int WARM_UP = 16;

    private DecoderText() {}

    /// What follows `prompt`: at most `maxNew` bytes, up to an END or the context's end. The
    /// prompt has at least one byte and fits the context.
    public static byte[] generate(TransformerModel model, byte[] prompt, int maxNew, Hash jobSeed) {
        int capacity = Math.min(model.shape().contextMax(), prompt.length + maxNew);
        TransformerExecution execution =
                new TransformerExecution(model, 0, tokens(prompt, 0, prompt.length), capacity);
        execution.run(jobSeed);
        byte[] text = new byte[execution.length - prompt.length];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) execution.tokens[prompt.length + i];
        }
        return text;
    }

    private static int[] tokens(byte[] text, int from, int to) {
        int[] tokens = new int[to - from];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = text[from + i] & 0xff;
        }
        return tokens;
    }

    /// Mean −log2 of the probability that the model gives the next byte, over `windows` windows
    /// of `text`, each as long as the context, without their first 16 predictions. Probabilities
    /// are the exponentials of the integer logits at the scale by which tokens are sampled, 16
    /// steps a nat.
    public static double bitsAByte(TransformerModel model, byte[] text, int windows) {
        int context = model.shape().contextMax();
        double scale =
                model.parts().logits.multiplier() / Math.pow(2, model.parts().logits.shift()) / 16;
        double nats = 0;
        for (int window = 0; window < windows; window++) {
            int from = window * context;
            TransformerExecution execution =
                    new TransformerExecution(model, 0, tokens(text, from, from + context), context);
            execution.run(Hash.ZERO);
            int layers = model.shape().layers();
            for (int pos = WARM_UP; pos < context; pos++) {
                int[] logits = execution.logits(execution.residual(layers, pos));
                nats += surprise(logits, scale, text[from + pos + 1] & 0xff);
            }
        }
        return nats / windows / (context - WARM_UP) / Math.log(2);
    }

    private static double surprise(int[] logits, double scale, int next) {
        int max = Arrays.stream(logits).max().orElseThrow();
        double total = 0;
        for (int logit : logits) {
            total += Math.exp((logit - (double) max) * scale);
        }
        return Math.log(total) - (logits[next] - (double) max) * scale;
    }
}
