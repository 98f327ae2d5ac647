/// Discovery v5: who else is on the network, by signed node records (EIP-778). The protocol is
/// the library's; what is ours is the fork id in the record and the choice of who is told on.
@NullMarked
package org.assay.p2p.discovery;

import org.jspecify.annotations.NullMarked;
