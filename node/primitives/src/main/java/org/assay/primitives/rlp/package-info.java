/// Recursive Length Prefix (Yellow Paper, appendix B) with size limits, on Tuweni.
@NullMarked
package org.assay.primitives.rlp;

import org.jspecify.annotations.NullMarked;
