/// Networks on this machine and the files of new ones: `assay devnet`, `assay genesis new`.
@NullMarked
package org.assay.app.devnet;

import org.jspecify.annotations.NullMarked;
