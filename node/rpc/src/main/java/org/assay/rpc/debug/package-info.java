/// Re-execution of transactions under watch: geth's tracers and the `debug_` namespace.
@NullMarked
package org.assay.rpc.debug;

import org.jspecify.annotations.NullMarked;
