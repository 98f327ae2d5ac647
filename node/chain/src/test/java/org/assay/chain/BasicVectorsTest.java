package org.assay.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.zip.ZipFile;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Block;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import org.assay.testkit.Shared;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Ethereum's BasicTests and GenesisTests. `blockgenesistest.json` is left out: its headers have
/// the form of a testnet before Frontier.
@Tag("reference")
final class BasicVectorsTest {
    private static JsonNode read(String entry) throws IOException {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/basic-vectors.zip").toFile())) {
            return new ObjectMapper().readTree(zip.getInputStream(zip.getEntry(entry)));
        }
    }

    private static Bytes bytes(JsonNode node) {
        return Bytes.fromHex("0x" + node.asText());
    }

    private static UInt256 number(JsonNode node) {
        return UInt256.of(new BigInteger(node.asText()));
    }

    @Test
    void encodesGenesisBlocks() throws IOException {
        for (var test : read("GenesisTests/basic_genesis_tests.json").properties()) {
            ObjectNode file = (ObjectNode) test.getValue();
            file.putObject("config");
            for (JsonNode account : file.get("alloc")) {
                if (account.has("wei")) { // An old name of the balance.
                    ((ObjectNode) account).set("balance", account.get("wei"));
                }
            }
            if (file.get("timestamp").asText().equals("0x")) {
                file.put("timestamp", "0x0");
            }
            Block block = Blockchain.genesisBlock(ChainSpec.of(file));
            assertThat(Bytes.wrap(block.encode()))
                    .as(test.getKey())
                    .isEqualTo(bytes(file.get("result")));
        }
    }

    @Test
    void hashesMainnetsGenesis() throws IOException {
        JsonNode test = read("BasicTests/genesishashestest.json");
        Block block = Block.decode(bytes(test.get("genesis_rlp_hex")));
        assertThat(block.header().stateRoot())
                .isEqualTo(Hash.of(bytes(test.get("genesis_state_root"))));
        assertThat(block.header().hash()).isEqualTo(Hash.of(bytes(test.get("genesis_hash"))));
    }

    @Test
    void signsTransactionsDeterministically() throws IOException {
        for (JsonNode test : read("BasicTests/txtest.json")) {
            TransactionBody body =
                    TransactionBody.legacy(
                            null,
                            test.get("nonce").asLong(),
                            number(test.get("gasprice")),
                            test.get("startgas").asLong(),
                            to(test.get("to")),
                            number(test.get("value")),
                            bytes(test.get("data")));
            SecretKey key = SecretKey.of(bytes(test.get("key")).unsafeArray());
            Transaction stated = Transaction.decode(bytes(test.get("signed")));
            assertThat(stated.body()).isEqualTo(body);
            // The second was signed with a high s, which EIP-2 ended.
            assertThat(stated.recoverAnyS().orElseThrow().sender()).isEqualTo(key.address());
            if (stated.signature().isLowS()) {
                assertThat(Transaction.sign(body, key)).isEqualTo(stated);
            }
        }
    }

    private static @Nullable Address to(JsonNode node) {
        return node.asText().isEmpty() ? null : Address.fromHex("0x" + node.asText());
    }

    @Test
    void derivesAddressesFromKeys() throws IOException {
        for (JsonNode test : read("BasicTests/keyaddrtest.json")) {
            Address address = Address.fromHex("0x" + test.get("addr").asText());
            SecretKey key = SecretKey.of(bytes(test.get("key")).unsafeArray());
            assertThat(key.address()).isEqualTo(address);
        }
    }
}
