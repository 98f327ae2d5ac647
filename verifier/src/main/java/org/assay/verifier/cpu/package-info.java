/// The arithmetic of the normative verdict: GF(2^61−1), its quadratic extension, SIG16 and the
/// projections `u = W·r`, in plain Java and on the Vector API, bit-identical.
@NullMarked
package org.assay.verifier.cpu;

import org.jspecify.annotations.NullMarked;
