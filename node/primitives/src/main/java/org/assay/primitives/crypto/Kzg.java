package org.assay.primitives.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.Invariant;
import org.assay.primitives.UInt256;

/// KZG commitments of EIP-4844. Checking an evaluation takes one point of the trusted setup only,
/// so that nothing is loaded.
public final class Kzg {
    public static final int COMMITMENT_BYTES = 48;
    public static final int PROOF_BYTES = 48;
    public static final int BLOB_BYTES = 131_072;

    /// The order of the scalar field, BLS_MODULUS.
    public static final UInt256 MODULUS = UInt256.of(BlsGroup.ORDER);

    private static final byte VERSION = 1;

    /// τ times the generator of G2: the second point of `g2_monomial` of the mainnet ceremony's
    /// setup (ethereum/consensus-specs, presets/mainnet/trusted_setups).
    private static final byte[] TAU_G2 =
            Hex.decode(
                    "b5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d"
                            + "2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e2"
                            + "3926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2");

    private static final byte[] GENERATOR_G1 =
            Hex.decode(
                    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
                            + "6c55e83ff97a1aeffb3af00adb22c6bb");

    private static final byte[] GENERATOR_G2 =
            Hex.decode(
                    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049"
                            + "334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051"
                            + "c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8");

    // Affine, made once: decompression costs as much as a product.
    private static final MemorySegment G = constant(BlsGroup.G1, GENERATOR_G1);
    private static final MemorySegment H = constant(BlsGroup.G2, GENERATOR_G2);
    private static final MemorySegment MINUS_TAU_H = constant(BlsGroup.G2, negated(TAU_G2));

    private Kzg() {}

    private static MemorySegment constant(BlsGroup group, byte[] encoded) {
        MemorySegment affine = Arena.global().allocate(group.affineBytes(), 8);
        try (Arena arena = Arena.ofConfined()) {
            Invariant.check(uncompress(group, affine, encoded, arena), "a constant is a point");
        }
        return affine;
    }

    /// The other root: a flag of the encoding says which y is meant.
    private static byte[] negated(byte[] encoded) {
        byte[] other = encoded.clone();
        other[0] ^= 0x20;
        return other;
    }

    /// `VERSIONED_HASH_VERSION_KZG ‖ sha256(commitment)[1:]`.
    public static Hash versionedHash(byte[] commitment) {
        byte[] hash = Sha256.digest().digest(commitment);
        hash[0] = VERSION;
        return Hash.of(hash);
    }

    /// Whether `proof` shows that the polynomial of `commitment`, 48 bytes each, has the value
    /// `y` at `z`. False as well for scalars not below [#MODULUS] and for encodings that are not
    /// points of the group.
    public static boolean verifyEvaluation(byte[] commitment, UInt256 z, UInt256 y, byte[] proof) {
        if (z.compareTo(MODULUS) >= 0 || y.compareTo(MODULUS) >= 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment c = arena.allocate(BlsGroup.G1.affineBytes(), 8);
            MemorySegment w = arena.allocate(BlsGroup.G1.affineBytes(), 8);
            return uncompress(BlsGroup.G1, c, commitment, arena)
                    && uncompress(BlsGroup.G1, w, proof, arena)
                    && isBalanced(c, z.toBigInteger(), y.toBigInteger(), w, arena);
        }
    }

    /// Whether `proof` shows that `commitment` is that of `blob`, [#BLOB_BYTES] bytes (EIP-4844
    /// `verify_blob_kzg_proof`).
    public static boolean verifyBlob(Bytes blob, byte[] commitment, byte[] proof) {
        BigInteger z = BlobPolynomial.challenge(blob, commitment);
        return BlobPolynomial.valueAt(blob, z)
                .filter(y -> verifyEvaluation(commitment, UInt256.of(z), UInt256.of(y), proof))
                .isPresent();
    }

    private static boolean uncompress(
            BlsGroup group, MemorySegment affine, byte[] encoded, Arena arena) {
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, encoded);
        return Blst.succeeds(group.uncompress(), affine, bytes) && group.isInSubgroup(affine);
    }

    /// e(C - y·G + z·W, H) · e(W, -τ·H) = 1 for the generators G and H: the verifier's equation
    /// with every product by a scalar moved to G1, where it is cheaper.
    private static boolean isBalanced(
            MemorySegment c, BigInteger z, BigInteger y, MemorySegment w, Arena arena) {
        BlsGroup group = BlsGroup.G1;
        MemorySegment term = arena.allocate(group.jacobianBytes(), 8);
        MemorySegment affine = arena.allocate(group.affineBytes(), 8);
        MemorySegment sum = arena.allocate(group.jacobianBytes(), 8);
        group.multiply(sum, G, y.negate(), arena);
        Blst.call(group.addAffine(), sum, sum, c);
        group.multiply(term, w, z, arena);
        Blst.call(group.toAffine(), affine, term);
        Blst.call(group.addAffine(), sum, sum, affine);

        long firstBytes = group.affineBytes();
        long secondBytes = BlsGroup.G2.affineBytes();
        MemorySegment first = arena.allocate(2 * firstBytes, 8);
        MemorySegment second = arena.allocate(2 * secondBytes, 8);
        long count = 0;
        Blst.call(group.toAffine(), first, sum);
        if (!group.isInfinity(first)) {
            MemorySegment.copy(H, 0, second, 0, secondBytes);
            count++;
        }
        if (!group.isInfinity(w)) {
            MemorySegment.copy(w, 0, first, count * firstBytes, firstBytes);
            MemorySegment.copy(MINUS_TAU_H, 0, second, count * secondBytes, secondBytes);
            count++;
        }
        return Bls12.isPairingProductOne(first, second, count, arena);
    }
}
