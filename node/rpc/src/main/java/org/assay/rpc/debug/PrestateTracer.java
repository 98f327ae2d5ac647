package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.assay.evm.Failure;
import org.assay.evm.Fork;
import org.assay.evm.Opcode;
import org.assay.evm.Tracer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Authorization;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.jspecify.annotations.Nullable;

/// geth's `prestateTracer`: the accounts and slots that a transaction touched, as they were
/// before it; in diff mode those it changed, before and after.
final class PrestateTracer implements TransactionTracer, Tracer {
    private static final int DELEGATION_SIZE = 23;

    record Options(
            boolean diffMode, boolean disableCode, boolean disableStorage, boolean includeEmpty) {
        static Options read(JsonNode config) {
            return new Options(
                    config.path("diffMode").asBoolean(),
                    config.path("disableCode").asBoolean(),
                    config.path("disableStorage").asBoolean(),
                    config.path("includeEmpty").asBoolean());
        }
    }

    private final Subject subject;
    private final Options options;
    private final Map<Address, Set<UInt256>> touched = new TreeMap<>();
    private final Set<Address> created = new HashSet<>();
    private final Set<Address> deleted = new HashSet<>();

    PrestateTracer(Subject subject, Options options) {
        this.subject = subject;
        this.options = options;
        if (subject.isCreation()) {
            created.add(subject.target());
        } else {
            touchDelegate(codeBefore(subject.target()));
        }
        for (Authorization authorization : subject.authorizations()) {
            authorization.authority().ifPresent(this::touch);
        }
        touch(subject.from());
        touch(subject.target());
        touch(subject.block().coinbase());
    }

    @Override
    public Tracer hooks() {
        return this;
    }

    @Override
    public boolean wantsSteps() {
        return true;
    }

    private void touch(Address address) {
        touched.computeIfAbsent(address, ignored -> new java.util.TreeSet<>());
    }

    /// Follows a delegation (EIP-7702).
    private void touchDelegate(Bytes code) {
        if (subject.block().fork().isAtLeast(Fork.PRAGUE)
                && code.size() == DELEGATION_SIZE
                && code.get(0) == (byte) 0xef
                && code.get(1) == 1
                && code.get(2) == 0) {
            touch(Address.of(code.slice(3, DELEGATION_SIZE)));
        }
    }

    @Override
    public void step(Step step) {
        Failure failure = step.failure();
        if ((failure != null && failure.isBeforeExecution()) || step.stackSize() == 0) {
            return;
        }
        switch (step.opcode()) {
            case Opcode.SLOAD, Opcode.SSTORE -> touchSlot(step.address(), step.stackFromTop(0));
            case Opcode.EXTCODECOPY, Opcode.EXTCODEHASH, Opcode.EXTCODESIZE, Opcode.BALANCE ->
                    touch(Address.ofWord(step.stackFromTop(0)));
            case Opcode.SELFDESTRUCT -> {
                touch(Address.ofWord(step.stackFromTop(0)));
                if (!subject.block().fork().isAtLeast(Fork.CANCUN)
                        || created.contains(step.address())) {
                    deleted.add(step.address());
                }
            }
            case Opcode.CALL, Opcode.CALLCODE, Opcode.DELEGATECALL, Opcode.STATICCALL -> {
                if (step.stackSize() >= 5) {
                    Address callee = Address.ofWord(step.stackFromTop(1));
                    touch(callee);
                    touchDelegate(subject.live().codeNow(callee));
                }
            }
            default -> {}
        }
    }

    private void touchSlot(Address address, UInt256 slot) {
        touch(address);
        if (!options.disableStorage()) {
            java.util.Objects.requireNonNull(touched.get(address)).add(slot);
        }
    }

    @Override
    public void enter(
            int depth, int opcode, Address from, Address to, Bytes input, long gas, UInt256 value) {
        if (depth > 0 && (opcode == Opcode.CREATE || opcode == Opcode.CREATE2)) {
            touch(to);
            created.add(to);
        }
    }

    @Override
    public Object result(long gasUsed) {
        Map<String, Object> pre = new LinkedHashMap<>();
        Map<String, Object> post = new LinkedHashMap<>();
        touched.forEach(
                (address, slots) -> {
                    Map<UInt256, UInt256> storage = storageBefore(address, slots);
                    Account before = subject.before().account(address);
                    boolean empty = before == null || before.isEmpty();
                    boolean isDeleted = deleted.contains(address);
                    if (options.diffMode() && !isDeleted) {
                        Map<String, Object> after = changes(address, before, storage);
                        if (after.isEmpty()) {
                            return;
                        }
                        after.remove("");
                        post.put(address.toString(), after);
                    }
                    if (options.includeEmpty() || !empty) {
                        pre.put(address.toString(), view(address, before, storage));
                    }
                });
        if (!options.diffMode()) {
            return pre;
        }
        Map<String, Object> both = new LinkedHashMap<>();
        both.put("post", post);
        both.put("pre", pre);
        return both;
    }

    private Map<UInt256, UInt256> storageBefore(Address address, Set<UInt256> slots) {
        Map<UInt256, UInt256> storage = new TreeMap<>();
        boolean exists = subject.before().account(address) != null;
        for (UInt256 slot : slots) {
            storage.put(slot, exists ? subject.before().storage(address, slot) : UInt256.ZERO);
        }
        return storage;
    }

    private Bytes codeBefore(Address address) {
        Account account = subject.before().account(address);
        return account == null ? Bytes.EMPTY : subject.before().code(account.codeHash());
    }

    /// What is different now. Takes out of `storage` what is not, and what was zero. Empty when
    /// nothing changed; a change that shows no field is the key "".
    private Map<String, Object> changes(
            Address address, @Nullable Account before, Map<UInt256, UInt256> storage) {
        Map<String, Object> changes = new LinkedHashMap<>();
        Account was = before == null ? Account.EMPTY : before;
        Account found = subject.live().accountNow(address);
        Account now = found == null ? Account.EMPTY : found;
        if (!now.balance().equals(was.balance())) {
            changes.put("balance", now.balance().toQuantity());
        }
        if (!now.codeHash().equals(was.codeHash())) {
            if (!options.disableCode()) {
                changes.put("code", subject.live().codeNow(address).toString());
            }
            changes.put("codeHash", now.codeHash().toString());
        }
        if (now.nonce() != was.nonce()) {
            changes.put("nonce", now.nonce());
        }
        Map<String, String> written = new LinkedHashMap<>();
        Set<UInt256> slots = Set.copyOf(storage.keySet());
        for (UInt256 slot : new java.util.TreeSet<>(slots)) {
            UInt256 value = java.util.Objects.requireNonNull(storage.get(slot));
            UInt256 changed = subject.live().storageNow(address, slot);
            boolean same = value.equals(changed);
            if (value.isZero() || same) {
                storage.remove(slot);
            }
            if (!same && changed.isZero()) {
                changes.put("", true);
            } else if (!same) {
                written.put(slot.toHash().toString(), changed.toHash().toString());
            }
        }
        if (!written.isEmpty()) {
            changes.put("storage", written);
        }
        return changes;
    }

    private Map<String, Object> view(
            Address address, @Nullable Account account, Map<UInt256, UInt256> storage) {
        Map<String, Object> object = new LinkedHashMap<>();
        Account was = account == null ? Account.EMPTY : account;
        object.put("balance", was.balance().toQuantity());
        Hash codeHash = was.codeHash();
        if (!codeHash.equals(Keccak.EMPTY)) {
            if (!options.disableCode()) {
                object.put("code", codeBefore(address).toString());
            }
            object.put("codeHash", codeHash.toString());
        }
        if (was.nonce() != 0) {
            object.put("nonce", was.nonce());
        }
        if (!storage.isEmpty()) {
            Map<String, String> slots = new LinkedHashMap<>();
            storage.forEach(
                    (slot, value) ->
                            slots.put(slot.toHash().toString(), value.toHash().toString()));
            object.put("storage", slots);
        }
        return object;
    }
}
