package org.assay.rpc.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.assay.evm.precompile.Precompiles;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.primitives.state.StateView;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;

/// Accounts that a caller wants otherwise than they are: balance, nonce, code, all or some slots,
/// and precompiled contracts at other addresses.
public record StateOverrides(Map<Address, Entry> accounts) {
    public static final StateOverrides NONE = new StateOverrides(Map.of());

    /// Accounts in one set of overrides, and slots of one account.
    private static final int ENTRIES_MAX = 100_000;

    /// Slots are cleared first where `replacesStorage`.
    public record Entry(
            Optional<UInt256> balance,
            Optional<Long> nonce,
            Optional<Bytes> code,
            boolean replacesStorage,
            Map<UInt256, UInt256> storage,
            Optional<Address> movePrecompileTo) {}

    /// Reads the object, which may be absent or null; throws [RpcError] that names what is wrong.
    public static StateOverrides read(JsonNode object) {
        if (object.isMissingNode() || object.isNull()) {
            return NONE;
        }
        if (!object.isObject() || object.size() > ENTRIES_MAX) {
            throw RpcError.invalidParams("the state overrides are not an object of accounts");
        }
        Map<Address, Entry> accounts = new LinkedHashMap<>();
        object.properties()
                .forEach(
                        field ->
                                accounts.put(
                                        Params.address(field.getKey(), "state override"),
                                        entry(field.getKey(), field.getValue())));
        return new StateOverrides(accounts);
    }

    private static Entry entry(String address, JsonNode entry) {
        if (entry.hasNonNull("state") && entry.hasNonNull("stateDiff")) {
            throw RpcError.invalidParams(
                    "account " + address + " has both 'state' and 'stateDiff'");
        }
        boolean replaces = entry.hasNonNull("state");
        return new Entry(
                quantity(entry, "balance"),
                quantity(entry, "nonce").map(UInt256::w3),
                entry.hasNonNull("code")
                        ? Optional.of(Params.bytes(entry.get("code").asText(), "code"))
                        : Optional.empty(),
                replaces,
                slots(entry.path(replaces ? "state" : "stateDiff")),
                entry.hasNonNull("movePrecompileToAddress")
                        ? Optional.of(
                                Params.address(
                                        entry.get("movePrecompileToAddress").asText(),
                                        "movePrecompileToAddress"))
                        : Optional.empty());
    }

    private static Optional<UInt256> quantity(JsonNode entry, String key) {
        return entry.hasNonNull(key)
                ? Optional.of(Params.quantity(entry.get(key), key))
                : Optional.empty();
    }

    private static Map<UInt256, UInt256> slots(JsonNode object) {
        if (object.size() > ENTRIES_MAX) {
            throw RpcError.invalidParams("more than " + ENTRIES_MAX + " slots in an override");
        }
        Map<UInt256, UInt256> slots = new TreeMap<>();
        object.properties()
                .forEach(
                        slot ->
                                slots.put(
                                        Params.quantity(text(slot.getKey()), "slot"),
                                        Params.quantity(slot.getValue(), "slot value")));
        return slots;
    }

    private static JsonNode text(String key) {
        return com.fasterxml.jackson.databind.node.TextNode.valueOf(key);
    }

    /// What these overrides change of `state`.
    public StateDiff changes(StateView state) {
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        TreeMap<Hash, Bytes> codes = new TreeMap<>();
        accounts.forEach(
                (address, entry) -> {
                    Account known = state.account(address);
                    Account was = known == null ? Account.EMPTY : known;
                    Hash codeHash = entry.code().map(Keccak::hash256).orElse(was.codeHash());
                    entry.code()
                            .filter(code -> !code.isEmpty())
                            .ifPresent(code -> codes.put(codeHash, code));
                    Account is =
                            new Account(
                                    entry.nonce().orElse(was.nonce()),
                                    entry.balance().orElse(was.balance()),
                                    codeHash);
                    boolean nothing =
                            known == null
                                    && entry.nonce().isEmpty()
                                    && entry.balance().isEmpty()
                                    && entry.code().isEmpty()
                                    && entry.storage().isEmpty();
                    if (!nothing) {
                        changes.put(
                                address,
                                new StateDiff.Change(
                                        is,
                                        entry.replacesStorage() && known != null,
                                        new TreeMap<>(entry.storage())));
                    }
                });
        return new StateDiff(changes, codes);
    }

    /// The precompiled contracts with these overrides: those of overridden accounts are gone, or
    /// elsewhere. Throws [RpcError] where that cannot be.
    public Precompiles precompiles(Precompiles given) {
        Precompiles precompiles = given;
        Set<Address> taken = new HashSet<>();
        for (Map.Entry<Address, Entry> override : accounts.entrySet()) {
            Address from = override.getKey();
            if (taken.contains(from)) {
                throw RpcError.invalidParams(
                        "account "
                                + from.toChecksum()
                                + " has already been overridden by a precompile");
            }
            Optional<Address> to = override.getValue().movePrecompileTo();
            if (to.isPresent()) {
                if (precompiles.at(from) == null) {
                    throw RpcError.invalidParams(
                            "account " + from.toChecksum() + " is not a precompile");
                }
                if (accounts.containsKey(to.get())) {
                    throw RpcError.invalidParams(
                            "account " + to.get().toChecksum() + " is already overridden");
                }
                taken.add(to.get());
            }
            if (precompiles.at(from) != null) {
                precompiles = precompiles.move(from, to.orElse(null));
            }
        }
        return precompiles;
    }
}
