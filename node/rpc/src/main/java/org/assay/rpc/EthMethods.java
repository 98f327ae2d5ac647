package org.assay.rpc;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assay.chain.Blockchain;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.assay.storage.state.AccountProof;
import org.jspecify.annotations.Nullable;

/// `eth_*` about the chain as it stands: accounts, code, storage, proofs.
final class EthMethods implements Methods {
    /// Slots that one call may ask for.
    private static final int SLOTS_MAX = 1_024;

    private final Backend backend;
    private final Blocks blocks;

    EthMethods(Backend backend) {
        this.backend = backend;
        this.blocks = new Blocks(backend.chain());
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();
        methods.put("eth_chainId", params -> backend.chain().spec().chainId().toQuantity());
        methods.put("eth_blockNumber", params -> Views.quantity(backend.chain().head().number()));
        methods.put("eth_protocolVersion", params -> "0x44");
        methods.put("eth_syncing", params -> syncing(backend));
        methods.put("eth_accounts", params -> List.of());
        methods.put("eth_coinbase", this::coinbase);
        methods.put("eth_mining", params -> false);
        methods.put("eth_hashrate", params -> "0x0");
        methods.put("eth_capabilities", this::capabilities);
        methods.put("eth_config", params -> new ForkConfig(backend.chain()).view());
        methods.put("eth_getBalance", this::balance);
        methods.put("eth_getCode", this::code);
        methods.put("eth_getStorageAt", this::storageAt);
        methods.put("eth_getStorageValues", this::storageValues);
        methods.put("eth_getTransactionCount", this::transactionCount);
        methods.put("eth_getProof", this::proof);
        return methods;
    }

    static Object syncing(Backend backend) {
        Optional<Long> target = backend.syncTarget();
        if (target.isEmpty()) {
            return false;
        }
        String current = Views.quantity(backend.chain().head().number());
        return Map.of(
                "startingBlock",
                current,
                "currentBlock",
                current,
                "highestBlock",
                Views.quantity(target.get()));
    }

    private Object coinbase(Params params) {
        return backend.validatorAddress()
                .map(Address::toString)
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR, "this node has no validator key"));
    }

    /// What this node can answer for, by the execution APIs' draft of `eth_capabilities`.
    private Object capabilities(Params params) {
        Blockchain chain = backend.chain();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(
                "head",
                Map.of(
                        "number",
                        Views.quantity(chain.head().number()),
                        "hash",
                        chain.head().hash().toString()));
        Map<String, Object> all = Map.of("disabled", false, "oldestBlock", "0x0");
        Map<String, Object> kept =
                Map.of(
                        "disabled",
                        false,
                        "oldestBlock",
                        Views.quantity(Math.max(0, chain.world().oldestNumber())));
        object.put("state", kept);
        object.put("tx", all);
        object.put("logs", all);
        object.put("receipts", all);
        object.put("blocks", all);
        object.put("stateproofs", kept);
        return object;
    }

    private StateView stateOf(Params params, int index) {
        return blocks.state(blocks.require(params.optional(index)));
    }

    private Object balance(Params params) {
        Address address = params.address(0);
        Account account = stateOf(params, 1).account(address);
        return (account == null ? UInt256.ZERO : account.balance()).toQuantity();
    }

    private Object code(Params params) {
        Address address = params.address(0);
        StateView state = stateOf(params, 1);
        Account account = state.account(address);
        return account == null ? "0x" : state.code(account.codeHash()).toString();
    }

    /// A slot's key: at most 32 bytes, leading zeros as one likes.
    static UInt256 slot(String text) {
        String digits = text.startsWith("0x") ? text.substring(2) : text;
        if (digits.length() > 64) {
            throw RpcError.invalidParams(
                    "storage key too long (want at most 32 bytes): \"" + text + "\"");
        }
        try {
            return UInt256.parse("0x" + (digits.isEmpty() ? "0" : digits));
        } catch (IllegalArgumentException e) {
            throw RpcError.invalidParams("storage key is no hex string: \"" + text + "\"");
        }
    }

    private Object storageAt(Params params) {
        Address address = params.address(0);
        UInt256 slot = slot(params.text(1));
        return stateOf(params, 2).storage(address, slot).toHash().toString();
    }

    private Object storageValues(Params params) {
        var asked = params.node(0);
        if (!asked.isObject() || asked.isEmpty()) {
            throw RpcError.invalidParams("argument 0 is not an object of accounts and slots");
        }
        int count = 0;
        StateView state = stateOf(params, 1);
        Map<String, Object> values = new LinkedHashMap<>();
        for (var account : asked.properties()) {
            Address address = Params.address(account.getKey(), "argument 0");
            count += account.getValue().size();
            if (!account.getValue().isArray() || count > SLOTS_MAX) {
                throw RpcError.invalidParams("argument 0 lists no slots, or too many");
            }
            List<String> words = new java.util.ArrayList<>();
            for (var slot : account.getValue()) {
                words.add(state.storage(address, slot(slot.asText())).toHash().toString());
            }
            values.put(account.getKey(), words);
        }
        return values;
    }

    private Object transactionCount(Params params) {
        Address address = params.address(0);
        if (params.has(1) && params.node(1).asText().equals("pending")) {
            return Views.quantity(backend.pendingNonce(address));
        }
        Account account = stateOf(params, 1).account(address);
        return Views.quantity(account == null ? 0 : account.nonce());
    }

    private Object proof(Params params) {
        Address address = params.address(0);
        List<String> keys = new java.util.ArrayList<>();
        if (params.has(1)) {
            var list = params.node(1);
            if (!list.isArray() || list.size() > SLOTS_MAX) {
                throw RpcError.invalidParams(
                        "argument 1 is not a list of at most " + SLOTS_MAX + " storage keys");
            }
            list.forEach(key -> keys.add(key.asText()));
        }
        List<UInt256> slots = keys.stream().map(EthMethods::slot).toList();
        long number = blocks.require(params.optional(2));
        AccountProof proof =
                backend.chain()
                        .world()
                        .proveAt(number, address, slots)
                        .orElseThrow(() -> Blocks.pruned(number));
        return view(proof, keys);
    }

    private static Map<String, Object> view(AccountProof proof, List<String> keys) {
        Account account = proof.account();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("address", proof.address().toString());
        object.put("accountProof", proof.proof().nodes().stream().map(Object::toString).toList());
        object.put("balance", account.balance().toQuantity());
        object.put("codeHash", account.codeHash().toString());
        object.put("nonce", Views.quantity(account.nonce()));
        object.put("storageHash", proof.storageRoot().toString());
        List<Object> slots = new java.util.ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            AccountProof.SlotProof slot = proof.slots().get(i);
            String key = keys.get(i);
            slots.add(
                    Map.of(
                            "key",
                            key.length() == 66 ? key : slot.slot().toQuantity(),
                            "value",
                            slot.value().toQuantity(),
                            "proof",
                            slot.proof().nodes().stream().map(Object::toString).toList()));
        }
        object.put("storageProof", slots);
        return object;
    }
}
