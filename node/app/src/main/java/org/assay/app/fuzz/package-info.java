/// `assay fuzz`: damaged input for everything that reads bytes from outside.
@NullMarked
package org.assay.app.fuzz;

import org.jspecify.annotations.NullMarked;
