package org.assay.rpc.trace;

import java.util.LinkedHashMap;
import java.util.Map;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.rpc.debug.Subject;
import org.assay.rpc.debug.TransactionTracer;
import org.jspecify.annotations.Nullable;

/// OpenEthereum's `stateDiff`: each field of each changed account as `"="` (unchanged), `"+"`
/// with the new value, `"-"` with the old, or `"*"` with both.
final class StateDiffTracer implements TransactionTracer {
    private final Subject subject;

    StateDiffTracer(Subject subject) {
        this.subject = subject;
    }

    @Override
    public Tracer hooks() {
        return Tracer.NONE;
    }

    @Override
    public Object result(long gasUsed) {
        Map<String, Object> accounts = new LinkedHashMap<>();
        StateDiff diff = subject.live().diff();
        diff.changes()
                .forEach(
                        (address, change) ->
                                accounts.put(address.toString(), view(address, change)));
        return accounts;
    }

    private Map<String, Object> view(Address address, StateDiff.Change change) {
        Account before = subject.before().account(address);
        Account after = change.account();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("balance", field(balance(before), balance(after)));
        object.put("code", field(code(address, before, false), code(address, after, true)));
        object.put("nonce", field(nonce(before), nonce(after)));
        Map<String, Object> storage = new LinkedHashMap<>();
        if (after != null) {
            change.storage()
                    .forEach(
                            (slot, value) -> {
                                UInt256 was =
                                        before == null
                                                ? UInt256.ZERO
                                                : subject.before().storage(address, slot);
                                storage.put(
                                        slot.toHash().toString(),
                                        field(
                                                before == null ? null : was.toHash().toString(),
                                                value.toHash().toString()));
                            });
        }
        object.put("storage", storage);
        return object;
    }

    private static @Nullable String balance(@Nullable Account account) {
        return account == null ? null : account.balance().toQuantity();
    }

    private static @Nullable String nonce(@Nullable Account account) {
        return account == null ? null : "0x" + Long.toHexString(account.nonce());
    }

    private @Nullable String code(Address address, @Nullable Account account, boolean now) {
        if (account == null) {
            return null;
        }
        Bytes code =
                now ? subject.live().codeNow(address) : subject.before().code(account.codeHash());
        return code.toString();
    }

    private static Object field(@Nullable String before, @Nullable String after) {
        if (before == null && after == null) {
            return "=";
        }
        if (before == null) {
            return Map.of("+", String.valueOf(after));
        }
        if (after == null) {
            return Map.of("-", before);
        }
        return before.equals(after) ? "=" : Map.of("*", Map.of("from", before, "to", after));
    }
}
