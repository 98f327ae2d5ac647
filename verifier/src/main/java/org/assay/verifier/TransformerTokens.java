package org.assay.verifier;

import java.io.ByteArrayOutputStream;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;

/// What jobs of a decoder take and give, as bytes. Tokens are u32, sequence after sequence.
public final class TransformerTokens {
    private TransformerTokens() {}

    /// The inputRoot of prompts: leaf i is prompt i's tokens as u32.
    public static Hash inputRoot(java.util.List<int[]> prompts) {
        byte[] hashes = new byte[prompts.size() * Hash.SIZE];
        for (int seq = 0; seq < prompts.size(); seq++) {
            byte[] row = encode(prompts.get(seq));
            Leaf.inputHash(seq, row, 0, row.length, hashes, seq);
        }
        return Merkle.of(hashes, prompts.size()).root();
    }

    /// Tokens as little-endian u32.
    public static byte[] encode(int[] tokens) {
        byte[] bytes = new byte[4 * tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            LittleEndian.putInt(bytes, 4 * i, tokens[i]);
        }
        return bytes;
    }

    /// The same root from all opened tokens.
    public static Hash inputRoot(TransformerTrace trace, byte[] tokens) {
        byte[] hashes = new byte[trace.seqs() * Hash.SIZE];
        int at = 0;
        for (int seq = 0; seq < trace.seqs(); seq++) {
            Leaf.inputHash(seq, tokens, at, 4 * trace.prompt(seq), hashes, seq);
            at += 4 * trace.length(seq);
        }
        return Merkle.of(hashes, trace.seqs()).root();
    }

    /// The answers: for each sequence u32 count and the generated tokens.
    public static Bytes answers(TransformerTrace trace, byte[] tokens) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4 * trace.rows());
        byte[] count = new byte[4];
        int at = 0;
        for (int seq = 0; seq < trace.seqs(); seq++) {
            int generated = trace.length(seq) - trace.prompt(seq);
            LittleEndian.putInt(count, 0, generated);
            out.write(count, 0, 4);
            out.write(tokens, at + 4 * trace.prompt(seq), 4 * generated);
            at += 4 * trace.length(seq);
        }
        return Bytes.wrap(out.toByteArray());
    }

    /// Whether every sequence ends at eos or at maxNew (or the context's end), and nothing
    /// follows an eos.
    public static boolean endsProperly(TransformerTrace trace, byte[] tokens, int eos, int maxNew) {
        int at = 0;
        for (int seq = 0; seq < trace.seqs(); seq++) {
            int generated = trace.length(seq) - trace.prompt(seq);
            if (generated > maxNew) {
                return false;
            }
            boolean ended = false;
            for (int pos = trace.prompt(seq); pos < trace.length(seq); pos++) {
                if (ended) {
                    return false;
                }
                ended = LittleEndian.getInt(tokens, at + 4 * pos) == eos;
            }
            if (!ended && generated < maxNew && trace.length(seq) < trace.contextMax()) {
                return false;
            }
            at += 4 * trace.length(seq);
        }
        return true;
    }
}
