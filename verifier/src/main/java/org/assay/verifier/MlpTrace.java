package org.assay.verifier;

import java.util.LinkedHashSet;
import java.util.List;
import org.assay.primitives.Hash;

/// The shape of an `mlp-int8` trace over `rows` rows: where each leaf stands in the tree, which
/// cells there are, and how a cell's bytes are laid out. Shared by prover and verifier; all of it
/// follows from the template and `rows`.
///
/// Row r is sequence r of length 1. Leaves: T(seq r), one answer byte; X(seq r, layer l), the
/// int8 x_l for 1 ≤ l < layers. Tree order: all T, then the X row by row.
public record MlpTrace(MlpInt8 template, int rows) implements CellPlan {

    public int leafCount() {
        return Math.multiplyExact(rows, template.layers());
    }

    public int depth() {
        return Integer.numberOfTrailingZeros(Merkle.width(leafCount()));
    }

    public int inputDepth() {
        return Integer.numberOfTrailingZeros(Merkle.width(rows));
    }

    public static Leaf.Place answerPlace(int row) {
        return new Leaf.Place(Leaf.TOKEN, row, 0, 0, 0);
    }

    public static Leaf.Place hiddenPlace(int row, int layer) {
        return new Leaf.Place(Leaf.RESIDUAL, row, 0, layer, 0);
    }

    /// Index of T(row) in the tree.
    public int answerLeaf(int row) {
        return row;
    }

    /// Index of X(row, layer), 1 ≤ layer < layers.
    public int hiddenLeaf(int row, int layer) {
        return rows + row * (template.layers() - 1) + layer - 1;
    }

    boolean isHead(CellId cell) {
        return cell.layer() == template.layers() - 1;
    }

    /// The trace leaves that a cell opens, ascending.
    public int[] leaves(CellId cell) {
        int row = cell.seq();
        int layer = cell.layer();
        if (isHead(cell)) {
            return layer == 0
                    ? new int[] {answerLeaf(row)}
                    : new int[] {answerLeaf(row), hiddenLeaf(row, layer)};
        }
        return layer == 0
                ? new int[] {hiddenLeaf(row, 1)}
                : new int[] {hiddenLeaf(row, layer), hiddenLeaf(row, layer + 1)};
    }

    /// Offset of the planes in a cell's body: x_l comes first.
    public int planesAt(CellId cell) {
        return template.inputs(cell.layer());
    }

    /// Offset of x_{l+1} or the answer byte in a cell's body.
    public int resultAt(CellId cell) {
        int layer = cell.layer();
        return planesAt(cell) + template.planes(layer) * template.outputs(layer);
    }

    /// Bytes of a cell's body.
    public int bodySize(CellId cell) {
        return resultAt(cell) + (isHead(cell) ? 1 : template.outputs(cell.layer()));
    }

    /// Bytes of the multiproof of the cell's trace leaves.
    public int proofSize(CellId cell) {
        int[] leaves = leaves(cell);
        return Hash.SIZE * Merkle.siblings(leaves, leaves.length, depth());
    }

    /// Bytes of the path in the input tree, for layer 0.
    public int inputProofSize(CellId cell) {
        return cell.layer() == 0 ? Hash.SIZE * inputDepth() : 0;
    }

    /// Bytes after the cell's frame.
    public int size(CellId cell) {
        return bodySize(cell) + proofSize(cell) + inputProofSize(cell);
    }

    /// The leaves of all answers.
    public int[] answerLeaves() {
        int[] leaves = new int[rows];
        for (int row = 0; row < rows; row++) {
            leaves[row] = answerLeaf(row);
        }
        return leaves;
    }

    /// Bytes before the first cell: the answers and their multiproof.
    public int headSize() {
        return Math.addExact(rows, Hash.SIZE * Merkle.siblings(answerLeaves(), rows, depth()));
    }

    /// Bytes of a sidecar with these cells.
    public long sidecarSize(List<CellId> cells) {
        long size = headSize();
        for (CellId cell : cells) {
            size += CellId.FRAME_SIZE + size(cell);
        }
        return size;
    }

    /// The cells of an audit: `wanted` drawn in proportion to work, then the head cell of each
    /// row that they touch and that is not among them, since a row's last (only) output is always
    /// shown.
    public List<CellId> cells(WordStream words, int wanted) {
        LinkedHashSet<CellId> cells = new LinkedHashSet<>(draw(words, wanted));
        for (CellId drawn : List.copyOf(cells)) {
            cells.add(cell(drawn.seq(), template.layers() - 1));
        }
        return List.copyOf(cells);
    }

    @Override
    public long macs(int op) {
        int last = template.layers() - 1;
        return switch (op) {
            case CellId.LINEAR ->
                    Math.multiplyExact(template.macsPerRow() - template.macs(last), (long) rows);
            case CellId.HEAD -> Math.multiplyExact(template.macs(last), (long) rows);
            default -> 0;
        };
    }

    @Override
    public CellId locate(int op, long offset) {
        int last = template.layers() - 1;
        if (op == CellId.HEAD) {
            return cell((int) (offset / template.macs(last)), last);
        }
        long perRow = template.macsPerRow() - template.macs(last);
        long rest = offset % perRow;
        int layer = 0;
        while (rest >= template.macs(layer)) {
            rest -= template.macs(layer++);
        }
        return cell((int) (offset / perRow), layer);
    }

    private CellId cell(int row, int layer) {
        boolean head = layer == template.layers() - 1;
        return new CellId(row, 0, layer, head ? CellId.HEAD : CellId.LINEAR, 0);
    }

    @Override
    public long cellCount() {
        return (long) rows * template.layers();
    }

    @Override
    public CellId at(long index) {
        return cell((int) (index / template.layers()), (int) (index % template.layers()));
    }
}
