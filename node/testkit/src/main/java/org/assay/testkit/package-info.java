/// Test scope only: seeds, golden tables, the shared test material.
@NullMarked
package org.assay.testkit;

import org.jspecify.annotations.NullMarked;
