/// Writes the genesis file of a new Assay network: system contracts deployed by their own
/// constructors, validators staked, everything of ours under `config.assay`.
@NullMarked
package org.assay.chain.genesis;

import org.jspecify.annotations.NullMarked;
