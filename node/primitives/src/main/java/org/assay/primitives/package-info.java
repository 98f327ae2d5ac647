/// The nouns all modules share: bytes, hashes, addresses, 256-bit integers.
@NullMarked
package org.assay.primitives;

import org.jspecify.annotations.NullMarked;
