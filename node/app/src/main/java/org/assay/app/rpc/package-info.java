/// JSON-RPC on the command line: the flags of every command that serves it, and its benchmark.
@NullMarked
package org.assay.app.rpc;

import org.jspecify.annotations.NullMarked;
