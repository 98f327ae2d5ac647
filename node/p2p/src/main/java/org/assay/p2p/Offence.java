package org.assay.p2p;

/// What a peer can do wrong, with its weight: [PeerScores#POINTS_MAX] points lead to a ban.
public enum Offence {
    /// What no honest program sends.
    MALFORMED(100),
    /// A block or proof that breaks the rules.
    INVALID(100),
    /// An answer nobody asked for, or one that leaves out what the peer said it has.
    USELESS(20),
    /// No answer in time.
    SLOW(10);

    private final int points;

    Offence(int points) {
        this.points = points;
    }

    int points() {
        return points;
    }
}
