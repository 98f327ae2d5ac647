package org.assay.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipFile;
import org.assay.evm.Fork;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.state.Account;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Chains of other clients, from their genesis files.
@Tag("reference")
final class ChainImporterTest {
    private static byte[] read(String archive, String entry) {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/" + archive).toFile())) {
            return zip.getInputStream(zip.getEntry(entry)).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String archive, String entry) {
        return new String(read(archive, entry), StandardCharsets.UTF_8);
    }

    private static Blockchain execution() {
        return ChainImporter.inMemory(
                text("rpc-conformance.zip", "execution-apis/genesis.json"),
                Bytes.wrap(read("rpc-conformance.zip", "execution-apis/chain.rlp")));
    }

    @Test
    void runsEveryForkFromHomesteadToTheSecondBlobFork() {
        Blockchain chain = execution();
        assertThat(chain.head().number()).isEqualTo(54);
        assertThat(chain.contexts().forkOf(chain.headerAt(1).orElseThrow()))
                .isEqualTo(Fork.HOMESTEAD);
        assertThat(chain.contexts().forkOf(chain.head().header())).isEqualTo(Fork.OSAKA);
        assertThat(chain.world().headRoot()).isEqualTo(chain.head().header().stateRoot());
    }

    @Test
    void endsAtTheStatedHeadWithTheStatedState() throws IOException {
        String folder = "shanghai-cancun-prague-600/";
        Blockchain chain =
                ChainImporter.inMemory(
                        text("import-chains.zip", folder + "genesis.json"),
                        Bytes.wrap(read("import-chains.zip", folder + "chain.rlp")));
        ObjectMapper json = new ObjectMapper();
        JsonNode headBlock = json.readTree(text("import-chains.zip", folder + "headblock.json"));
        JsonNode headState = json.readTree(text("import-chains.zip", folder + "headstate.json"));
        assertThat(chain.head().hash()).isEqualTo(Hash.fromHex(headBlock.get("hash").asText()));
        assertThat(chain.world().headRoot())
                .isEqualTo(Hash.fromHex("0x" + headState.get("root").asText()));
        int[] seen = {0};
        chain.world()
                .forEachAccount(
                        (address, account) -> {
                            seen[0]++;
                            checkAccount(chain, address, account, headState.get("accounts"));
                        });
        assertThat(seen[0]).isEqualTo(headState.get("accounts").size());
    }

    private static void checkAccount(
            Blockchain chain, Address address, Account account, JsonNode accounts) {
        JsonNode stated = find(accounts, address);
        assertThat(account.balance())
                .isEqualTo(UInt256.of(new java.math.BigInteger(stated.get("balance").asText())));
        assertThat(account.nonce()).isEqualTo(stated.get("nonce").asLong());
        assertThat(account.codeHash()).isEqualTo(Hash.fromHex(stated.get("codeHash").asText()));
        if (stated.has("code")) {
            assertThat(chain.head().state().code(account.codeHash()))
                    .isEqualTo(Bytes.fromHex(stated.get("code").asText()));
        }
    }

    private static JsonNode find(JsonNode accounts, Address address) {
        for (var entry : accounts.properties()) {
            if (Address.fromHex(entry.getKey()).equals(address)) {
                return entry.getValue();
            }
        }
        throw new AssertionError("no account " + address + " is stated");
    }

    @Test
    void importsBesusChainFromFrontierToCancun() {
        Blockchain chain =
                ChainImporter.inMemory(
                        text("rpc-conformance.zip", "besu-rpc/hive-chain/testGenesis.json"),
                        Bytes.wrap(
                                read(
                                        "rpc-conformance.zip",
                                        "besu-rpc/hive-chain/testBlockchain.blocks")));
        assertThat(chain.head().number()).isEqualTo(34);
        assertThat(chain.storedAt(1).orElseThrow().receipts().getFirst().postState()).isNotNull();
    }

    @Test
    void importsGethsChainForTracers() {
        Blockchain chain =
                ChainImporter.inMemory(
                        text("rpc-conformance.zip", "besu-rpc/debug-geth/chain-data/genesis.json"),
                        Bytes.wrap(
                                read(
                                        "rpc-conformance.zip",
                                        "besu-rpc/debug-geth/chain-data/blocks.bin")));
        assertThat(chain.head().number()).isPositive();
    }

    @Test
    void namesTheBlockAndTheReasonOfARefusal() {
        byte[] file = read("rpc-conformance.zip", "execution-apis/chain.rlp");
        int coinbaseEnd = 3 + 3 + 33 + 33 + 21;
        file[coinbaseEnd + 1] ^= 1; // The state root of block 1.
        String genesis = text("rpc-conformance.zip", "execution-apis/genesis.json");
        assertThatThrownBy(() -> ChainImporter.inMemory(genesis, Bytes.wrap(file)))
                .hasMessageContaining("block 1")
                .hasMessageContaining("INVALID_STATE_ROOT");
    }

    @Test
    void saysWhereAFileIsCutShort() {
        byte[] file = read("rpc-conformance.zip", "execution-apis/chain.rlp");
        String genesis = text("rpc-conformance.zip", "execution-apis/genesis.json");
        Bytes cut = Bytes.wrap(java.util.Arrays.copyOf(file, file.length - 1));
        assertThatThrownBy(() -> ChainImporter.inMemory(genesis, cut))
                .hasMessageContaining("the file ends inside the block that begins at byte");
    }
}
