/// `assay bench`, `assay model` and `assay verify`: compute proofs from the command line,
/// offline.
@NullMarked
package org.assay.app.proof;

import org.jspecify.annotations.NullMarked;
