package org.assay.consensus;

/// Where Assay's QBFT differs from Besu's. Everything else, the wire included, is the same.
///
/// * `joinsEarly`: f+1 validators in higher rounds take this one along at once.
/// * `checksExtraDataRound`: a proposal whose extraData names another round than its payload is
///   refused. Besu accepts it, and a faulty proposer can then lock a height for good: the digest
///   that was prepared can never be proposed again.
/// * `roundMax`: the highest target of a round change. Besu's 1000 is out of reach with doubling
///   timers, but with capped ones it is a few hours of outage.
/// * `legacyEncoding`: send proposals and round changes without the access list slot (Besu before
///   26.1). Both forms are always read.
public record Rules(
        RoundTimer roundTimer,
        boolean joinsEarly,
        boolean checksExtraDataRound,
        int roundMax,
        boolean legacyEncoding) {
    public static final Rules BESU = new Rules(RoundTimer.BESU, false, false, 1000, false);
    public static final Rules ASSAY = new Rules(RoundTimer.ASSAY, true, true, 1 << 30, false);
}
