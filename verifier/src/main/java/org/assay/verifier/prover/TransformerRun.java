package org.assay.verifier.prover;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.CellId;
import org.assay.verifier.Challenge;
import org.assay.verifier.Commit;
import org.assay.verifier.JobFacts;
import org.assay.verifier.Leaf;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.Merkle;
import org.assay.verifier.Open;
import org.assay.verifier.Planes;
import org.assay.verifier.ProofRules;
import org.assay.verifier.TransformerInt8;
import org.assay.verifier.TransformerLengths;
import org.assay.verifier.TransformerModel;
import org.assay.verifier.TransformerTokens;
import org.assay.verifier.TransformerTrace;

/// A run of `transformer-int8`. Inputs: for each sequence u32 count and its prompt as u32 tokens.
final class TransformerRun implements ProverRun {
    /// More buffers than leaves of a size ever wait in a queue.
    private static final int RING = 32;

    private final TransformerModel model;
    private final TransformerInt8.Shape shape;
    private final ProofRules rules;
    private final List<TransformerExecution> sequences;
    private final TransformerTrace trace;
    private final Bytes lengths;
    private final byte[] tokens;
    private final Merkle tree;
    private final Commit commit;

    private TransformerRun(
            Work work, TransformerModel model, List<TransformerExecution> ran, SecretKey key) {
        this.model = model;
        this.shape = model.shape();
        this.rules = work.rules();
        this.sequences = ran;
        TransformerLengths all = lengthsOf(ran);
        this.lengths = all.encoded();
        this.trace = all.trace(shape);
        this.tokens = tokensOf(ran, trace);
        this.tree = traceTree(work.job());
        this.commit = facts(work.job()).sign(key);
    }

    static TransformerRun run(Work work, TransformerModel model, SecretKey key, Fault fault) {
        List<TransformerExecution> ran = runAll(work, model);
        fake(ran, fault);
        return new TransformerRun(work, model, ran, key);
    }

    static Bytes execute(Work work, TransformerModel model) {
        List<TransformerExecution> ran = runAll(work, model);
        TransformerTrace trace = lengthsOf(ran).trace(model.shape());
        return TransformerTokens.answers(trace, tokensOf(ran, trace));
    }

    private static List<TransformerExecution> runAll(Work work, TransformerModel model) {
        JobFacts job = work.job();
        List<int[]> prompts = prompts(work.inputs(), job.seqs());
        Hash seed = Challenge.jobSeed(job.jobId(), work.assignmentMix());
        List<TransformerExecution> ran = new ArrayList<>();
        long rows = prompts.stream().mapToLong(prompt -> prompt.length).sum();
        if (rows != job.rows()) {
            throw new IllegalArgumentException(rows + " tokens for " + job.rows() + " rows");
        }
        for (int seq = 0; seq < prompts.size(); seq++) {
            int[] prompt = prompts.get(seq);
            int contextMax = model.shape().contextMax();
            int vocabulary = model.shape().vocabulary();
            boolean known = Arrays.stream(prompt).allMatch(t -> t >= 0 && t < vocabulary);
            if (prompt.length > contextMax || !known || job.maxNew() < 0) {
                throw new IllegalArgumentException("prompt " + seq + " is not for this model");
            }
            int capacity = (int) Math.min(contextMax, prompt.length + (long) job.maxNew());
            TransformerExecution sequence =
                    new TransformerExecution(model, seq, prompt, capacity, work.product());
            sequence.run(seed);
            ran.add(sequence);
        }
        return ran;
    }

    private static TransformerLengths lengthsOf(List<TransformerExecution> ran) {
        return TransformerLengths.of(
                ran.stream().mapToInt(sequence -> sequence.prompt).toArray(),
                ran.stream().mapToInt(sequence -> sequence.length).toArray());
    }

    private static byte[] tokensOf(List<TransformerExecution> ran, TransformerTrace trace) {
        byte[] tokens = new byte[4 * trace.rows()];
        int at = 0;
        for (TransformerExecution sequence : ran) {
            for (int pos = 0; pos < sequence.length; pos++) {
                LittleEndian.putInt(tokens, at, sequence.tokens[pos]);
                at += 4;
            }
        }
        return tokens;
    }

    /// Garbles the attention outputs and later residuals of the picked positions.
    private static void fake(List<TransformerExecution> ran, Fault fault) {
        if (fault.kind() == Fault.Kind.NONE) {
            return;
        }
        RandomGenerator random = fault.random();
        for (TransformerExecution sequence : ran) {
            boolean[] faked = fault.rows(sequence.length);
            for (int pos = 0; pos < sequence.length; pos++) {
                for (int layer = 1; faked[pos] && layer < sequence.residuals.length; layer++) {
                    int width = sequence.residuals[layer].length / sequence.tokens.length;
                    for (int j = 0; j < width; j++) {
                        sequence.residuals[layer][pos * width + j] =
                                (short) random.nextInt(-2000, 2000);
                    }
                }
            }
        }
    }

    private static List<int[]> prompts(Bytes inputs, int seqs) {
        byte[] from = inputs.unsafeArray();
        List<int[]> prompts = new ArrayList<>();
        int at = 0;
        for (int seq = 0; seq < seqs; seq++) {
            int count = at + 4 <= from.length ? LittleEndian.getInt(from, at) : 0;
            if (count < 1 || count > (from.length - at - 4) / 4) {
                throw new IllegalArgumentException("prompt " + seq + " is cut off");
            }
            int[] prompt = new int[count];
            for (int i = 0; i < count; i++) {
                prompt[i] = LittleEndian.getInt(from, at + 4 + 4 * i);
            }
            prompts.add(prompt);
            at += 4 + 4 * count;
        }
        return prompts;
    }

    private Merkle traceTree(JobFacts job) {
        Leaf leaf = Leaf.of(job);
        int count = Math.toIntExact(trace.leafCount());
        byte[] hashes = new byte[Math.multiplyExact(count, Hash.SIZE)];
        byte[] all = lengths.unsafeArray();
        leaf.hash(TransformerTrace.lengthsPlace(), all, 0, all.length, hashes, 0);
        for (TransformerExecution sequence : sequences) {
            hashSequence(leaf, sequence, hashes);
        }
        return Merkle.of(hashes, count);
    }

    /// Residuals wait in a ring of buffers until sixteen are there: [Leaf#later].
    private void hashSequence(Leaf leaf, TransformerExecution sequence, byte[] hashes) {
        int seq = sequence.seq;
        for (int pos = 0; pos < sequence.length; pos++) {
            int token = trace.tokenLeaf(seq, pos);
            Leaf.Place place = TransformerTrace.tokenPlace(seq, pos);
            leaf.later(place, tokens, 4 * (token - 1), 4, hashes, token);
        }
        int size = trace.residualBytes();
        byte[] ring = new byte[RING * size];
        int slot = 0;
        for (int layer = 0; layer <= shape.layers(); layer++) {
            for (int pos = 0; pos < sequence.length; pos++) {
                int at = slot++ % RING * size;
                writeResidual(sequence, layer, pos, ring, at);
                Leaf.Place place = TransformerTrace.residualPlace(seq, pos, layer);
                leaf.later(place, ring, at, size, hashes, trace.residualLeaf(seq, pos, layer));
            }
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            int width = shape.attentionWidth();
            for (int pos = 0; pos < sequence.length; pos++) {
                Leaf.Place place = TransformerTrace.attentionPlace(seq, pos, layer);
                int to = trace.attentionLeaf(seq, pos, layer);
                leaf.later(place, sequence.attention[layer], pos * width, width, hashes, to);
            }
        }
        hashKeyValues(leaf, sequence, hashes);
        leaf.finish();
    }

    private void hashKeyValues(Leaf leaf, TransformerExecution sequence, byte[] hashes) {
        int seq = sequence.seq;
        int size = trace.keyValueBytes();
        int blocks = Math.ceilDiv(sequence.length, TransformerTrace.KV_POSITIONS);
        for (int i = 0; i < shape.layers() * shape.kvHeads(); i++) {
            int layer = i / shape.kvHeads();
            int head = i % shape.kvHeads();
            for (int block = 0; block < blocks; block++) {
                Leaf.Place place = TransformerTrace.keyValuePlace(seq, block, layer, head);
                int to = trace.keyValueLeaf(seq, block, layer, head);
                leaf.later(place, sequence.keyValues[i], block * size, size, hashes, to);
            }
        }
    }

    private void writeResidual(
            TransformerExecution sequence, int layer, int pos, byte[] to, int at) {
        int width = shape.width();
        for (int j = 0; j < width; j++) {
            LittleEndian.putShort(to, at + 2 * j, sequence.residuals[layer][pos * width + j]);
        }
    }

    private Commit.Facts facts(JobFacts job) {
        return new Commit.Facts(
                model.template().kind(),
                job.chainId(),
                job.provider(),
                job.jobId(),
                job.templateId(),
                TransformerTokens.inputRoot(trace, tokens),
                Sha256.hash(answers().unsafeArray()),
                tree.root(),
                trace.rows(),
                job.seqs(),
                rules.workUnits(trace.paidMacs()),
                job.expiry());
    }

    @Override
    public Commit commit() {
        return commit;
    }

    @Override
    public Merkle trace() {
        return tree;
    }

    @Override
    public Bytes answers() {
        return TransformerTokens.answers(trace, tokens);
    }

    List<CellId> cells(Hash cellMix) {
        return trace.cells(Challenge.cellWords(cellMix, commit.commitId()), rules.cells());
    }

    @Override
    public Opened open(Hash cellMix, SecretKey key) {
        List<CellId> cells = cells(cellMix);
        byte[] sidecar = new byte[Math.toIntExact(trace.sidecarSize(cells))];
        System.arraycopy(lengths.unsafeArray(), 0, sidecar, 0, lengths.size());
        System.arraycopy(tokens, 0, sidecar, lengths.size(), tokens.length);
        byte[] proof = tree.multiproof(trace.headLeaves());
        System.arraycopy(proof, 0, sidecar, lengths.size() + tokens.length, proof.length);
        int at = trace.headSize();
        for (CellId cell : cells) {
            cell.write(trace.size(cell), sidecar, at);
            int body = at + CellId.FRAME_SIZE;
            write(cell, sidecar, body);
            byte[] path = tree.multiproof(trace.leaves(cell));
            System.arraycopy(path, 0, sidecar, body + trace.bodySize(cell), path.length);
            at = body + trace.size(cell);
        }
        Bytes bytes = Bytes.wrap(sidecar);
        Open open =
                Open.sign(
                        commit.commitId(),
                        cells.size(),
                        bytes.size(),
                        Leaf.sidecarRoot(bytes),
                        key);
        return new Opened(open, bytes);
    }

    private void write(CellId cell, byte[] to, int body) {
        TransformerExecution sequence = sequences.get(cell.seq());
        int pos = cell.pos();
        int layer = cell.layer();
        switch (cell.op()) {
            case CellId.LINEAR -> writeLinear(sequence, pos, layer, to, body);
            case CellId.ATTENTION -> {
                writeResidual(sequence, layer, pos, to, body);
                int at = body + trace.residualBytes();
                int[] y = sequence.qkv(layer, sequence.residual(layer, pos));
                at = writePlanes(y, shape.width(), to, at);
                int size = TransformerTrace.keyValueLeaves(pos) * trace.keyValueBytes();
                byte[] kv = sequence.keyValues[layer * shape.kvHeads() + cell.group()];
                System.arraycopy(kv, 0, to, at, size);
                writeAttention(sequence, layer, pos, to, at + size);
            }
            case CellId.EMBED -> {
                LittleEndian.putInt(to, body, sequence.tokens[pos]);
                writeResidual(sequence, 0, pos, to, body + 4);
            }
            default -> {
                writeResidual(sequence, shape.layers(), pos, to, body);
                int[] logits = sequence.logits(sequence.residual(shape.layers(), pos));
                int at = writePlanes(logits, shape.width(), to, body + trace.residualBytes());
                LittleEndian.putInt(to, at, sequence.tokens[pos + 1]);
            }
        }
    }

    private void writeLinear(
            TransformerExecution sequence, int pos, int layer, byte[] to, int body) {
        writeResidual(sequence, layer, pos, to, body);
        int at = body + trace.residualBytes();
        writeAttention(sequence, layer, pos, to, at);
        at += shape.attentionWidth();
        int size = trace.keyValueBytes();
        int block = pos / TransformerTrace.KV_POSITIONS;
        for (int head = 0; head < shape.kvHeads(); head++) {
            byte[] kv = sequence.keyValues[layer * shape.kvHeads() + head];
            System.arraycopy(kv, block * size, to, at, size);
            at += size;
        }
        TransformerExecution.Products products = sequence.products(layer, pos);
        at = writePlanes(products.qkv, shape.width(), to, at);
        at = writePlanes(products.out, shape.attentionWidth(), to, at);
        at = writePlanes(products.gateUp, shape.width(), to, at);
        at = writePlanes(products.down, shape.hidden(), to, at);
        writeResidual(sequence, layer + 1, pos, to, at);
    }

    private void writeAttention(
            TransformerExecution sequence, int layer, int pos, byte[] to, int at) {
        int width = shape.attentionWidth();
        System.arraycopy(sequence.attention[layer], pos * width, to, at, width);
    }

    private static int writePlanes(int[] y, int inputs, byte[] to, int at) {
        int planes = Planes.count(inputs);
        Planes.write(y, planes, to, at);
        return at + planes * y.length;
    }
}
