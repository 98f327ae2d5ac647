package org.assay.consensus.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assay.consensus.SealCheck;
import org.assay.consensus.Validators;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// QBFT material of several projects: RLP shapes, extraData, a live header, genesis files.
@Tag("reference")
final class QbftVectorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String text(String name) throws IOException {
        try (ZipFile zip = new ZipFile(Shared.path("corpora/qbft-vectors.zip").toFile())) {
            byte[] content = zip.getInputStream(zip.getEntry(name)).readAllBytes();
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    private static Bytes bytes(JsonNode node) {
        return Bytes.fromHex(node.asText());
    }

    @Test
    void olderMessagesRoundTripInTheLegacyForm() throws IOException {
        JsonNode cases = JSON.readTree(text("messages-rlp.json"));
        assertThat(cases.isEmpty()).isFalse();
        for (var entry : cases.properties()) {
            String type = entry.getValue().get("message").get("type").asText();
            MessageKind kind =
                    switch (type) {
                        case "proposal" -> MessageKind.PROPOSAL;
                        case "prepare" -> MessageKind.PREPARE;
                        case "commit" -> MessageKind.COMMIT;
                        case "roundChange" -> MessageKind.ROUND_CHANGE;
                        default -> throw new AssertionError(type);
                    };
            Bytes encoded = bytes(entry.getValue().get("rlp"));
            Message message = Message.decode(kind, encoded);
            assertThat(message.encode()).as(entry.getKey()).isEqualTo(encoded);
            if (message instanceof Message.Commit commit) {
                var payload = commit.signed().payload();
                assertThat(
                                Secp256k1.recoverAddress(payload.digest(), payload.seal())
                                        .orElseThrow()
                                        .toString())
                        .startsWith("0xd09d5598");
            }
        }
    }

    @Test
    void extraDataReadsAndWritesTheSame() throws IOException {
        for (JsonNode node : JSON.readTree(text("extra-data.json"))) {
            ExtraData extra = ExtraData.decode(bytes(node.get("rlp")));
            String name = node.get("name").asText();
            assertThat(extra.encode()).as(name).isEqualTo(bytes(node.get("rlp")));
            assertThat(extra.vanity()).isEqualTo(bytes(node.get("vanity")));
            assertThat(extra.round()).isEqualTo(node.get("round").asInt());
            assertThat(extra.seals()).hasSize(node.get("sealCount").asInt());
            List<Address> validators = new ArrayList<>();
            node.get("validators").forEach(it -> validators.add(Address.of(bytes(it))));
            assertThat(extra.validators()).isEqualTo(validators);
            assertThat(extra.vote().isPresent()).isEqualTo(!node.get("vote").isNull());
        }
    }

    @Test
    void liveHeaderIsSealedByAQuorumOfItsValidators() throws IOException {
        JsonNode node = JSON.readTree(text("live-header.json"));
        QbftHeader header = QbftHeader.decode(bytes(node.get("headerRlp")));
        assertThat(header.encode()).isEqualTo(bytes(node.get("headerRlp")));
        assertThat(header.sealForm()).isEqualTo(bytes(node.get("headerRlpWithoutSeals")));
        assertThat(SealCheck.verify(header, Validators.of(header.extraData().validators())))
                .isInstanceOf(SealCheck.Result.Sealed.class);
    }

    @Test
    void genesisFilesCarryReadableExtraData() throws IOException {
        int read = 0;
        try (ZipFile zip = new ZipFile(Shared.path("corpora/qbft-vectors.zip").toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                if (entry.getName().endsWith("besu/genesis.json")) {
                    Bytes extra = bytes(JSON.readTree(text(entry.getName())).get("extraData"));
                    assertThat(ExtraData.decode(extra).validators()).isNotEmpty();
                    assertThat(ExtraData.decode(extra).encode()).isEqualTo(extra);
                    read++;
                }
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void nodeKeysHaveTheirAddresses() throws IOException {
        for (int i = 1; i <= 4; i++) {
            String folder = "eea-qbft-testnet/nodes/validator" + i + "/";
            SecretKey key = SecretKey.of(Bytes.fromHex(text(folder + "nodekey").strip()).toArray());
            assertThat(key.address()).isEqualTo(Address.fromHex(text(folder + "address").strip()));
        }
    }
}
