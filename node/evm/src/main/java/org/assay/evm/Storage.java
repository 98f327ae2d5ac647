package org.assay.evm;

/// SLOAD and SSTORE with the metering of every fork.
final class Storage {
    static final long COLD_ACCOUNT_GAS = 2600;

    private static final long COLD_SLOAD_GAS = 2100;
    private static final long SET_GAS = 20000;
    private static final long RESET_GAS = 5000;

    /// EIP-2200: an SSTORE with this much gas or less fails, for that is a stipend.
    static final long GUARD_GAS = 2300;

    private Storage() {}

    static int load(Frame f, Machine m) {
        int top = f.sp - 4;
        long[] s = f.stack;
        m.traceStorage(f, top);
        AccountState self = f.self;
        int slot = m.state.slot(self, s, top);
        if (m.rules.hasWarmAndCold
                && m.state.warm(self, slot)
                && !f.pay(m.rules.slotColdExtraGas)) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        long[] words = self.storage.words;
        int i = slot * SlotMap.WIDTH + SlotMap.CURRENT;
        s[top] = words[i];
        s[top + 1] = words[i + 1];
        s[top + 2] = words[i + 2];
        s[top + 3] = words[i + 3];
        return Interpreter.NEXT;
    }

    static int store(Frame f, Machine m) {
        if (f.isStatic) {
            return f.fail(HaltReason.WRITE_PROTECTION);
        }
        int key = f.sp - 4;
        int value = f.sp - 8;
        Rules rules = m.rules;
        boolean guarded =
                rules.storageMetering == Rules.StorageMetering.NET_GUARDED
                        || rules.storageMetering == Rules.StorageMetering.WARM_COLD;
        if (guarded && f.gas <= GUARD_GAS) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        m.traceStorage(f, key);
        AccountState self = f.self;
        int slot = m.state.slot(self, f.stack, key);
        long cold = 0;
        if (rules.hasWarmAndCold && m.state.warm(self, slot)) {
            cold = COLD_SLOAD_GAS;
        }
        if (!f.pay(cold + price(rules, m.state, self.storage.words, slot, f.stack, value))) {
            return f.fail(HaltReason.OUT_OF_GAS);
        }
        m.state.store(self, slot, f.stack, value);
        f.sp -= 8;
        return Interpreter.NEXT;
    }

    /// The price of writing `s[value..]` into the slot; also books the refund, which a failure of
    /// the frame undoes.
    private static long price(
            Rules rules, JournaledState state, long[] words, int slot, long[] s, int value) {
        int original = slot * SlotMap.WIDTH + SlotMap.ORIGINAL;
        int current = original + 4;
        if (rules.storageMetering == Rules.StorageMetering.PLAIN) {
            boolean wasZero = Arithmetic.isZero(words, current);
            boolean toZero = Arithmetic.isZero(s, value);
            if (!wasZero && toZero) {
                state.refund += rules.storageClearRefund;
            }
            return wasZero && !toZero ? SET_GAS : RESET_GAS;
        }
        if (same(words, current, s, value)) {
            return rules.storageWarmGas;
        }
        boolean originalIsZero = Arithmetic.isZero(words, original);
        boolean toZero = Arithmetic.isZero(s, value);
        long resetGas = rules.hasWarmAndCold ? RESET_GAS - COLD_SLOAD_GAS : RESET_GAS;
        if (same(words, original, words, current)) {
            if (originalIsZero) {
                return SET_GAS;
            }
            if (toZero) {
                state.refund += rules.storageClearRefund;
            }
            return resetGas;
        }
        if (!originalIsZero) {
            if (Arithmetic.isZero(words, current)) {
                state.refund -= rules.storageClearRefund;
            } else if (toZero) {
                state.refund += rules.storageClearRefund;
            }
        }
        if (same(words, original, s, value)) {
            state.refund += (originalIsZero ? SET_GAS : resetGas) - rules.storageWarmGas;
        }
        return rules.storageWarmGas;
    }

    private static boolean same(long[] p, int a, long[] q, int b) {
        return p[a + 3] == q[b + 3] && p[a + 2] == q[b + 2] && p[a + 1] == q[b + 1] && p[a] == q[b];
    }
}
