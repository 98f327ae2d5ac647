/// Validator keys: encrypted files, the `assay key` command, and signers on this machine or on
/// another.
@NullMarked
package org.assay.app.keys;

import org.jspecify.annotations.NullMarked;
