package org.assay.verifier;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import org.assay.primitives.Hash;

/// The shape of a decoder's trace over sequences of given lengths: where each leaf stands, which
/// cells there are and how much work each is, how a cell's bytes are laid out. Shared by prover
/// and verifier; all of it follows from the template and the lengths. Layout in package-info.
public final class TransformerTrace implements CellPlan {
    /// Positions of one KV leaf.
    public static final int KV_POSITIONS = 4;

    private final TransformerInt8.Shape shape;
    private final int[] prompts;
    private final int[] lengths;
    /// Positions, KV blocks, triangles n(n+1)/2 and generated tokens before each sequence; the
    /// last entry is the total.
    private final long[] positions;

    private final long[] blocks;
    private final long[] triangles;
    private final long[] generated;

    TransformerTrace(TransformerInt8.Shape shape, int[] prompts, int[] lengths) {
        this.shape = shape;
        this.prompts = prompts;
        this.lengths = lengths;
        int seqs = lengths.length;
        positions = new long[seqs + 1];
        blocks = new long[seqs + 1];
        triangles = new long[seqs + 1];
        generated = new long[seqs + 1];
        for (int s = 0; s < seqs; s++) {
            long n = lengths[s];
            positions[s + 1] = positions[s] + n;
            blocks[s + 1] = blocks[s] + Math.ceilDiv(n, KV_POSITIONS);
            triangles[s + 1] = triangles[s] + n * (n + 1) / 2;
            generated[s + 1] = generated[s] + n - prompts[s];
        }
    }

    public int seqs() {
        return lengths.length;
    }

    public int length(int seq) {
        return lengths[seq];
    }

    public int prompt(int seq) {
        return prompts[seq];
    }

    public int contextMax() {
        return shape.contextMax();
    }

    /// Tokens of all sequences.
    public int rows() {
        return (int) positions[seqs()];
    }

    /// MACs the chain pays for: linear layers and attention of every token, heads of generated
    /// ones.
    public long paidMacs() {
        return Math.addExact(
                Math.addExact(macs(CellId.LINEAR), macs(CellId.ATTENTION)), macs(CellId.HEAD));
    }

    /// Leaves of one trace: keeps every index an int and a prover's tree below 4 GiB.
    public static final int LEAVES_MAX = 1 << 26;

    // Leaves.

    public long leafCount() {
        long layers = shape.layers();
        return 1 + rows() * (2 * layers + 2) + blocks[seqs()] * layers * shape.kvHeads();
    }

    public int depth() {
        return Integer.numberOfTrailingZeros(Merkle.width(Math.toIntExact(leafCount())));
    }

    public int tokenLeaf(int seq, int pos) {
        return (int) (1 + positions[seq] + pos);
    }

    public int residualLeaf(int seq, int pos, int layer) {
        long first = 1 + rows() + positions[seq] * (shape.layers() + 1);
        return (int) (first + (long) layer * lengths[seq] + pos);
    }

    public int attentionLeaf(int seq, int pos, int layer) {
        long first = 1 + rows() * (shape.layers() + 2L) + positions[seq] * shape.layers();
        return (int) (first + (long) layer * lengths[seq] + pos);
    }

    public int keyValueLeaf(int seq, int block, int layer, int head) {
        long first =
                1
                        + rows() * (2L * shape.layers() + 2)
                        + blocks[seq] * shape.layers() * shape.kvHeads();
        int perHead = Math.ceilDiv(lengths[seq], KV_POSITIONS);
        return (int) (first + ((long) layer * shape.kvHeads() + head) * perHead + block);
    }

    public static Leaf.Place lengthsPlace() {
        return new Leaf.Place(Leaf.LENGTHS, 0, 0, 0, 0);
    }

    public static Leaf.Place tokenPlace(int seq, int pos) {
        return new Leaf.Place(Leaf.TOKEN, seq, pos, 0, 0);
    }

    public static Leaf.Place residualPlace(int seq, int pos, int layer) {
        return new Leaf.Place(Leaf.RESIDUAL, seq, pos, layer, 0);
    }

    public static Leaf.Place attentionPlace(int seq, int pos, int layer) {
        return new Leaf.Place(Leaf.ATTENTION, seq, pos, layer, 0);
    }

    /// `pos` of a KV leaf is its first position.
    public static Leaf.Place keyValuePlace(int seq, int block, int layer, int head) {
        return new Leaf.Place(Leaf.KEY_VALUE, seq, block * KV_POSITIONS, layer, head);
    }

    /// The place of the leaf at `index` in [0, leafCount): the inverse of the indices above.
    public Leaf.Place placeOf(int index) {
        if (index == 0) {
            return lengthsPlace();
        }
        long rows = rows();
        long layers = shape.layers();
        long rest = index - 1L;
        if (rest < rows) {
            int seq = find(positions, rest);
            return tokenPlace(seq, (int) (rest - positions[seq]));
        }
        rest -= rows;
        if (rest < rows * (layers + 1)) {
            int seq = find(positions, rest / (layers + 1));
            long within = rest - positions[seq] * (layers + 1);
            int layer = (int) (within / lengths[seq]);
            return residualPlace(seq, (int) (within % lengths[seq]), layer);
        }
        rest -= rows * (layers + 1);
        if (rest < rows * layers) {
            int seq = find(positions, rest / layers);
            long within = rest - positions[seq] * layers;
            int layer = (int) (within / lengths[seq]);
            return attentionPlace(seq, (int) (within % lengths[seq]), layer);
        }
        rest -= rows * layers;
        long heads = layers * shape.kvHeads();
        int seq = find(blocks, rest / heads);
        long within = rest - blocks[seq] * heads;
        int perHead = Math.ceilDiv(lengths[seq], KV_POSITIONS);
        int head = (int) (within / perHead);
        return keyValuePlace(
                seq, (int) (within % perHead), head / shape.kvHeads(), head % shape.kvHeads());
    }

    /// Bytes of a KV leaf: k ‖ v of four positions.
    public int keyValueBytes() {
        return KV_POSITIONS * 2 * shape.headSize();
    }

    public int residualBytes() {
        return 2 * shape.width();
    }

    /// The leaves a cell opens, ascending.
    public int[] leaves(CellId cell) {
        int seq = cell.seq();
        int pos = cell.pos();
        int layer = cell.layer();
        return switch (cell.op()) {
            case CellId.LINEAR -> {
                int[] leaves = new int[3 + shape.kvHeads()];
                leaves[0] = residualLeaf(seq, pos, layer);
                leaves[1] = residualLeaf(seq, pos, layer + 1);
                leaves[2] = attentionLeaf(seq, pos, layer);
                for (int head = 0; head < shape.kvHeads(); head++) {
                    leaves[3 + head] = keyValueLeaf(seq, pos / KV_POSITIONS, layer, head);
                }
                yield leaves;
            }
            case CellId.ATTENTION -> {
                int[] leaves = new int[2 + keyValueLeaves(pos)];
                leaves[0] = residualLeaf(seq, pos, layer);
                leaves[1] = attentionLeaf(seq, pos, layer);
                for (int block = 0; block < keyValueLeaves(pos); block++) {
                    leaves[2 + block] = keyValueLeaf(seq, block, layer, cell.group());
                }
                yield leaves;
            }
            case CellId.EMBED -> new int[] {tokenLeaf(seq, pos), residualLeaf(seq, pos, 0)};
            default -> new int[] {tokenLeaf(seq, pos + 1), residualLeaf(seq, pos, shape.layers())};
        };
    }

    public static int keyValueLeaves(int pos) {
        return pos / KV_POSITIONS + 1;
    }

    // Sizes.

    private static int planeBytes(int inputs, int outputs) {
        return Planes.count(inputs) * outputs;
    }

    public int qkvBytes() {
        return planeBytes(shape.width(), shape.qkvWidth());
    }

    public int outBytes() {
        return planeBytes(shape.attentionWidth(), shape.width());
    }

    public int gateUpBytes() {
        return planeBytes(shape.width(), 2 * shape.hidden());
    }

    public int downBytes() {
        return planeBytes(shape.hidden(), shape.width());
    }

    public int logitBytes() {
        return planeBytes(shape.width(), shape.vocabulary());
    }

    public int bodySize(CellId cell) {
        return switch (cell.op()) {
            case CellId.LINEAR ->
                    2 * residualBytes()
                            + shape.attentionWidth()
                            + shape.kvHeads() * keyValueBytes()
                            + qkvBytes()
                            + outBytes()
                            + gateUpBytes()
                            + downBytes();
            case CellId.ATTENTION ->
                    residualBytes()
                            + qkvBytes()
                            + keyValueLeaves(cell.pos()) * keyValueBytes()
                            + shape.attentionWidth();
            case CellId.EMBED -> 4 + residualBytes();
            default -> residualBytes() + logitBytes() + 4;
        };
    }

    public int size(CellId cell) {
        int[] leaves = leaves(cell);
        return bodySize(cell) + Hash.SIZE * Merkle.siblings(leaves, leaves.length, depth());
    }

    public int lengthsBytes() {
        return 8 * seqs();
    }

    /// L and all T, the first leaves of the tree.
    public int[] headLeaves() {
        int[] leaves = new int[1 + rows()];
        Arrays.setAll(leaves, i -> i);
        return leaves;
    }

    /// Bytes before the first cell: lengths, tokens and their multiproof.
    public int headSize() {
        int[] leaves = headLeaves();
        return lengthsBytes()
                + 4 * rows()
                + Hash.SIZE * Merkle.siblings(leaves, leaves.length, depth());
    }

    public long sidecarSize(List<CellId> cells) {
        long size = headSize();
        for (CellId cell : cells) {
            size += CellId.FRAME_SIZE + size(cell);
        }
        return size;
    }

    // Draws.

    /// The cells of an audit: `wanted` drawn in proportion to work; then, for each sequence they
    /// touch that has generated tokens, the head cells of its last token and of one drawn token.
    public List<CellId> cells(WordStream words, int wanted) {
        LinkedHashSet<CellId> cells = new LinkedHashSet<>(draw(words, wanted));
        for (CellId drawn : List.copyOf(cells)) {
            int seq = drawn.seq();
            int tokens = lengths[seq] - prompts[seq];
            if (tokens > 0 && cells.add(head(seq, lengths[seq] - 2))) {
                cells.add(head(seq, prompts[seq] - 1 + (int) words.uniform(tokens)));
            }
        }
        return List.copyOf(cells);
    }

    private static CellId head(int seq, int pos) {
        return new CellId(seq, pos, 0, CellId.HEAD, 0);
    }

    @Override
    public long macs(int op) {
        int seqs = seqs();
        long layers = shape.layers();
        return switch (op) {
            case CellId.LINEAR -> Math.multiplyExact(positions[seqs] * layers, shape.linearMacs());
            case CellId.ATTENTION ->
                    Math.multiplyExact(
                            triangles[seqs] * layers, shape.kvHeads() * shape.groupMacs());
            // Not paid, but drawn: one addition an element.
            case CellId.EMBED -> positions[seqs] * shape.width();
            default -> Math.multiplyExact(generated[seqs], shape.headMacs());
        };
    }

    @Override
    public CellId locate(int op, long offset) {
        return switch (op) {
            case CellId.LINEAR -> linear(offset / shape.linearMacs());
            case CellId.ATTENTION -> attentionByWork(offset / shape.groupMacs());
            case CellId.EMBED -> embed(offset / shape.width());
            default -> head(offset / shape.headMacs());
        };
    }

    /// The sequence whose span in `before` holds `index`.
    private static int find(long[] before, long index) {
        int at = Arrays.binarySearch(before, index);
        int seq = at >= 0 ? at : -at - 2;
        // Sequences of no length here share their start with the next one: take the last.
        while (before[seq + 1] <= index) {
            seq++;
        }
        return seq;
    }

    private CellId linear(long index) {
        long row = index / shape.layers();
        int seq = find(positions, row);
        int layer = (int) (index % shape.layers());
        return new CellId(seq, (int) (row - positions[seq]), layer, CellId.LINEAR, 0);
    }

    /// `index` counts (sequence, layer, group, pair of positions t ≤ pos).
    private CellId attentionByWork(long index) {
        long heads = (long) shape.layers() * shape.kvHeads();
        int seq = find(triangles, index / heads);
        long triangle = triangles[seq + 1] - triangles[seq];
        long rest = index - triangles[seq] * heads;
        long pair = rest % triangle;
        int pos = (int) ((TransformerSteps.floorSqrt(8 * pair + 1) - 1) / 2);
        return attention(seq, pos, (int) (rest / triangle));
    }

    private CellId attention(int seq, int pos, int layerAndHead) {
        int kvHeads = shape.kvHeads();
        return new CellId(
                seq, pos, layerAndHead / kvHeads, CellId.ATTENTION, layerAndHead % kvHeads);
    }

    private CellId embed(long row) {
        int seq = find(positions, row);
        return new CellId(seq, (int) (row - positions[seq]), 0, CellId.EMBED, 0);
    }

    private CellId head(long index) {
        int seq = find(generated, index);
        return head(seq, prompts[seq] - 1 + (int) (index - generated[seq]));
    }

    @Override
    public long cellCount() {
        long layers = shape.layers();
        return rows() * (layers * (1 + shape.kvHeads()) + 1) + generated[seqs()];
    }

    @Override
    public CellId at(long index) {
        long rest = index;
        long linear = rows() * (long) shape.layers();
        if (rest < linear) {
            return linear(rest);
        }
        rest -= linear;
        if (rest < linear * shape.kvHeads()) {
            int heads = shape.layers() * shape.kvHeads();
            long row = rest / heads;
            int seq = find(positions, row);
            return attention(seq, (int) (row - positions[seq]), (int) (rest % heads));
        }
        rest -= linear * shape.kvHeads();
        return rest < rows() ? embed(rest) : head(rest - rows());
    }
}
