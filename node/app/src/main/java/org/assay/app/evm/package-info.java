/// The `assay evm` commands: Ethereum's state tests, single runs of bytecode, and the bench.
@NullMarked
package org.assay.app.evm;

import org.jspecify.annotations.NullMarked;
