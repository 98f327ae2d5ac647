/// Headers, transactions, receipts and blocks, with their RLP encodings.
@NullMarked
package org.assay.primitives.block;

import org.jspecify.annotations.NullMarked;
