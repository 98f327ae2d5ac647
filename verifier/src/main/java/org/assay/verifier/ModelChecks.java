package org.assay.verifier;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.cpu.Field;

/// What a model must be before anybody allow-lists it: of the stated dimensions, and work that
/// cannot be skipped. Zero, low-rank or repeated weights would let a provider compute products at
/// a fraction of the MACs that it is paid for (PROOFS section 9).
///
/// A seed that nobody chose (a beacon's mix after the model was published) picks the minors.
public final class ModelChecks {
    /// Rows and columns of a minor whose rank is taken over GF(p).
    public static final int MINOR = 256;

    /// Minors tried in each matrix.
    public static final int MINORS = 2;

    /// Zero weights of a matrix, percent. Quantised dense models have far fewer.
    public static final int ZERO_PERCENT_MAX = 50;

    /// Rows of a matrix equal to another of its rows or zero, percent.
    public static final int REPEATED_PERCENT_MAX = 10;

    /// Rank of a minor, percent of its size.
    public static final int RANK_PERCENT_MIN = 90;

    /// The largest cell that a proof may have to open, bytes (PROOFS, top).
    public static final long CELL_BYTES_MAX = 2 << 20;

    private ModelChecks() {}

    /// What a model was refused for.
    public enum Fault {
        CELL_TOO_LARGE,
        SPARSE,
        REPEATED_ROWS,
        LOW_RANK
    }

    /// One figure of one matrix (−1: the model) beside its limit; `fault` says what it would be.
    public record Finding(int matrix, Fault fault, long value, long limit, boolean holds) {}

    /// All findings, in the order of the matrices; the model is fit if all of them hold.
    public static List<Finding> check(Model model, Hash seed) {
        List<Finding> findings = new ArrayList<>();
        long cell = largestCell(model);
        findings.add(
                new Finding(
                        -1, Fault.CELL_TOO_LARGE, cell, CELL_BYTES_MAX, cell <= CELL_BYTES_MAX));
        for (int matrix = 0; matrix < model.matrices(); matrix++) {
            long zeros = zeroPercent(model.weights(matrix));
            findings.add(
                    new Finding(
                            matrix,
                            Fault.SPARSE,
                            zeros,
                            ZERO_PERCENT_MAX,
                            zeros <= ZERO_PERCENT_MAX));
            long repeated = repeatedPercent(model, matrix);
            findings.add(
                    new Finding(
                            matrix,
                            Fault.REPEATED_ROWS,
                            repeated,
                            REPEATED_PERCENT_MAX,
                            repeated <= REPEATED_PERCENT_MAX));
            long rank = rankPercent(model, matrix, seed);
            findings.add(
                    new Finding(
                            matrix,
                            Fault.LOW_RANK,
                            rank,
                            RANK_PERCENT_MIN,
                            rank >= RANK_PERCENT_MIN));
        }
        return List.copyOf(findings);
    }

    /// Bytes of the largest cell body of the model's template, at the end of a full context.
    static long largestCell(Model model) {
        return switch (model) {
            case MatmulModel _ -> 0;
            case MlpModel mlp -> {
                MlpTrace trace = new MlpTrace(mlp.template(), 1);
                long largest = 0;
                for (int i = 0; i < trace.cellCount(); i++) {
                    largest = Math.max(largest, trace.bodySize(trace.at(i)));
                }
                yield largest;
            }
            case TransformerModel decoder -> largestCell(decoder.shape());
        };
    }

    static long largestCell(TransformerInt8.Shape shape) {
        int context = shape.contextMax();
        TransformerTrace trace =
                new TransformerTrace(shape, new int[] {context}, new int[] {context});
        long largest = 0;
        for (int op = 0; op < CellPlan.OPS; op++) {
            largest = Math.max(largest, trace.bodySize(new CellId(0, context - 1, 0, op, 0)));
        }
        return largest;
    }

    /// κ of the model's template in millionths: for a decoder over one full context that starts
    /// from one token; one million where everything is opened.
    public static long kappaMillionths(Model model) {
        return switch (model) {
            case MatmulModel _ -> 1_000_000;
            case MlpModel mlp -> new MlpTrace(mlp.template(), 1).kappaMillionths();
            case TransformerModel decoder -> {
                int[] context = {decoder.shape().contextMax()};
                yield new TransformerTrace(decoder.shape(), new int[] {1}, context)
                        .kappaMillionths();
            }
        };
    }

    private static long zeroPercent(byte[] weights) {
        long zeros = 0;
        for (byte weight : weights) {
            zeros += weight == 0 ? 1 : 0;
        }
        return 100 * zeros / weights.length;
    }

    /// Rows without another equal row before them cost work; the rest, and zero rows, do not.
    private static long repeatedPercent(Model model, int matrix) {
        int rows = model.inputs(matrix);
        int cols = model.outputs(matrix);
        byte[] weights = model.weights(matrix);
        Set<Hash> seen = new HashSet<>();
        seen.add(Sha256.hash(new byte[cols]));
        long repeated = 0;
        var sha = Sha256.digest();
        for (int row = 0; row < rows; row++) {
            sha.update(weights, row * cols, cols);
            repeated += seen.add(Hash.of(sha.digest())) ? 0 : 1;
        }
        return 100 * repeated / rows;
    }

    /// The lowest rank of the picked minors, in percent of their size.
    private static long rankPercent(Model model, int matrix, Hash seed) {
        int rows = model.inputs(matrix);
        int cols = model.outputs(matrix);
        int size = Math.min(MINOR, Math.min(rows, cols));
        byte[] number = new byte[4];
        LittleEndian.putInt(number, 0, matrix);
        byte[] tag = "RANK".getBytes(StandardCharsets.US_ASCII);
        WordStream words = new WordStream(Keccak.hash256(tag, seed.toArray(), number));
        long lowest = 100;
        for (int i = 0; i < MINORS; i++) {
            int[] picked = pick(words, rows, size);
            int[] columns = pick(words, cols, size);
            lowest =
                    Math.min(
                            lowest,
                            100L * rank(model.weights(matrix), cols, picked, columns) / size);
        }
        return lowest;
    }

    /// `count` of `from` indices without repeats: the start of a shuffle.
    private static int[] pick(WordStream words, int from, int count) {
        int[] all = new int[from];
        for (int i = 0; i < from; i++) {
            all[i] = i;
        }
        for (int i = 0; i < count; i++) {
            int other = i + (int) words.uniform(from - i);
            int swap = all[i];
            all[i] = all[other];
            all[other] = swap;
        }
        return Arrays.copyOf(all, count);
    }

    /// Rank over GF(p) of the minor, by Gauss. At most 256³ multiplications.
    private static int rank(byte[] weights, int cols, int[] picked, int[] columns) {
        int size = picked.length;
        long[][] a = new long[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                a[i][j] = Field.reduce(weights[picked[i] * cols + columns[j]]);
            }
        }
        int rank = 0;
        for (int column = 0; column < size && rank < size; column++) {
            int pivot = rank;
            while (pivot < size && a[pivot][column] == 0) {
                pivot++;
            }
            if (pivot == size) {
                continue;
            }
            long[] swap = a[pivot];
            a[pivot] = a[rank];
            a[rank] = swap;
            long inverse = Field.invert(a[rank][column]);
            for (int row = rank + 1; row < size; row++) {
                if (a[row][column] != 0) {
                    eliminate(a[row], a[rank], column, Field.multiply(a[row][column], inverse));
                }
            }
            rank++;
        }
        return rank;
    }

    private static void eliminate(long[] row, long[] pivot, int from, long factor) {
        for (int j = from; j < row.length; j++) {
            row[j] = Field.subtract(row[j], Field.multiply(factor, pivot[j]));
        }
    }
}
