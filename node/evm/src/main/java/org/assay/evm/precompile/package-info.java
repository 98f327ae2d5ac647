/// The precompiled contracts, one class an address, and the table of which fork has which.
@NullMarked
package org.assay.evm.precompile;

import org.jspecify.annotations.NullMarked;
