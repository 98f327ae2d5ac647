/// `assay bench load`: transactions through a running node or network, as fast as it takes them.
@NullMarked
package org.assay.app.load;

import org.jspecify.annotations.NullMarked;
