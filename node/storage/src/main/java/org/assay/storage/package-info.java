/// Bytes that survive a crash: a key-value store with named columns and atomic, synced batches.
@NullMarked
package org.assay.storage;

import org.jspecify.annotations.NullMarked;
