package org.assay.app.dev;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.assay.chain.ChainHead;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.rpc.Methods;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/// `evm_*`, `anvil_*` and `hardhat_*`: what lets a test set the stage. Answers as those tools do:
/// `hardhat_*` true, `anvil_*` null where there is nothing to say.
final class CheatMethods implements Methods {
    /// Blocks that one call mines.
    static final long MINE_MAX = 1_000_000;

    /// Above this a time is in milliseconds, as JavaScript counts.
    private static final long SECONDS_MAX = 100_000_000_000L;

    private static final List<String> BOTH = List.of("anvil_", "hardhat_");

    private final DevNode node;
    private final String instanceId;

    CheatMethods(DevNode node) {
        this.node = node;
        byte[] random = new byte[Hash.SIZE];
        new java.security.SecureRandom().nextBytes(random);
        this.instanceId = Bytes.wrap(random).toString();
    }

    private interface Cheat {
        void play(DevChain dev, Params params);
    }

    @Override
    public Map<String, Function<Params, @Nullable Object>> methods() {
        Map<String, Function<Params, @Nullable Object>> methods = new HashMap<>();
        putTime(methods);
        putMining(methods);
        putState(methods);
        putHeader(methods);
        putReverting(methods);
        putInformation(methods);
        putUnsupported(methods);
        return methods;
    }

    /// Under both names, answered as each tool answers.
    private void both(
            Map<String, Function<Params, @Nullable Object>> methods, String name, Cheat cheat) {
        for (String prefix : BOTH) {
            methods.put(prefix + name, params -> played(cheat, params, prefix.equals("hardhat_")));
        }
    }

    private @Nullable Object played(Cheat cheat, Params params, boolean answer) {
        return node.ask(
                () -> {
                    cheat.play(node.dev(), params);
                    return answer ? (@Nullable Object) true : null;
                });
    }

    /// A time or an amount: a number, or text in hexadecimal or decimal.
    private static long number(Params params, int index) {
        JsonNode value = params.node(index);
        if (value.isTextual() && value.asText().matches("[0-9]{1,18}")) {
            return Long.parseLong(value.asText());
        }
        if (value.isNumber() && !value.isIntegralNumber()) {
            return value.asLong();
        }
        UInt256 number = Params.quantity(value, "argument " + index);
        if (!number.fitsLong()) {
            throw RpcError.invalidParams("argument " + index + " is too large");
        }
        return number.w3();
    }

    private static long seconds(Params params, int index) {
        long time = number(params, index);
        return time > SECONDS_MAX ? time / 1000 : time;
    }

    private void putTime(Map<String, Function<Params, @Nullable Object>> methods) {
        Function<Params, @Nullable Object> increase =
                params ->
                        node.ask(
                                () -> {
                                    node.dev().increaseTime(number(params, 0));
                                    return node.dev().clock().offsetSeconds();
                                });
        methods.put("evm_increaseTime", increase);
        methods.put("anvil_increaseTime", increase);
        Function<Params, @Nullable Object> next = this::setNextTimestamp;
        methods.put("evm_setNextBlockTimestamp", next);
        methods.put("anvil_setNextBlockTimestamp", next);
        methods.put("hardhat_setNextBlockTimestamp", next);
        Function<Params, @Nullable Object> set =
                params ->
                        node.ask(
                                () -> {
                                    long before = node.dev().clock().now();
                                    node.dev().setTime(seconds(params, 0));
                                    return node.dev().clock().now() - before;
                                });
        methods.put("evm_setTime", set);
        methods.put("anvil_setTime", set);
        methods.put(
                "anvil_setBlockTimestampInterval",
                params ->
                        played(
                                (dev, p) -> dev.setBlockInterval(OptionalLong.of(number(p, 0))),
                                params,
                                false));
        methods.put(
                "anvil_removeBlockTimestampInterval",
                params ->
                        played(
                                (dev, p) -> dev.setBlockInterval(OptionalLong.empty()),
                                params,
                                true));
    }

    private @Nullable Object setNextTimestamp(Params params) {
        return node.ask(
                () -> {
                    node.dev()
                            .setNextTimestamp(seconds(params, 0))
                            .ifPresent(
                                    wrong -> {
                                        throw RpcError.invalidParams(wrong);
                                    });
                    return (@Nullable Object) null;
                });
    }

    private void putMining(Map<String, Function<Params, @Nullable Object>> methods) {
        Function<Params, @Nullable Object> mineOne =
                params -> {
                    mineAt(params);
                    return "0x0";
                };
        methods.put("evm_mine", mineOne);
        methods.put("evm_mine_detailed", this::mineDetailed);
        methods.put(
                "anvil_mine",
                params -> {
                    mineMany(params);
                    return null;
                });
        methods.put(
                "hardhat_mine",
                params -> {
                    mineMany(params);
                    return true;
                });
        for (String name : List.of("evm_setAutomine", "anvil_setAutomine")) {
            methods.put(
                    name,
                    params -> {
                        params.node(0);
                        node.setAutomine(params.flag(0));
                        return true;
                    });
        }
        methods.put("anvil_getAutomine", params -> node.isAutomining());
        methods.put("hardhat_getAutomine", params -> node.isAutomining());
        methods.put(
                "evm_setIntervalMining",
                params -> { // Hardhat and Ganache count milliseconds, Anvil seconds
                    long interval = number(params, 0);
                    node.setIntervalMillis(interval < 100 ? interval * 1000 : interval);
                    return true;
                });
        methods.put(
                "anvil_setIntervalMining",
                params -> {
                    node.setIntervalMillis(Math.multiplyExact(number(params, 0), 1000L));
                    return null;
                });
        methods.put(
                "anvil_getIntervalMining",
                params -> {
                    long millis = node.intervalMillis();
                    return millis == 0 ? null : millis / 1000;
                });
        putPool(methods);
    }

    private void putPool(Map<String, Function<Params, @Nullable Object>> methods) {
        methods.put("anvil_dropTransaction", params -> drop(params) ? params.text(0) : null);
        methods.put("hardhat_dropTransaction", this::drop);
        methods.put(
                "anvil_dropAllTransactions",
                params -> played((dev, p) -> dev.dropAll(), params, false));
        methods.put(
                "anvil_removePoolTransactions",
                params ->
                        played(
                                (dev, p) ->
                                        dev.pool()
                                                .content()
                                                .getOrDefault(p.address(0), List.of())
                                                .forEach(
                                                        entry ->
                                                                dev.pool()
                                                                        .drop(
                                                                                entry.transaction()
                                                                                        .hash(),
                                                                                "dropped")),
                                params,
                                false));
    }

    private boolean drop(Params params) {
        Hash hash = params.hash(0);
        return node.ask(
                () -> {
                    boolean known = node.dev().pool().find(hash).isPresent();
                    node.dev().pool().drop(hash, "dropped");
                    return known;
                });
    }

    /// `evm_mine`: one block, or `{timestamp, blocks}`, or at a timestamp.
    private void mineAt(Params params) {
        long count = 1;
        if (params.has(0)) {
            JsonNode first = params.node(0);
            if (first.isObject()) {
                count = first.hasNonNull("blocks") ? first.get("blocks").asLong() : 1;
                if (first.hasNonNull("timestamp")) {
                    setNextTimestamp(new Params(wrapped(first.get("timestamp"))));
                }
            } else {
                setNextTimestamp(params);
            }
        }
        mine(count, 0);
    }

    private static JsonNode wrapped(JsonNode value) {
        return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode().add(value);
    }

    private Object mineDetailed(Params params) {
        mineAt(params);
        ChainHead head = node.chain().head();
        return List.of(
                Map.of(
                        "number", quantity(head.number()),
                        "hash", head.hash().toString(),
                        "timestamp", quantity(head.header().timestamp()),
                        "transactions",
                                head.block().transactions().stream()
                                        .map(transaction -> transaction.hash().toString())
                                        .toList()));
    }

    private void mineMany(Params params) {
        mine(params.has(0) ? number(params, 0) : 1, params.has(1) ? number(params, 1) : 0);
    }

    private void mine(long count, long interval) {
        if (count < 0 || count > MINE_MAX) {
            throw new RpcError(RpcError.LIMIT_EXCEEDED, "at most " + MINE_MAX + " blocks at once");
        }
        node.mine(count, interval);
    }

    private void putState(Map<String, Function<Params, @Nullable Object>> methods) {
        both(
                methods,
                "setBalance",
                (dev, p) -> dev.state().setBalance(p.address(0), p.quantity(1)));
        both(methods, "setNonce", (dev, p) -> dev.state().setNonce(p.address(0), number(p, 1)));
        both(methods, "setCode", (dev, p) -> dev.state().setCode(p.address(0), p.bytes(1)));
        both(
                methods,
                "setStorageAt",
                (dev, p) ->
                        dev.state()
                                .setStorage(
                                        p.address(0),
                                        Params.quantity(p.node(1), "the slot"),
                                        UInt256.parse(p.text(2))));
        methods.put(
                "anvil_addBalance",
                params ->
                        played(
                                (dev, p) -> addBalance(dev, p.address(0), p.quantity(1)),
                                params,
                                false));
        methods.put("anvil_dumpState", params -> node.ask(() -> StateDump.write(node.dev())));
        methods.put("hardhat_dumpState", params -> node.ask(() -> StateDump.write(node.dev())));
        for (String prefix : BOTH) {
            methods.put(
                    prefix + "loadState",
                    params -> {
                        Bytes dump = params.bytes(0);
                        return node.ask(
                                () -> {
                                    StateDump.read(dump, node.dev());
                                    return true;
                                });
                    });
        }
    }

    private static void addBalance(DevChain dev, Address address, UInt256 wei) {
        var account = dev.chain().head().state().account(address);
        UInt256 held = account == null ? UInt256.ZERO : account.balance();
        dev.state().setBalance(address, held.addExact(wei));
    }

    private void putHeader(Map<String, Function<Params, @Nullable Object>> methods) {
        both(methods, "setChainId", (dev, p) -> dev.setChainId(chainId(p.quantity(0))));
        both(methods, "setCoinbase", (dev, p) -> dev.setCoinbase(p.address(0)));
        both(methods, "setNextBlockBaseFeePerGas", (dev, p) -> dev.setNextBaseFee(p.quantity(0)));
        both(methods, "setPrevRandao", (dev, p) -> dev.setNextMixHash(p.hash(0)));
        for (String name : List.of("evm_setBlockGasLimit", "anvil_setBlockGasLimit")) {
            methods.put(
                    name,
                    params ->
                            played(
                                    (dev, p) -> dev.setGasLimit(gasLimit(dev, number(p, 0))),
                                    params,
                                    true));
        }
        both(methods, "setLoggingEnabled", (dev, p) -> p.node(0));
    }

    private static UInt256 chainId(UInt256 asked) {
        if (asked.isZero() || !asked.fitsLong()) {
            throw RpcError.invalidParams("a chain id is above 0 and below 2^63");
        }
        return asked;
    }

    private static long gasLimit(DevChain dev, long asked) {
        long least = DevChain.gasLimitLeast(dev.chain().spec());
        if (asked < least) {
            throw RpcError.invalidParams("a block needs a gas limit of at least " + least);
        }
        return asked;
    }

    private void putReverting(Map<String, Function<Params, @Nullable Object>> methods) {
        for (String prefix : List.of("evm_", "anvil_")) {
            methods.put(
                    prefix + "snapshot", params -> quantity(node.ask(() -> node.dev().snapshot())));
            methods.put(
                    prefix + "revert",
                    params -> {
                        long id = number(params, 0);
                        return node.ask(() -> node.dev().revert(id));
                    });
        }
        both(
                methods,
                "reset",
                (dev, p) -> {
                    if (p.has(0) && p.node(0).has("forking")) {
                        throw new RpcError(
                                RpcError.SERVER_ERROR,
                                "not there yet: forking from a remote chain");
                    }
                    dev.reset();
                });
        methods.put(
                "anvil_rollback",
                params ->
                        played(
                                (dev, p) -> rollback(dev, p.has(0) ? number(p, 0) : 1),
                                params,
                                false));
        methods.put("anvil_reorg", this::reorg);
    }

    private static long rollback(DevChain dev, long depth) {
        long head = dev.chain().head().number();
        if (depth < 0 || depth > head) {
            throw RpcError.invalidParams("cannot go back " + depth + " blocks from block " + head);
        }
        dev.rewind(head - depth);
        return head;
    }

    /// Takes `depth` blocks back and mines as many anew; their transactions come again, unless
    /// others are given for blocks of the new chain as `[[raw or request, index], …]`.
    private @Nullable Object reorg(Params params) {
        JsonNode first = params.node(0);
        long depth = first.isObject() ? first.path("depth").asLong() : number(params, 0);
        if (params.has(1) && !params.node(1).isEmpty()) {
            throw new RpcError(
                    RpcError.SERVER_ERROR,
                    "not there yet: a reorganisation with other transactions");
        }
        return node.ask(
                () -> {
                    DevChain dev = node.dev();
                    long head = rollback(dev, depth);
                    while (dev.chain().head().number() < head) {
                        dev.mine();
                    }
                    return (@Nullable Object) null;
                });
    }

    private void putInformation(Map<String, Function<Params, @Nullable Object>> methods) {
        methods.put("web3_clientVersion", params -> "assay/v0.1.0/dev");
        methods.put("anvil_nodeInfo", params -> nodeInfo());
        methods.put("anvil_metadata", params -> metadata());
        methods.put("hardhat_metadata", params -> metadata());
        methods.put(
                "eth_gasPrice", params -> node.ask(() -> node.dev().baseFeePerGas()).toQuantity());
    }

    private static String quantity(long value) {
        return UInt256.of(value).toQuantity();
    }

    private Map<String, @Nullable Object> nodeInfo() {
        ChainHead head = node.chain().head();
        Map<String, @Nullable Object> environment = new LinkedHashMap<>();
        UInt256 baseFee = node.ask(() -> node.dev().baseFeePerGas());
        environment.put("baseFee", baseFee.toQuantity());
        environment.put("chainId", node.chain().spec().chainId().toLongExact());
        environment.put("gasLimit", quantity(head.header().gasLimit()));
        environment.put("gasPrice", baseFee.toQuantity());
        Map<String, @Nullable Object> fork = new LinkedHashMap<>();
        fork.put("forkUrl", null);
        fork.put("forkBlockNumber", null);
        fork.put("forkRetryBackoff", null);
        Map<String, @Nullable Object> information = new LinkedHashMap<>();
        information.put("currentBlockNumber", quantity(head.number()));
        information.put("currentBlockTimestamp", head.header().timestamp());
        information.put("currentBlockHash", head.hash().toString());
        information.put(
                "hardFork",
                node.chain().contexts().forkOf(head.header()).toString().toLowerCase(Locale.ROOT));
        information.put("transactionOrder", "fees");
        information.put("environment", environment);
        information.put("forkConfig", fork);
        return information;
    }

    private Map<String, @Nullable Object> metadata() {
        ChainHead head = node.chain().head();
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("clientVersion", "assay/v0.1.0/dev");
        metadata.put("chainId", node.chain().spec().chainId().toLongExact());
        metadata.put("instanceId", instanceId);
        metadata.put("latestBlockNumber", head.number());
        metadata.put("latestBlockHash", head.hash().toString());
        metadata.put("snapshots", Map.of());
        return metadata;
    }

    /// What cannot be here, said in words instead of "method not found".
    private static void putUnsupported(Map<String, Function<Params, @Nullable Object>> methods) {
        Map<String, String> reasons =
                Map.of(
                        "anvil_setMinGasPrice",
                        "not supported when EIP-1559 is active: use"
                                + " anvil_setNextBlockBaseFeePerGas",
                        "hardhat_setMinGasPrice",
                        "not supported when EIP-1559 is active: use"
                                + " hardhat_setNextBlockBaseFeePerGas",
                        "anvil_setRpcUrl",
                        "there is no chain that this one is forked from");
        reasons.forEach(
                (name, reason) ->
                        methods.put(
                                name,
                                params -> {
                                    throw new RpcError(RpcError.SERVER_ERROR, reason);
                                }));
    }
}
