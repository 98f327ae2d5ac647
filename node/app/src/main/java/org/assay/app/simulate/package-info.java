/// `assay simulate`: validators under every fault, on one thread, by seed.
@NullMarked
package org.assay.app.simulate;

import org.jspecify.annotations.NullMarked;
