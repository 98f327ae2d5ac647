/// `assay import` and `assay export`: chains as files, as other clients write and read them.
@NullMarked
package org.assay.app.chain;

import org.jspecify.annotations.NullMarked;
