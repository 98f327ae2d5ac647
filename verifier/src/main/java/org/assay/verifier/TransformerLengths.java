package org.assay.verifier;

import java.util.Optional;
import org.assay.primitives.Bytes;

/// The L leaf: for each sequence u32 tokens of the prompt, u32 tokens in all. A sequence has a
/// prompt of at least one token and fits the context; lengths sum to `rows`.
public record TransformerLengths(Bytes encoded, int seqs) {
    public int prompt(int seq) {
        return LittleEndian.getInt(encoded.unsafeArray(), 8 * seq);
    }

    public int length(int seq) {
        return LittleEndian.getInt(encoded.unsafeArray(), 8 * seq + 4);
    }

    /// The lengths at the start of a sidecar; empty unless they are possible and sum to `rows`.
    public static Optional<TransformerLengths> read(
            Bytes sidecar, TransformerInt8.Shape shape, int seqs, int rows) {
        if (seqs < 1 || seqs > rows || sidecar.size() < 8L * seqs) {
            return Optional.empty();
        }
        TransformerLengths lengths = new TransformerLengths(sidecar.slice(0, 8 * seqs), seqs);
        long sum = 0;
        for (int seq = 0; seq < seqs; seq++) {
            int prompt = lengths.prompt(seq);
            int length = lengths.length(seq);
            if (prompt < 1 || length < prompt || length > shape.contextMax()) {
                return Optional.empty();
            }
            sum += length;
        }
        return sum == rows ? Optional.of(lengths) : Optional.empty();
    }

    public static TransformerLengths of(int[] prompts, int[] lengths) {
        byte[] bytes = new byte[8 * lengths.length];
        for (int seq = 0; seq < lengths.length; seq++) {
            LittleEndian.putInt(bytes, 8 * seq, prompts[seq]);
            LittleEndian.putInt(bytes, 8 * seq + 4, lengths[seq]);
        }
        return new TransformerLengths(Bytes.wrap(bytes), lengths.length);
    }

    public TransformerTrace trace(TransformerInt8.Shape shape) {
        int[] prompts = new int[seqs];
        int[] all = new int[seqs];
        for (int seq = 0; seq < seqs; seq++) {
            prompts[seq] = prompt(seq);
            all[seq] = length(seq);
        }
        return new TransformerTrace(shape, prompts, all);
    }
}
