package org.assay.rpc.debug;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.assay.chain.Blockchain;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.StateDiff;
import org.assay.rpc.Params;
import org.assay.rpc.RpcError;
import org.assay.storage.state.StatePart;
import org.assay.storage.state.StateRange;
import org.jspecify.annotations.Nullable;

/// States in pages, in the order of the trie: geth's `debug_accountRange`, `debug_dumpBlock` and
/// `debug_storageRangeAt`. Addresses and slots are always known here, so nothing is incomplete.
/// What a developer's chain was told outside of blocks is seen from its next block on.
final class StateRanges {
    /// Accounts of one answer, as in geth.
    private static final int ACCOUNTS_MAX = 256;

    /// Slots of one page, and of all accounts in one answer.
    private static final int SLOTS_MAX = 100_000;

    /// Slots of an account that is shown in pages: to find a page, each is looked at.
    private static final int ACCOUNT_SLOTS_MAX = 1_000_000;

    private final Blockchain chain;
    private final Replay replay;
    private final ToLongFunction<Params> numberAt;

    /// `numberAt`: of the block that the first parameter names.
    StateRanges(Blockchain chain, Replay replay, ToLongFunction<Params> numberAt) {
        this.chain = chain;
        this.replay = replay;
        this.numberAt = numberAt;
    }

    private record Dump(Hash start, int count, boolean withCode, boolean withStorage) {}

    Object accountRange(Params params) {
        int asked = count(params, 2, ACCOUNTS_MAX);
        Dump dump =
                new Dump(
                        start(params, 1),
                        asked < 1 || asked > ACCOUNTS_MAX ? ACCOUNTS_MAX : asked,
                        !flag(params, 3),
                        !flag(params, 4));
        return dump(numberAt.applyAsLong(params), dump);
    }

    Object dumpBlock(Params params) {
        return dump(numberAt.applyAsLong(params), new Dump(Hash.ZERO, ACCOUNTS_MAX, true, true));
    }

    private Object dump(long number, Dump dump) {
        try (StateRange range = range(number)) {
            List<StateRange.Entry> found = range.accounts(dump.start, dump.count + 1);
            Map<String, Object> accounts = new LinkedHashMap<>();
            int slotsLeft = SLOTS_MAX;
            for (StateRange.Entry entry : found.subList(0, Math.min(dump.count, found.size()))) {
                Map<String, Object> view = view(entry);
                StatePart.AccountEntry account = entry.account();
                if (dump.withCode && account.account().hasCode()) {
                    view.put("code", range.code(account.account().codeHash()).toString());
                }
                if (dump.withStorage) {
                    Map<String, String> slots = slots(range, account.address(), slotsLeft);
                    slotsLeft -= slots.size();
                    if (!slots.isEmpty()) {
                        view.put("storage", slots);
                    }
                }
                view.put("address", account.address().toString());
                view.put("key", entry.key().toString());
                accounts.put(account.address().toChecksum(), view);
            }
            Map<String, Object> answer = new LinkedHashMap<>();
            Hash root = replay.blockAt(number).header().stateRoot();
            answer.put("root", Hex.encodeBare(root.toArray()));
            answer.put("accounts", accounts);
            if (found.size() > dump.count) {
                byte[] next = found.getLast().key().toArray();
                answer.put("next", Base64.getEncoder().encodeToString(next));
            }
            return answer;
        }
    }

    private static Map<String, Object> view(StateRange.Entry entry) {
        StatePart.AccountEntry account = entry.account();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("balance", account.account().balance().toBigInteger().toString());
        view.put("nonce", account.account().nonce());
        view.put("root", account.storageRoot().toString());
        view.put("codeHash", account.account().codeHash().toString());
        return view;
    }

    private static Map<String, String> slots(StateRange range, Address address, int countMax) {
        Map<String, String> slots = new LinkedHashMap<>();
        range.slots(address, countMax)
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "more than "
                                                + SLOTS_MAX
                                                + " slots: ask for fewer accounts, or for none of"
                                                + " their storage"))
                .forEach(
                        (slot, value) ->
                                slots.put(
                                        Hash.of(slot.toArray()).toString(),
                                        Hex.encodeBare(trimmed(value))));
        return slots;
    }

    private static byte[] trimmed(UInt256 value) {
        byte[] whole = value.toArray();
        return Arrays.copyOfRange(whole, 32 - (value.bitLength() + 7) / 8, 32);
    }

    /// `[block, transactionIndex, address, keyStart, maxResult]`: the storage before that
    /// transaction of the block, which is the parent's for the first but for the system calls.
    Object storageRangeAt(Params params) {
        Block block = replay.blockAt(numberAt.applyAsLong(params));
        int index = count(params, 1, 0);
        Address address = params.address(2);
        Hash start = start(params, 3);
        int asked = count(params, 4, SLOTS_MAX);
        if (index > Math.max(0, block.transactions().size() - 1)) {
            throw new RpcError(
                    RpcError.SERVER_ERROR,
                    "transaction index "
                            + index
                            + " out of range for block "
                            + chain.hashing().hashOf(block.header()));
        }
        StateDiff.Change change =
                replay.until(block, index).state().changes().changes().get(address);
        TreeMap<Hash, Map.Entry<UInt256, UInt256>> byKey = new TreeMap<>();
        slotsBefore(block.header().number(), address, change)
                .entrySet()
                .forEach(slot -> byKey.put(Keccak.hash256(slot.getKey().toArray()), slot));
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("storage", null);
        answer.put("nextKey", null);
        if (byKey.isEmpty()) {
            return answer;
        }
        Map<String, Object> page = new LinkedHashMap<>();
        for (var entry : byKey.tailMap(start).entrySet()) {
            if (page.size() == Math.min(asked, SLOTS_MAX)) {
                answer.put("nextKey", entry.getKey().toString());
                break;
            }
            page.put(
                    entry.getKey().toString(),
                    Map.of(
                            "key", Hash.of(entry.getValue().getKey().toArray()).toString(),
                            "value", Hash.of(entry.getValue().getValue().toArray()).toString()));
        }
        answer.put("storage", page);
        return answer;
    }

    /// The parent's slots with `change` on them.
    private SortedMap<UInt256, UInt256> slotsBefore(
            long number, Address address, StateDiff.@Nullable Change change) {
        SortedMap<UInt256, UInt256> slots;
        try (StateRange range = range(number - 1)) {
            slots =
                    range.slots(address, ACCOUNT_SLOTS_MAX)
                            .orElseThrow(
                                    () ->
                                            new RpcError(
                                                    RpcError.SERVER_ERROR,
                                                    "the account has more than "
                                                            + ACCOUNT_SLOTS_MAX
                                                            + " slots"));
        }
        if (change != null) {
            if (change.storageCleared() || change.account() == null) {
                slots.clear();
            }
            slots.putAll(change.storage());
            slots.values().removeIf(UInt256::isZero);
        }
        return slots;
    }

    private StateRange range(long number) {
        replay.stateAt(number); // says which states are there
        return chain.world()
                .range(number)
                .orElseThrow(
                        () ->
                                new RpcError(
                                        RpcError.SERVER_ERROR,
                                        "the state of block " + number + " is not there"));
    }

    /// A key, of which the end may be left out.
    private static Hash start(Params params, int index) {
        if (!params.has(index)) {
            return Hash.ZERO;
        }
        Bytes bytes = params.bytes(index);
        if (bytes.size() > Hash.SIZE) {
            throw RpcError.invalidParams("argument " + index + " has more than 32 bytes");
        }
        return Hash.of(Arrays.copyOf(bytes.toArray(), Hash.SIZE));
    }

    private static boolean flag(Params params, int index) {
        return params.has(index) && params.flag(index);
    }

    private static int count(Params params, int index, int otherwise) {
        if (!params.has(index)) {
            return otherwise;
        }
        JsonNode node = params.node(index);
        if (!node.canConvertToInt() || node.intValue() < 0) {
            throw RpcError.invalidParams("argument " + index + " is no count");
        }
        return node.intValue();
    }
}
