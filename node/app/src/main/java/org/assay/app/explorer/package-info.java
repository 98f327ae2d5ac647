/// The page that a node shows a person: blocks, jobs, proofs, verdicts and the supply, live.
@NullMarked
package org.assay.app.explorer;

import org.jspecify.annotations.NullMarked;
