package org.assay.consensus.emission;

/// Why a withdrawal is paid: its `validatorIndex`. Withdrawals of a block come in this order.
public enum Category {
    PROLOGUE_REFUND(0),
    FEE_SHARE(1),
    VERIFIED_WORK(2),
    VALIDATORS(3),
    TREASURY(4),
    POOL(5);

    private final long code;

    Category(long code) {
        this.code = code;
    }

    /// The withdrawal's `validatorIndex`.
    public long code() {
        return code;
    }
}
