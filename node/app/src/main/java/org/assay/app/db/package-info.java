/// `assay db`: looks at, checks, backs up and restores the database of a node.
@NullMarked
package org.assay.app.db;

import org.jspecify.annotations.NullMarked;
