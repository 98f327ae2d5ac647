package org.assay.evm.precompile;

import org.assay.evm.Fork;
import org.jspecify.annotations.Nullable;

/// One precompiled contract. Stateless and safe for any thread; both methods only read `input`.
public interface Precompile {
    /// What running on `input` costs under the rules of `fork`, in gas, or -1 when `input` makes
    /// it fail whatever the gas. Saturates at [Long#MAX_VALUE].
    long gas(byte[] input, Fork fork);

    /// The output, or null when the contract fails on `input` (all gas given is lost then).
    /// Called only after the gas of [#gas] has been paid.
    byte @Nullable [] run(byte[] input);
}
