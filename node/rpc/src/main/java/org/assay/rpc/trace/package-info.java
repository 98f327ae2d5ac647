/// OpenEthereum's `trace_` namespace.
@NullMarked
package org.assay.rpc.trace;

import org.jspecify.annotations.NullMarked;
