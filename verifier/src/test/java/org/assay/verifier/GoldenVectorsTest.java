package org.assay.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.Sha256;
import org.assay.verifier.cpu.Digits;
import org.assay.verifier.cpu.Extension;
import org.assay.verifier.cpu.ExtensionVector;
import org.assay.verifier.cpu.PlainProjection;
import org.assay.verifier.cpu.Sig16;
import org.assay.verifier.cpu.VectorProjection;
import org.junit.jupiter.api.Test;

/// PROOFS section 12, from `contracts/vectors/proofs.json`, which forge reads too.
class GoldenVectorsTest {
    private final JsonNode vectors = read();

    private static JsonNode read() {
        Path root = Path.of(System.getProperty("assay.root", ".."));
        try {
            return new ObjectMapper()
                    .readTree(root.resolve("contracts/vectors/proofs.json").toFile());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long word(JsonNode node) {
        return Long.parseLong(node.asText().substring(2), 16);
    }

    private static Extension element(JsonNode node) {
        return new Extension(word(node.get(0)), word(node.get(1)));
    }

    private static Hash hash(JsonNode node) {
        return Hash.fromHex(node.asText());
    }

    private static byte[] bytes(JsonNode node) {
        byte[] bytes = new byte[node.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) node.get(i).asInt();
        }
        return bytes;
    }

    @Test
    void digitsAreBalancedAndLeastSignificantFirst() {
        for (JsonNode row : vectors.get("digits")) {
            byte[] digits = new byte[Digits.PER_ELEMENT];
            Digits.write(word(row.get("value")), digits, 0);
            assertThat(digits).isEqualTo(bytes(row.get("digits")));
        }
    }

    @Test
    void extensionProductsMatch() {
        for (JsonNode row : vectors.get("extension")) {
            Extension product = element(row.get("a")).multiply(element(row.get("b")));
            assertThat(product).isEqualTo(element(row.get("product")));
        }
    }

    @Test
    void projectionChallengeMatches() {
        JsonNode node = vectors.get("projection");
        Hash b2 = hash(node.get("b2"));
        Hash modelRoot = hash(node.get("modelRoot"));
        int matrix = node.get("matrix").asInt();
        for (int i = 0; i < node.get("rho").size(); i++) {
            assertThat(Challenge.rho(b2, modelRoot, matrix, i))
                    .isEqualTo(element(node.get("rho").get(i)));
        }
        JsonNode tensor = node.get("tensor");
        int index = tensor.get("index").asInt();
        ExtensionVector r = Challenge.tensor(b2, modelRoot, matrix, tensor.get("n").asInt());
        assertThat(r.get(index)).isEqualTo(element(tensor.get("r")));
        assertThat(Arrays.copyOfRange(r.digits(), 16 * index, 16 * index + 16))
                .isEqualTo(bytes(tensor.get("digits")));
        ExtensionVector eight = Challenge.tensor(b2, modelRoot, matrix, 8);
        Extension sum = Extension.ZERO;
        for (int j = 0; j < 8; j++) {
            sum = sum.add(eight.get(j));
        }
        assertThat(sum).isEqualTo(element(node.get("sum").get("sum")));
        assertThat(Challenge.tensor(b2, modelRoot, matrix, 1).get(0)).isEqualTo(Extension.ONE);
    }

    private Hash salt() {
        JsonNode node = vectors.get("salt");
        return Challenge.salt(
                node.get("chainId").asLong(),
                hash(node.get("jobId")),
                Address.fromHex(node.get("provider").asText()),
                hash(node.get("templateId")));
    }

    @Test
    void saltLeafAndNodeMatch() {
        assertThat(salt()).isEqualTo(hash(vectors.get("salt").get("salt")));
        JsonNode node = vectors.get("leaf");
        Leaf.Place place =
                new Leaf.Place(
                        node.get("type").asInt(),
                        node.get("seq").asInt(),
                        node.get("pos").asInt(),
                        node.get("layer").asInt(),
                        node.get("sub").asInt());
        byte[] content = Hex.decode(node.get("data").asText());
        byte[] out = new byte[3 * Hash.SIZE];
        new Leaf(salt()).hash(place, content, 0, content.length, out, 0);
        assertThat(Hash.at(out, 0)).isEqualTo(hash(node.get("leaf")));
        Merkle.hashPair(Sha256.digest(), out, 0, out, Hash.SIZE, out, 2);
        assertThat(Hash.at(out, 64)).isEqualTo(hash(node.get("nodeWithZero")));
    }

    private Hash commitId() {
        JsonNode node = vectors.get("commit");
        JsonNode ids = vectors.get("salt");
        return new Commit.Facts(
                        node.get("kind").asInt(),
                        ids.get("chainId").asLong(),
                        Address.fromHex(ids.get("provider").asText()),
                        hash(ids.get("jobId")),
                        hash(ids.get("templateId")),
                        hash(node.get("inputRoot")),
                        hash(node.get("outputRoot")),
                        hash(node.get("traceRoot")),
                        node.get("rows").asInt(),
                        node.get("seqs").asInt(),
                        node.get("workUnits").asLong(),
                        node.get("expiry").asLong())
                .commitId();
    }

    @Test
    void commitIdMatches() {
        assertThat(commitId()).isEqualTo(hash(vectors.get("commit").get("commitId")));
    }

    @Test
    void drawsMatch() {
        JsonNode node = vectors.get("draw");
        Hash mix = hash(node.get("mix"));
        long audit = node.get("audit").asLong();
        assertThat(Challenge.auditDraw(mix, commitId())).isEqualTo(audit);
        assertThat(Challenge.audited(List.of(mix), commitId(), 4 * (audit + 1))).isTrue();
        assertThat(Challenge.audited(List.of(mix), commitId(), 4 * audit)).isFalse();
        assertThat(Challenge.cellSeed(mix, commitId())).isEqualTo(hash(node.get("cellSeed")));
        WordStream words = Challenge.cellWords(mix, commitId());
        Set<Long> drawn = new LinkedHashSet<>();
        while (drawn.size() < 4) {
            drawn.add(words.uniform(1000));
        }
        List<Long> expected = new ArrayList<>();
        node.get("below1000").forEach(value -> expected.add(value.asLong()));
        assertThat(drawn).containsExactlyElementsOf(expected);
    }

    @Test
    void timingMatches() {
        JsonNode node = vectors.get("timing");
        int delta = Challenge.deltaBlocks(node.get("validators").asInt());
        assertThat(delta).isEqualTo(node.get("delta").asInt());
        for (JsonNode row : node.get("cases")) {
            long block =
                    Challenge.projectionBlock(
                            row.get("openHeight").asLong(), delta, node.get("epochBlocks").asInt());
            assertThat(block).isEqualTo(row.get("projectionBlock").asLong());
        }
    }

    @Test
    void sig16HoldsTheWorstAccumulatorAndRefusesOneTermMore() {
        JsonNode node = vectors.get("sig16");
        int terms = node.get("terms").asInt();
        byte[] row = new byte[terms + 1];
        Arrays.fill(row, (byte) -128);
        byte[] digits = new byte[16 * (terms + 1)];
        Arrays.fill(digits, (byte) -128);
        int[] out = new int[16];
        Sig16.multiply(row, 1, terms, digits, out);
        assertThat(out).containsOnly(node.get("accumulator").asInt());
        assertThatThrownBy(() -> Sig16.multiply(row, 1, terms + 1, digits, out))
                .isInstanceOf(IllegalArgumentException.class);
        ExtensionVector r = new ExtensionVector(terms);
        for (int j = 0; j < terms; j++) {
            r.set(j, 0x1f80808080808080L, (1L << 61) - 2);
        }
        r.prepared();
        Sig16.multiply(row, 1, terms, r.digits(), out);
        Extension exact = Sig16.recombine(out, 0);
        assertThat(new PlainProjection().dot(row, 0, r)).isEqualTo(exact);
        assertThat(new VectorProjection().dot(row, 0, r)).isEqualTo(exact);
    }

    @Test
    void reasonCodesAreThoseSolidityReads() {
        for (Reason reason : Reason.values()) {
            assertThat(vectors.get("reasons").get(reason.code()).asText()).isEqualTo(reason.name());
        }
        assertThat(vectors.get("reasons").size()).isEqualTo(Reason.values().length);
    }
}
