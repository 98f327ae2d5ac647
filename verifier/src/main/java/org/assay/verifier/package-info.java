/// Compute proofs: formats, transcript, templates and the verdict.
///
/// All integers little-endian, fixed width, reserved bits zero, exact length.
///
///     Commit (281 B): u8 ver=1|u8 kind|u16 flags=0|u64 chainId|20B provider|32B jobId
///      |32B templateId|32B inputRoot|32B outputRoot|32B traceRoot|u32 rows|u32 seqs
///      |u64 workUnits|u64 expiry|65B sig (r‖s‖yParity, low s)
///     commitId = keccak(Commit[0..216)), which is what sig signs; kind is the template's
///     Open (135 B): 32B commitId|u16 nCells|u32 sidecarLen|32B sidecarRoot|65B sig
///      sig signs keccak(Open[0..70))
///     Cell: u32 seq|u32 pos|u16 layer|u8 op|u8 group|u32 len|body|proofs
///      len counts the bytes after it
///
///     salt  = keccak("ASSAY1"‖u64 chainId‖jobId‖provider‖templateId)
///     leaf  = SHA256(0‖salt‖u8 type‖u32 seq‖u32 pos‖u16 layer‖u16 sub‖u32 len‖data)
///     node  = SHA256(1‖left‖right); leaves padded to a power of two with 32 zero bytes
///     chunk = SHA256(2‖u32 index‖u32 len‖at most 64 KiB), the leaves under sidecarRoot
///     input = SHA256(3‖u32 row‖u32 len‖row), the leaves under inputRoot: no salt, so that the
///             customer computes it before there is a provider
///     model = SHA256(4‖u32 matrix‖u32 chunk‖u32 len‖at most 64 KiB), the leaves of a matrix root
///
/// Work units are ⌊MACs / 2^workUnitLog2⌋ of the job's rows, computed by the chain.
///
/// ## matmul-int8 (kind 1)
///
/// C = A·B without a model: modelRoot is zero, seqs = rows. inputRoot is over the 64 KiB chunks
/// of A ‖ B; outputRoot = SHA-256 of C as i32, row by row. Everything is opened, as one cell.
///
///     sidecar: A, int8[rows, k] | B, int8[k, n] in [−127, 127] | for each row the planes of C
///     traceRoot: over salted leaves of type 2, seq 0, pos i = the i-th 64 KiB of the sidecar
///
/// Checked: hashes, bounds, then A·(B·r) = C·r for each row, with rho from commitId, matrix 0.
///
/// ## mlp-int8 (kind 2)
///
/// seqs = rows: row r is sequence r of length 1, so there is no L leaf. Leaves of the trace, in
/// tree order: T(seq r), the answer byte; X(seq r, layer l), int8 x_l, 1 ≤ l < layers. x_0 is the
/// input row itself, which lies under inputRoot. outputRoot = SHA-256 of the answer bytes.
///
///     sidecar: answers[rows] | multiproof of all T | the drawn cells in the order drawn
///              | the head cell of each row they touch, in that order, where not drawn
///     op0, l < layers−1: x_l | planes of y_l | x_{l+1} | multiproof of X(l) if l > 0, X(l+1)
///     op3, l = layers−1: x_l | planes of y_l | answer  | multiproof of T, X(l) if l > 0
///      where l = 0 stands: x_0 as the raw input bytes, and the path under inputRoot last
///
/// A cell is checked as: frame as drawn, hashes, planes within bounds, Y·r = X·u, then x_{l+1} or
/// the answer recomputed exactly from y.
///
/// ## transformer-int8 (kind 3)
///
/// Inputs are prompts (leaf i under inputRoot: prompt i as u32 tokens); `job.rows` is their
/// tokens together. Commit.rows is the true sum with the generated ones: job.rows ≤ rows ≤
/// job.rows + seqs·maxNew, less than the most where sequences end at eos or at the context's end.
/// Every position is run through all layers. Leaves: L, {u32 prompt, u32 length} of each
/// sequence; T(seq, pos), u32; X(seq, layer, pos), the i16 residual before layer 0..layers;
/// A(seq, layer, pos), i8 attention output of all heads; KV(seq, layer, head, block), k ‖ v of
/// four positions, zero after the end.
///
///     sidecar: L | all T | their multiproof | drawn cells | head cells: for each touched
/// sequence
///              with generated tokens that of the last and that of one drawn token
///     op0: X(layer) | A | KV of every head | planes of QKV, O, gate ‖ up, down | X(layer+1)
///     op1: X(layer) | planes of QKV | KV blocks 0..pos of the head | whole A, one
///          group of it is checked
///     op2: T(pos) | X(0)          op3: X(layers) of pos | planes of logits | T(pos+1)
///     answers: for each sequence u32 count, then the generated tokens as u32
///
/// Paid work: linear layers of every token, 2·attentionWidth·(pos+1) a layer for attention, and
/// the head for generated tokens. The steps are those of TransformerSteps.
@NullMarked
package org.assay.verifier;

import org.jspecify.annotations.NullMarked;
