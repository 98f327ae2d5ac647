/// `assay emission`: tables, pictures and audits of emission policies for people. Floating point
/// occurs in drawing only.
@NullMarked
package org.assay.app.emission;

import org.jspecify.annotations.NullMarked;
