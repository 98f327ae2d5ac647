package org.assay.app.dev;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainHead;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.rpc.RpcError;

/// All accounts as Anvil writes them: gzip of JSON, `{"accounts": {address: {nonce, balance,
/// code, storage}}}`. Loading puts them over what is there, but for the contracts that keep the
/// chain's own books: those belong to its height, and no other chain's would fit it.
final class StateDump {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<Address> BOOKS =
            Set.of(
                    Predeploys.PROLOGUE,
                    Predeploys.STAKING,
                    Predeploys.MODEL_REGISTRY,
                    Predeploys.JOBS,
                    Predeploys.PROOFS,
                    Predeploys.REWARDS,
                    Blockchain.BURN_ADDRESS);

    /// Bytes of JSON that loading accepts.
    private static final int JSON_BYTES_MAX = 1 << 30;

    private StateDump() {}

    static String write(DevChain dev) {
        ChainHead head = dev.chain().head();
        ObjectNode file = JSON.createObjectNode();
        ObjectNode block = file.putObject("block");
        block.put("number", UInt256.of(head.number()).toQuantity());
        block.put("timestamp", UInt256.of(head.header().timestamp()).toQuantity());
        ObjectNode accounts = file.putObject("accounts");
        dev.state()
                .forEachAccount(
                        (address, account, slots) -> {
                            ObjectNode entry = accounts.putObject(address.toString());
                            entry.put("nonce", account.nonce());
                            entry.put("balance", account.balance().toQuantity());
                            entry.put("code", head.state().code(account.codeHash()).toString());
                            ObjectNode storage = entry.putObject("storage");
                            slots.forEach(
                                    (slot, value) ->
                                            storage.put(
                                                    slot.toHash().toString(),
                                                    value.toHash().toString()));
                        });
        file.put("best_block_number", UInt256.of(head.number()).toQuantity());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(JSON.writeValueAsBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Bytes.wrap(bytes.toByteArray()).toString();
    }

    /// Throws [RpcError] for what is no dump.
    static void read(Bytes dump, DevChain dev) {
        try (GZIPInputStream zip =
                new GZIPInputStream(new ByteArrayInputStream(dump.unsafeArray()))) {
            JsonNode file = JSON.readTree(zip.readNBytes(JSON_BYTES_MAX));
            dev.state().amend(diff(file.path("accounts")));
        } catch (IOException | IllegalArgumentException e) {
            throw RpcError.invalidParams("not a state dump: " + e.getMessage());
        }
    }

    private static StateDiff diff(JsonNode accounts) {
        TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
        TreeMap<Hash, Bytes> codes = new TreeMap<>();
        for (var field : accounts.properties()) {
            Address address = Address.fromHex(field.getKey());
            if (BOOKS.contains(address)) {
                continue;
            }
            JsonNode entry = field.getValue();
            Bytes code = Bytes.fromHex(entry.path("code").asText("0x"));
            Hash codeHash = Keccak.hash256(code);
            if (!code.isEmpty()) {
                codes.put(codeHash, code);
            }
            TreeMap<UInt256, UInt256> storage = new TreeMap<>();
            for (var slot : entry.path("storage").properties()) {
                storage.put(UInt256.parse(slot.getKey()), UInt256.parse(slot.getValue().asText()));
            }
            JsonNode nonce = entry.path("nonce");
            Account account =
                    new Account(
                            nonce.isTextual()
                                    ? UInt256.parse(nonce.asText()).toLongExact()
                                    : nonce.asLong(),
                            UInt256.parse(entry.path("balance").asText("0x0")),
                            codeHash);
            changes.put(address, new StateDiff.Change(account, false, storage));
        }
        return new StateDiff(changes, codes);
    }
}
