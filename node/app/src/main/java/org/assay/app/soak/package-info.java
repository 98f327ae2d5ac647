/// `assay soak`: many jobs through a network whose parts keep dying.
@NullMarked
package org.assay.app.soak;

import org.jspecify.annotations.NullMarked;
