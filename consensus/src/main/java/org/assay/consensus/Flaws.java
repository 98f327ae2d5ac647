package org.assay.consensus;

/// Deliberate mistakes, so that a test can show the simulation finds them. Nodes run with
/// [#NONE]: only this package can make a machine with others.
record Flaws(boolean skipsJustification, int quorumShortfall) {
    static final Flaws NONE = new Flaws(false, 0);
}
