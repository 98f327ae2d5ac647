package org.assay.evm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.RecoveredTransaction;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.rlp.RlpException;
import org.assay.testkit.Shared;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Ethereum's TransactionTests: which encodings are transactions at all, fork by fork.
@Tag("reference")
final class TransactionTestsTest {
    private int files;
    private int cases;
    private final List<String> wrong = new ArrayList<>();

    @Test
    void agreesOnEveryTransactionAndFork() throws IOException {
        ObjectMapper json = new ObjectMapper();
        try (ZipFile zip = new ZipFile(Shared.path("corpora/basic-vectors.zip").toFile())) {
            for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
                boolean isTest = entry.getName().startsWith("TransactionTests/");
                if (isTest && entry.getName().endsWith(".json")) {
                    check(json.readTree(zip.getInputStream(entry)));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(files).isEqualTo(163);
        assertThat(cases).isEqualTo(2_072);
    }

    private void check(JsonNode root) {
        for (var named : root.properties()) {
            files++;
            Bytes encoded = Bytes.fromHex(named.getValue().get("txbytes").asText());
            for (var result : named.getValue().get("result").properties()) {
                cases++;
                String label = named.getKey() + "/" + result.getKey();
                compare(label, encoded, fork(result.getKey()), result.getValue());
            }
        }
    }

    private static Fork fork(String name) {
        for (Fork fork : Fork.values()) {
            if (fork.testName().equals(name)) {
                return fork;
            }
        }
        throw new AssertionError("no fork " + name);
    }

    private void compare(String label, Bytes encoded, Fork fork, JsonNode expected) {
        RecoveredTransaction found = read(encoded, fork);
        if (expected.has("exception")) {
            if (found != null) {
                wrong.add(label + ": accepted, expected " + expected.get("exception").asText());
            }
            return;
        }
        if (found == null) {
            wrong.add(label + ": refused");
            return;
        }
        Transaction transaction = found.transaction();
        Hash hash = Hash.fromHex(expected.get("hash").asText());
        Address sender = Address.fromHex(expected.get("sender").asText());
        long gas = UInt256.parse(expected.get("intrinsicGas").asText()).toLongExact();
        long intrinsic = IntrinsicGas.of(transaction.body(), fork).gas();
        if (!transaction.hash().equals(hash)
                || !found.sender().equals(sender)
                || intrinsic != gas) {
            wrong.add(label + ": hash, sender or intrinsic gas " + intrinsic + " differs");
        }
    }

    /// The transaction if it may be in a block of `fork` whose base fee is zero.
    private static @Nullable RecoveredTransaction read(Bytes encoded, Fork fork) {
        Transaction transaction;
        try {
            transaction = Transaction.decode(encoded);
        } catch (RlpException malformed) {
            return null;
        }
        BigInteger cost = Validity.upfrontCostWei(transaction.body());
        boolean overflows =
                cost.subtract(transaction.value().toBigInteger()).bitLength() > 256
                        || transaction.nonce() == -1L;
        if (overflows || Validity.check(transaction.body(), block(fork)) != null) {
            return null;
        }
        Optional<RecoveredTransaction> recovered =
                fork.isAtLeast(Fork.HOMESTEAD) ? transaction.recover() : transaction.recoverAnyS();
        return recovered.orElse(null);
    }

    private static BlockContext block(Fork fork) {
        return new BlockContext(
                fork,
                1,
                1,
                1,
                Address.ZERO,
                UInt256.ZERO,
                Hash.ZERO,
                UInt256.ZERO,
                Long.MAX_VALUE,
                UInt256.ONE,
                BlobSchedule.of(fork),
                BlockHashes.NONE);
    }
}
