/// Joining and leaving the validators of a chain with Assay's rules: `assay validator`.
@NullMarked
package org.assay.app.validator;

import org.jspecify.annotations.NullMarked;
