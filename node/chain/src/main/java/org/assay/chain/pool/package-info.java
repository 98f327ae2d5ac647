/// What waits for a block: transactions, and the sidecars that proofs are checked from.
@NullMarked
package org.assay.chain.pool;

import org.jspecify.annotations.NullMarked;
