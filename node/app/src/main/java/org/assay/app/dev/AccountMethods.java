package org.assay.app.dev;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.assay.chain.pool.PoolAnswer;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Signature;
import org.assay.rpc.Methods;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/// What a node does with keys of its own: `eth_accounts`, `eth_sendTransaction`, `eth_sign*`; and
/// for senders without keys, impersonation.
final class AccountMethods implements Methods {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DevNode node;
    private final DevAccounts accounts;
    private final Set<Address> impersonated = ConcurrentHashMap.newKeySet();
    private volatile boolean impersonatesAll;

    AccountMethods(DevNode node, DevAccounts accounts) {
        this.node = node;
        this.accounts = accounts;
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();
        methods.put(
                "eth_accounts",
                params -> accounts.addresses().stream().map(Address::toString).toList());
        methods.put("eth_sendTransaction", this::sendTransaction);
        methods.put("eth_sendUnsignedTransaction", params -> send(params, true).toString());
        methods.put("eth_signTransaction", this::signTransaction);
        methods.put("eth_sign", params -> sign(params.address(0), params.bytes(1)));
        methods.put("personal_sign", this::personalSign);
        methods.put("eth_signTypedData", this::signTypedData);
        methods.put("eth_signTypedData_v4", this::signTypedData);
        for (String prefix : java.util.List.of("anvil_", "hardhat_")) {
            Object done = prefix.equals("hardhat_") ? true : null;
            methods.put(
                    prefix + "impersonateAccount",
                    params -> {
                        impersonated.add(params.address(0));
                        return done;
                    });
            methods.put(
                    prefix + "stopImpersonatingAccount",
                    params -> {
                        boolean was = impersonated.remove(params.address(0));
                        return prefix.equals("hardhat_") ? (Object) was : null;
                    });
            methods.put(
                    prefix + "autoImpersonateAccount",
                    params -> {
                        impersonatesAll = params.flag(0);
                        return done;
                    });
        }
        return methods;
    }

    private Object sendTransaction(Params params) {
        return send(params, false).toString();
    }

    private Hash send(Params params, boolean unsigned) {
        TransactionRequest request = new TransactionRequest(params.node(0));
        Address from = request.from(accounts.addresses().getFirst());
        Optional<SecretKey> key = accounts.keyOf(from);
        boolean madeUp = unsigned || impersonatesAll || impersonated.contains(from);
        if (key.isEmpty() && !madeUp) {
            throw new RpcError(
                    RpcError.SERVER_ERROR,
                    "unknown account " + from + ": no key here, and it is not impersonated");
        }
        return node.ask(
                () -> {
                    long nonce = node.dev().pool().nextNonce(from, node.chain().head().state());
                    TransactionBody body = request.body(node.dev(), from, nonce);
                    Transaction transaction =
                            key.isPresent() && !unsigned
                                    ? Transaction.sign(body, key.get())
                                    : Transaction.impersonating(body, from);
                    return submit(transaction.recover().orElseThrow());
                });
    }

    private Hash submit(RecoveredTransaction recovered) {
        return switch (node.submit(recovered)) {
            case PoolAnswer.Accepted accepted -> {
                if (!accepted.isNew()) {
                    throw new RpcError(RpcError.SERVER_ERROR, "already known");
                }
                yield accepted.hash();
            }
            case PoolAnswer.Refused refused ->
                    throw new RpcError(RpcError.SERVER_ERROR, refused.message());
        };
    }

    private Object signTransaction(Params params) {
        TransactionRequest request = new TransactionRequest(params.node(0));
        Address from = request.from(accounts.addresses().getFirst());
        SecretKey key = keyOf(from);
        return node.ask(
                () -> {
                    long nonce = node.dev().pool().nextNonce(from, node.chain().head().state());
                    TransactionBody body = request.body(node.dev(), from, nonce);
                    return Transaction.sign(body, key).encoded().toString();
                });
    }

    private SecretKey keyOf(Address address) {
        return accounts.keyOf(address)
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "unknown account " + address + ": no key here"));
    }

    /// EIP-191, version 0x45.
    private String sign(Address address, Bytes message) {
        byte[] prefix =
                ("\u0019Ethereum Signed Message:\n" + message.size())
                        .getBytes(StandardCharsets.UTF_8);
        return signature(Keccak.hash256(prefix, message.toArray()), keyOf(address));
    }

    private static String signature(Hash digest, SecretKey key) {
        Signature signature = Secp256k1.sign(digest, key);
        byte[] bytes = signature.toBytes().toArray();
        bytes[64] = (byte) (27 + signature.yParity());
        return Bytes.wrap(bytes).toString();
    }

    /// Message first; the other order, which some clients use, is seen by the length.
    private Object personalSign(Params params) {
        String first = params.text(0);
        boolean swapped =
                first.length() == 42
                        && accounts.keyOf(Params.address(first, "argument 0")).isPresent();
        String message = swapped ? params.text(1) : first;
        Address address = params.address(swapped ? 0 : 1);
        Bytes bytes =
                message.startsWith("0x")
                        ? Params.bytes(message, "the message")
                        : Bytes.of(message.getBytes(StandardCharsets.UTF_8));
        return sign(address, bytes);
    }

    private Object signTypedData(Params params) {
        JsonNode data = params.node(1);
        try {
            JsonNode typed = data.isTextual() ? JSON.readTree(data.asText()) : data;
            return signature(TypedData.digest(typed), keyOf(params.address(0)));
        } catch (JsonProcessingException e) {
            throw RpcError.invalidParams("typed data is not JSON");
        } catch (IllegalArgumentException e) {
            throw RpcError.invalidParams("typed data: " + e.getMessage());
        }
    }
}
