/// JSON-RPC over HTTP: one class a namespace, all on [Backend].
@NullMarked
package org.assay.rpc;

import org.jspecify.annotations.NullMarked;
