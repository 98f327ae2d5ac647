/// `assay job`: a customer's side, images or text in and answers out.
@NullMarked
package org.assay.app.job;

import org.jspecify.annotations.NullMarked;
