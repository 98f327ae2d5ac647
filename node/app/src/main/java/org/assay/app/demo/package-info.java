/// `assay demo`: the whole of Assay in under two minutes, on real processes and real images.
@NullMarked
package org.assay.app.demo;

import org.jspecify.annotations.NullMarked;
