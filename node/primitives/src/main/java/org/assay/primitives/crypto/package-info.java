/// keccak256, SHA-256, secp256k1 and BLS12-381. The only package that imports the libraries.
@NullMarked
package org.assay.primitives.crypto;

import org.jspecify.annotations.NullMarked;
