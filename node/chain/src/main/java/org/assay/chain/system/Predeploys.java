package org.assay.chain.system;

import org.assay.primitives.Address;

/// Where the system contracts live: PROTOCOL section 5 and `contracts/src/SystemAddresses.sol`.
public final class Predeploys {
    public static final Address PROLOGUE = number(0x01);
    public static final Address STAKING = number(0x02);
    public static final Address MODEL_REGISTRY = number(0x03);
    public static final Address JOBS = number(0x04);
    public static final Address PROOFS = number(0x05);
    public static final Address REWARDS = number(0x06);

    private Predeploys() {}

    private static Address number(int last) {
        return Address.ofNumber(0xA55A0000 | last);
    }
}
