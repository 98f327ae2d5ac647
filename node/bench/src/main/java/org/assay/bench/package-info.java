/// Microbenchmarks of the parts that a block's time goes to, by JMH: `node/bench/run.sh`.
@NullMarked
package org.assay.bench;

import org.jspecify.annotations.NullMarked;
