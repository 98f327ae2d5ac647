/// The system contracts as the chain reads and feeds them: ABI words, the prologue's calldata,
/// and views executed on a state.
@NullMarked
package org.assay.chain.system;

import org.jspecify.annotations.NullMarked;
