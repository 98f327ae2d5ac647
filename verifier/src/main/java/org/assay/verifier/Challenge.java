package org.assay.verifier;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.cpu.Extension;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.Field;

/// The transcript of PROOFS section 3: everything the beacon decides, derived the same way by
/// provider and validators.
public final class Challenge {
    private static final byte[] SALT_TAG = ascii("ASSAY1");
    private static final byte[] AUDIT_TAG = ascii("AUDIT");
    private static final byte[] CELL_TAG = ascii("CELL");
    private static final byte[] SEED_TAG = ascii("SEED");
    private static final byte[] KEY_TAG = ascii("EVK1");

    /// Mixes from h1 to h1+3 draw audits, so that withholding one changes little.
    public static final int AUDIT_DRAWS = 4;

    private Challenge() {}

    private static byte[] ascii(String tag) {
        return tag.getBytes(StandardCharsets.US_ASCII);
    }

    /// The salt of every leaf of a trace: no leaf fits another chain, job, provider or template.
    public static Hash salt(long chainId, Hash jobId, Address provider, Hash templateId) {
        byte[] chain = new byte[8];
        LittleEndian.putLong(chain, 0, chainId);
        return Keccak.hash256(
                SALT_TAG, chain, jobId.toArray(), provider.toArray(), templateId.toArray());
    }

    /// keccak("SEED"‖jobId‖mix(assignment block)): the seed of sampled tokens.
    public static Hash jobSeed(Hash jobId, Hash assignmentMix) {
        return Keccak.hash256(SEED_TAG, jobId.toArray(), assignmentMix.toArray());
    }

    /// The 32-bit draw of one audit mix, in `[0, 2^32)`.
    public static long auditDraw(Hash mix, Hash commitId) {
        byte[] hash = Keccak.hash256(AUDIT_TAG, mix.toArray(), commitId.toArray()).toArray();
        return LittleEndian.getInt(hash, 0) & 0xffff_ffffL;
    }

    /// Whether any of the four mixes draws the commit at rate f = auditNumerator / 2^32.
    public static boolean audited(List<Hash> mixes, Hash commitId, long auditNumerator) {
        return auditNumerator == ProofRules.AUDIT_ALWAYS
                || mixes.stream()
                        .anyMatch(mix -> auditDraw(mix, commitId) < auditNumerator / AUDIT_DRAWS);
    }

    /// The words from which the cells of a commit are drawn.
    public static WordStream cellWords(Hash mix, Hash commitId) {
        return new WordStream(cellSeed(mix, commitId));
    }

    static Hash cellSeed(Hash mix, Hash commitId) {
        return Keccak.hash256(CELL_TAG, mix.toArray(), commitId.toArray());
    }

    /// The first block whose mix may fix r: `epochBlocks·⌈(hO+Δ)/epochBlocks⌉`.
    public static long projectionBlock(long openHeight, int deltaBlocks, int epochBlocks) {
        long earliest = Math.addExact(openHeight, deltaBlocks);
        return Math.multiplyExact(Math.ceilDiv(earliest, epochBlocks), epochBlocks);
    }

    /// Δ = max(2, f+1) with f = ⌊(N−1)/3⌋.
    public static int deltaBlocks(int validators) {
        return Math.max(2, (validators - 1) / 3 + 1);
    }

    /// rho_i of one matrix. `modelRoot` is the commitId for a product without a model.
    public static Extension rho(Hash projectionMix, Hash modelRoot, int matrix, int i) {
        byte[] input = new byte[KEY_TAG.length + 76];
        System.arraycopy(KEY_TAG, 0, input, 0, KEY_TAG.length);
        projectionMix.writeTo(input, 4);
        modelRoot.writeTo(input, 36);
        LittleEndian.putInt(input, 68, matrix);
        LittleEndian.putInt(input, 72, i);
        MessageDigest sha = Sha256.digest();
        long re = -1;
        for (int counter = 0; ; counter++) {
            LittleEndian.putInt(input, 76, counter);
            byte[] words = sha.digest(input);
            for (int at = 0; at < Hash.SIZE; at += 8) {
                long word = LittleEndian.getLong(words, at) & Field.P;
                if (word == Field.P) {
                    continue;
                }
                if (re >= 0) {
                    return new Extension(re, word);
                }
                re = word;
            }
        }
    }

    /// r for `columns` columns: r_j = Π_i (bit i of j ? rho_i : 1 − rho_i). Prepared.
    public static ExtensionVector tensor(
            Hash projectionMix, Hash modelRoot, int matrix, int columns) {
        int bits = columns == 1 ? 0 : 32 - Integer.numberOfLeadingZeros(columns - 1);
        ExtensionVector r = new ExtensionVector(columns);
        r.set(0, 1, 0);
        int filled = 1;
        for (int i = 0; i < bits; i++) {
            Extension rho = rho(projectionMix, modelRoot, matrix, i);
            Extension complement = Extension.ONE.subtract(rho);
            for (int j = 0; j < filled; j++) {
                Extension low = r.get(j);
                int high = j + filled;
                if (high < columns) {
                    Extension product = low.multiply(rho);
                    r.set(high, product.re(), product.im());
                }
                Extension rest = low.multiply(complement);
                r.set(j, rest.re(), rest.im());
            }
            filled = Math.min(columns, 2 * filled);
        }
        return r.prepared();
    }
}
