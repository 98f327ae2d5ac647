/// The system contracts' compiled artifacts and where genesis puts them.
///
/// Resources: `org/assay/contracts/<Name>.json`, an object with `abi`, `bytecode` (creation code,
/// 0x-prefixed hex, constructor arguments not appended), `deployedBytecode` (immutables zero) and
/// `storageLayout`. Written by `tools/build.mjs` from `src/*.sol`; `tools/build.mjs --check`
// compares.
@NullMarked
package org.assay.contracts;

import org.jspecify.annotations.NullMarked;
