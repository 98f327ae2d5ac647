/// A provider: runs jobs, commits to them, opens what the beacon draws, and claims.
@NullMarked
package org.assay.app.provider;

import org.jspecify.annotations.NullMarked;
