package org.assay.consensus;

import org.assay.primitives.Address;

/// What the rules of one height are relative to.
record HeightContext(long height, Address parentCoinbase, Validators validators, Rules rules) {
    Address proposer(int round) {
        return validators.proposer(parentCoinbase, round);
    }
}
