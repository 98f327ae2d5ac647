package org.assay.primitives.rlp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import org.assay.primitives.Bytes;
import org.assay.primitives.Corpus;
import org.assay.primitives.UInt256;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RLPTests of ethereum/tests and the coder's cases of ethers.
@Tag("reference")
final class RlpCorpusTest {
    private static final int DEPTH_MAX = 1200;

    /// Reads whatever comes, to the bottom.
    private static void readAll(RlpReader reader, int depth) {
        assertThat(depth).isLessThan(DEPTH_MAX);
        while (!reader.isEnd()) {
            if (reader.nextIsList()) {
                readAll(reader.readList(), depth + 1);
            } else {
                reader.readArray();
            }
        }
    }

    private static boolean readOne(RlpReader reader) {
        if (reader.nextIsList()) {
            readAll(reader.readList(), 1);
        } else {
            reader.readArray();
        }
        return true;
    }

    private static void write(RlpWriter writer, JsonNode value) {
        if (value.isArray()) {
            writer.writeList(
                    list -> {
                        for (JsonNode item : value) {
                            write(list, item);
                        }
                    });
        } else if (value.isIntegralNumber()) {
            writer.writeUInt256(UInt256.of(value.bigIntegerValue()));
        } else if (value.asText().startsWith("#")) {
            BigInteger number = new BigInteger(value.asText().substring(1));
            byte[] bytes = number.toByteArray();
            int sign = bytes[0] == 0 ? 1 : 0;
            writer.writeBytes(Bytes.wrap(bytes).slice(sign, bytes.length));
        } else {
            writer.writeArray(value.asText().getBytes(ISO_8859_1));
        }
    }

    @Test
    void writesAndReadsTheValidCases() throws IOException {
        int count = 0;
        for (var entry : Corpus.read("basic-vectors", "RLPTests/rlptest.json").properties()) {
            JsonNode test = entry.getValue();
            Bytes expected = Bytes.fromHex(test.get("out").asText());
            byte[] encoded = RlpWriter.encode(writer -> write(writer, test.get("in")));
            assertThat(Bytes.wrap(encoded)).as(entry.getKey()).isEqualTo(expected);
            assertThat(RlpReader.decode(expected, RlpCorpusTest::readOne)).isTrue();
            assertThat(RlpReader.decode(expected, RlpReader::readRaw)).isEqualTo(expected);
            count++;
        }
        assertThat(count).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RLPTests/invalidRLPTest.json", "RLPTests/RandomRLPTests/example.json"})
    void tellsInvalidFromValid(String file) throws IOException {
        for (var entry : Corpus.read("basic-vectors", file).properties()) {
            Bytes encoded = Bytes.fromHex(entry.getValue().get("out").asText());
            if (entry.getValue().get("in").asText().equals("INVALID")) {
                assertThatThrownBy(() -> RlpReader.decode(encoded, RlpCorpusTest::readOne))
                        .as(entry.getKey())
                        .isInstanceOf(RlpException.class);
            } else {
                assertThat(RlpReader.decode(encoded, RlpCorpusTest::readOne)).isTrue();
            }
        }
    }

    private static void writeHex(RlpWriter writer, JsonNode value) {
        if (value.isArray()) {
            writer.writeList(list -> value.forEach(item -> writeHex(list, item)));
        } else {
            writer.writeBytes(Bytes.fromHex(value.asText()));
        }
    }

    @Test
    void writesAsEthers() throws IOException {
        for (JsonNode test : Corpus.read("crypto-vectors", "ethers/rlp-coder.json")) {
            byte[] encoded = RlpWriter.encode(writer -> writeHex(writer, test.get("decoded")));
            assertThat(Bytes.wrap(encoded))
                    .as(test.get("name").asText())
                    .isEqualTo(Bytes.fromHex(test.get("encoded").asText()));
        }
    }

    @Test
    void truncatedInputNeverEscapesAsAnotherException() {
        byte[] encoded =
                RlpWriter.encodeList(
                        writer -> {
                            writer.writeArray(new byte[70]);
                            writer.writeList(List.of(1L, 300L), RlpWriter::writeLong);
                        });
        for (int size = 0; size < encoded.length; size++) {
            byte[] cut = java.util.Arrays.copyOf(encoded, size);
            assertThatThrownBy(() -> RlpReader.decode(cut, RlpCorpusTest::readOne))
                    .isInstanceOf(RlpException.class);
        }
    }
}
