/// The provider's side: reference executors, commitments, and the opening of drawn cells.
@NullMarked
package org.assay.verifier.prover;

import org.jspecify.annotations.NullMarked;
