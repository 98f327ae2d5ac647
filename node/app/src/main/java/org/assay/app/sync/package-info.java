/// What it takes to follow a chain from its beginning, measured: a chain made without a network,
/// and both ways of syncing it.
@NullMarked
package org.assay.app.sync;

import org.jspecify.annotations.NullMarked;
