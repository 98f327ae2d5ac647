/// Bytecode in, StateDiff out: the EVM of every fork from Frontier to Osaka, without I/O.
///
/// [org.assay.evm.Transition] applies one transaction, [org.assay.evm.SystemCalls] what a block
/// does around its transactions, [org.assay.evm.CallSimulation] answers `eth_call`.
@NullMarked
package org.assay.evm;

import org.jspecify.annotations.NullMarked;
