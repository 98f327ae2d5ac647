package org.assay.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Bloom;
import org.assay.primitives.block.Header;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Sha256;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.trie.TrieRoot;

/// Block 0: header fields and the first state, as a change of the empty one.
public record Genesis(
        UInt256 difficulty,
        long gasLimit,
        long timestamp,
        long nonce,
        Bytes extraData,
        Hash mixHash,
        Address coinbase,
        UInt256 baseFeePerGas,
        StateDiff alloc) {
    private static final UInt256 BASE_FEE_FIRST = UInt256.of(1_000_000_000L);

    static Genesis parse(ConfigReader file) {
        return new Genesis(
                file.number("difficulty").orElse(UInt256.ZERO),
                file.longWithin("gasLimit", 30_000_000, 5_000, Long.MAX_VALUE),
                file.longWithin("timestamp", 0, 0, Long.MAX_VALUE),
                file.number("nonce").orElse(UInt256.ZERO).w3(),
                file.text("extraData").map(Bytes::fromHex).orElse(Bytes.EMPTY),
                file.text("mixHash").map(Hash::fromHex).orElse(Hash.ZERO),
                file.address("coinbase").orElse(Address.ZERO),
                file.number("baseFeePerGas").orElse(BASE_FEE_FIRST),
                alloc(file.child("alloc").orElse(new ConfigReader(empty(), "alloc"))));
    }

    private static JsonNode empty() {
        return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    }

    private static StateDiff alloc(ConfigReader alloc) {
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        TreeMap<Hash, Bytes> codes = new TreeMap<>();
        for (var field : alloc.object().properties()) {
            ConfigReader entry = new ConfigReader(field.getValue(), alloc.keyPath(field.getKey()));
            Address address = address(alloc, field.getKey());
            Bytes code = entry.text("code").map(Bytes::fromHex).orElse(Bytes.EMPTY);
            Hash codeHash = Keccak.hash256(code);
            if (!code.isEmpty()) {
                codes.put(codeHash, code);
            }
            TreeMap<UInt256, UInt256> storage = new TreeMap<>();
            entry.find("storage")
                    .ifPresent(
                            slots -> {
                                for (var slot : slots.properties()) {
                                    UInt256 value = UInt256.parse(hex(slot.getValue().asText()));
                                    if (!value.isZero()) {
                                        storage.put(UInt256.parse(hex(slot.getKey())), value);
                                    }
                                }
                            });
            Account account =
                    new Account(
                            entry.number("nonce").orElse(UInt256.ZERO).w3(),
                            entry.number("balance").orElse(UInt256.ZERO),
                            codeHash);
            changes.put(
                    address,
                    new StateDiff.Change(
                            account, false, Collections.unmodifiableSortedMap(storage)));
        }
        return new StateDiff(
                Collections.unmodifiableSortedMap(changes),
                Collections.unmodifiableSortedMap(codes));
    }

    /// All balances but the burn address's.
    public UInt256 supplyWei() {
        UInt256 sum = UInt256.ZERO;
        for (var entry : alloc.changes().entrySet()) {
            Account account = entry.getValue().account();
            if (account != null && !entry.getKey().equals(Blockchain.BURN_ADDRESS)) {
                sum = sum.addExact(account.balance());
            }
        }
        return sum;
    }

    private static String hex(String text) {
        return text.startsWith("0x") ? text : "0x" + text;
    }

    private static Address address(ConfigReader alloc, String key) {
        try {
            return Address.fromHex(key);
        } catch (IllegalArgumentException e) {
            throw alloc.wrong(key, "not an address", "use 40 hexadecimal digits");
        }
    }

    /// Block 0 with the state root given, under the fork that is active at it.
    public Block block(Hash stateRoot, Fork fork) {
        boolean london = fork.isAtLeast(Fork.LONDON);
        boolean shanghai = fork.isAtLeast(Fork.SHANGHAI);
        boolean cancun = fork.isAtLeast(Fork.CANCUN);
        boolean prague = fork.isAtLeast(Fork.PRAGUE);
        Header header =
                new Header(
                        Hash.ZERO,
                        Header.NO_OMMERS,
                        coinbase,
                        stateRoot,
                        TrieRoot.EMPTY,
                        TrieRoot.EMPTY,
                        Bloom.EMPTY,
                        difficulty,
                        0,
                        gasLimit,
                        0,
                        timestamp,
                        extraData,
                        mixHash,
                        nonce,
                        london ? baseFeePerGas : null,
                        shanghai ? TrieRoot.EMPTY : null,
                        cancun ? 0L : null,
                        cancun ? 0L : null,
                        cancun ? Hash.ZERO : null,
                        prague ? Sha256.hash(new byte[0]) : null);
        return new Block(header, List.of(), List.of(), shanghai ? List.of() : null);
    }
}
