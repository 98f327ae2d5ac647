/// The program: command line, configuration, and the only wiring.
@NullMarked
package org.assay.app;

import org.jspecify.annotations.NullMarked;
