package org.assay.evm;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateView;
import org.assay.testkit.Shared;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// go-ethereum's tables of operations of two words, run as bytecode.
@Tag("reference")
final class OpcodeCorpusTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Address CALLER = Address.ofNumber(0x1001);
    private static final Address CALLEE = Address.ofNumber(0x1002);
    private static final BlockContext BLOCK =
            new BlockContext(
                    Fork.OSAKA,
                    1,
                    1,
                    1,
                    Address.ZERO,
                    UInt256.ZERO,
                    Hash.ZERO,
                    UInt256.ZERO,
                    30_000_000,
                    UInt256.ONE,
                    BlobSchedule.of(Fork.OSAKA),
                    BlockHashes.NONE);

    /// The state with one contract.
    private record OneContract(Bytes code) implements StateView {
        @Override
        public @Nullable Account account(Address address) {
            return address.equals(CALLEE)
                    ? new Account(1, UInt256.ZERO, Keccak.hash256(code))
                    : null;
        }

        @Override
        public UInt256 storage(Address address, UInt256 slot) {
            return UInt256.ZERO;
        }

        @Override
        public Bytes code(Hash codeHash) {
            return codeHash.equals(Keccak.EMPTY) ? Bytes.EMPTY : code;
        }

        @Override
        public boolean hasStorage(Address address) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "add, 01", "mul, 02", "sub, 03", "div, 04", "sdiv, 05", "mod, 06", "smod, 07", "exp, 0a",
        "signext, 0b", "lt, 10", "gt, 11", "slt, 12", "sgt, 13", "eq, 14", "and, 16", "or, 17",
        "xor, 18", "byte, 1a", "shl, 1b", "shr, 1c", "sar, 1d"
    })
    void agreesOnEveryCase(String name, String opcode) throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (JsonNode test : read("geth-evm-ops/testcases_" + name + ".json")) {
            String x = test.get("X").asText();
            String y = test.get("Y").asText();
            Bytes expected = Bytes.fromHex(test.get("Expected").asText());
            // PUSH32 x, PUSH32 y (the top), the operation, then return the word.
            Bytes code = Bytes.fromHex("7f" + x + "7f" + y + opcode + "5f5260205ff3");
            var message = CallSimulation.Message.call(CALLER, CALLEE, Bytes.EMPTY, 1_000_000);
            var result = CallSimulation.run(new OneContract(code), BLOCK, message, Tracer.NONE);
            if (!result.output().equals(expected)) {
                wrong.add(x + " " + y + " " + result.output());
            }
            count++;
        }
        assertThat(count).isPositive();
        assertThat(wrong).isEmpty();
    }

    private static JsonNode read(String entry) throws IOException {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/precompiles.zip").toFile());
                InputStream stream = zip.getInputStream(requireNonNull(zip.getEntry(entry)))) {
            return JSON.readTree(stream);
        }
    }
}
