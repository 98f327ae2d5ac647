/// Who is paid how much, when, and how anyone can check it. Policies are values; the chain's
/// native engine is one pure function, [EmissionRules#next].
///
/// Integers only, no floating point: rounding and boundary conventions are part of each rule. One
/// wei is the smallest unit; mints are whole gwei (10^9 wei) because a withdrawal carries gwei.
@NullMarked
package org.assay.consensus.emission;

import org.jspecify.annotations.NullMarked;
