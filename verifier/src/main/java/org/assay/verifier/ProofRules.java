package org.assay.verifier;

/// The parameters of `config.assay.proofs` that a verdict depends on.
///
/// `cells`: s, cells opened an audit. `workUnitLog2`: a work unit is 2^this MACs.
/// `auditNumerator`: the audit rate f in 2^-32. `rowsMax`, `sidecarBytesMax`: limits of one
/// proof.
public record ProofRules(
        int cells, int workUnitLog2, long auditNumerator, int rowsMax, int sidecarBytesMax) {
    public static final long AUDIT_ALWAYS = 1L << 32;

    /// Main values of PROOFS: s = 16, WU = 2^30 MAC, f = 1, an eighth of 512 MiB of sidecar.
    public static final ProofRules MAIN = new ProofRules(16, 30, AUDIT_ALWAYS, 1 << 20, 64 << 20);

    /// For dev chains with small models: a work unit is 2^20 MAC.
    public static final ProofRules DEV = new ProofRules(16, 20, AUDIT_ALWAYS, 1 << 16, 16 << 20);

    public ProofRules {
        if (cells < 1 || cells > 4096 || workUnitLog2 < 0 || workUnitLog2 > 62) {
            throw new IllegalArgumentException("cells or workUnitLog2 out of range");
        }
        if (auditNumerator < 0 || auditNumerator > AUDIT_ALWAYS) {
            throw new IllegalArgumentException("auditNumerator out of range");
        }
        if (rowsMax < 1 || sidecarBytesMax < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /// Whole work units in `macs` int8 multiply-adds.
    public long workUnits(long macs) {
        return macs >>> workUnitLog2;
    }
}
