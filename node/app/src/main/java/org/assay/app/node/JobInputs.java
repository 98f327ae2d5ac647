package org.assay.app.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.verifier.Leaf;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.Template;
import org.assay.verifier.TransformerTokens;

/// The inputs of a job as bytes: what a customer hands in and a provider fetches.
///
/// matmul-int8: A ‖ B. mlp-int8: the rows, one after the other. transformer-int8: for each prompt
/// u32 count and its tokens as u32, little-endian.
public final class JobInputs {
    /// The inputs of one job, in bytes.
    public static final int BYTES_MAX = 2 << 20;

    private JobInputs() {}

    /// The inputRoot of `inputs` for a job of `kind` (`Template.KIND_…`) with `rows` rows and
    /// `seqs` sequences; empty where they cannot be inputs of such a job.
    public static Optional<Hash> rootOf(int kind, long rows, long seqs, Bytes inputs) {
        if (inputs.isEmpty() || inputs.size() > BYTES_MAX) {
            return Optional.empty();
        }
        return switch (kind) {
            case Template.KIND_MATMUL -> Optional.of(Leaf.inputRoot(inputs));
            case Template.KIND_MLP ->
                    rows < 1 || inputs.size() % rows != 0
                            ? Optional.empty()
                            : Optional.of(
                                    Leaf.inputTree(inputs, (int) (inputs.size() / rows)).root());
            case Template.KIND_TRANSFORMER ->
                    prompts(inputs)
                            .filter(prompts -> prompts.size() == seqs)
                            .map(TransformerTokens::inputRoot);
            default -> Optional.empty();
        };
    }

    /// The prompts in `inputs`; empty unless they are exactly that.
    public static Optional<List<int[]>> prompts(Bytes inputs) {
        byte[] from = inputs.unsafeArray();
        List<int[]> prompts = new ArrayList<>();
        int at = 0;
        while (at < from.length) {
            int count = at + 4 <= from.length ? LittleEndian.getInt(from, at) : 0;
            if (count < 1 || count > (from.length - at - 4) / 4) {
                return Optional.empty();
            }
            int[] prompt = new int[count];
            for (int i = 0; i < count; i++) {
                prompt[i] = LittleEndian.getInt(from, at + 4 + 4 * i);
            }
            prompts.add(prompt);
            at += 4 + 4 * count;
        }
        return prompts.isEmpty() ? Optional.empty() : Optional.of(prompts);
    }

    /// Prompts as a job's inputs.
    public static Bytes ofPrompts(List<int[]> prompts) {
        int size = prompts.stream().mapToInt(prompt -> 4 + 4 * prompt.length).sum();
        byte[] bytes = new byte[size];
        int at = 0;
        for (int[] prompt : prompts) {
            LittleEndian.putInt(bytes, at, prompt.length);
            byte[] tokens = TransformerTokens.encode(prompt);
            System.arraycopy(tokens, 0, bytes, at + 4, tokens.length);
            at += 4 + tokens.length;
        }
        return Bytes.wrap(bytes);
    }
}
