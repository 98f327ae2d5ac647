/// The curve alt_bn128 (also BN254) of EIP-196 and EIP-197, for contracts 0x06, 0x07 and 0x08.
///
/// Elements live in `long[]`, addressed by an offset, so that arithmetic allocates nothing:
/// Fp is 4 little-endian words in Montgomery form (R = 2^256) and always below p; Fp2 is
/// `c0 ‖ c1`, 8 words; Fp6 is three Fp2, 24 words; Fp12 is two Fp6, 48 words. The tower is
/// `Fp2 = Fp[u]/(u² + 1)`, `Fp6 = Fp2[v]/(v³ - ξ)` with ξ = 9 + u, `Fp12 = Fp6[w]/(w² - v)`.
/// A result may overlap an argument only where it starts at the same offset of the same array.
///
/// Nothing here is secret, so nothing is constant-time.
@NullMarked
package org.assay.evm.precompile.bn128;

import org.jspecify.annotations.NullMarked;
