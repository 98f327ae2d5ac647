/// A node seen from outside: JSON-RPC over HTTP, and a wallet that signs and waits.
@NullMarked
package org.assay.app.client;

import org.jspecify.annotations.NullMarked;
