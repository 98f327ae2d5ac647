/// Calls and blocks that are tried and thrown away: access lists, `eth_simulateV1`.
@NullMarked
package org.assay.rpc.simulate;

import org.jspecify.annotations.NullMarked;
