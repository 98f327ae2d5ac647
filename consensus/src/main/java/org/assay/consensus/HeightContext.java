package org.assay.consensus;

import org.assay.primitives.Address;

/// What the rules of one height are relative to.
record HeightContext(
        long height, Address parentCoinbase, Validators validators, Rules rules, Flaws flaws) {
    HeightContext(long height, Address parentCoinbase, Validators validators, Rules rules) {
        this(height, parentCoinbase, validators, rules, Flaws.NONE);
    }

    int quorum() {
        return validators.quorum() - flaws.quorumShortfall();
    }

    Address proposer(int round) {
        return validators.proposer(parentCoinbase, round);
    }
}
