/// Accounts, the read side of a state (StateView) and its write side (StateDiff).
@NullMarked
package org.assay.primitives.state;

import org.jspecify.annotations.NullMarked;
