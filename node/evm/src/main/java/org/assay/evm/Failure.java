package org.assay.evm;

import org.jspecify.annotations.Nullable;

/// Why a frame failed, with the words that traces of geth use: they name the instruction and the
/// numbers where the reason alone does not. Made for tracers only.
public record Failure(HaltReason reason, String text) {
    /// EIP-2200's guard, as geth words it.
    private static final String GUARD_TEXT = "out of gas: not enough gas for reentrancy sentry";

    private static final String INPUT_TEXT = "invalid input length";

    static Failure of(HaltReason reason) {
        return new Failure(reason, reason.text());
    }

    /// What `frame` failed with, read off where the plain interpreter stopped; null when it did
    /// not fail.
    static @Nullable Failure of(Frame frame, Rules rules) {
        HaltReason reason = frame.halt;
        if (reason == null) {
            return null;
        }
        int words = frame.sp / 4;
        int op = frame.pc <= frame.code.size ? frame.code.padded[frame.pc] & 0xff : Opcode.STOP;
        return new Failure(
                reason,
                switch (reason) {
                    case STACK_UNDERFLOW ->
                            "stack underflow (" + words + " <=> " + Opcode.pops(op) + ")";
                    case STACK_OVERFLOW ->
                            "stack limit reached "
                                    + words
                                    + " ("
                                    + (Opcode.STACK_WORDS_MAX + Opcode.pops(op) - Opcode.pushes(op))
                                    + ")";
                    case INVALID_OPCODE -> "invalid opcode: " + Opcode.text(op);
                    case OUT_OF_GAS -> isGuard(op, frame, rules) ? GUARD_TEXT : reason.text();
                    case PRECOMPILE_FAILURE -> INPUT_TEXT;
                    default -> reason.text();
                });
    }

    private static boolean isGuard(int op, Frame frame, Rules rules) {
        boolean guarded =
                rules.storageMetering == Rules.StorageMetering.NET_GUARDED
                        || rules.storageMetering == Rules.StorageMetering.WARM_COLD;
        return op == Opcode.SSTORE
                && guarded
                && frame.target.precompile == null
                && frame.gas <= Storage.GUARD_GAS;
    }

    /// Whether the interpreter found it before the instruction ran: tracers then see the failure
    /// in the step itself, and otherwise the step without it.
    public boolean isBeforeExecution() {
        return switch (reason) {
            case STACK_UNDERFLOW, STACK_OVERFLOW, OUT_OF_GAS, INITCODE_TOO_LARGE -> true;
            default -> false;
        };
    }
}
