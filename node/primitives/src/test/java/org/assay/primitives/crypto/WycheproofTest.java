package org.assay.primitives.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.primitives.Bytes;
import org.assay.primitives.Corpus;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.UInt256;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// ECDSA of Project Wycheproof. Signatures in ASN.1 are parsed here, strictly; the node itself
/// has no such encoding.
@Tag("reference")
final class WycheproofTest {
    private record Pair(UInt256 r, UInt256 s) {}

    private interface Verifier {
        boolean verify(Hash digest, UInt256 r, UInt256 s, byte[] publicKey64);
    }

    private static boolean verifyP256(Hash digest, UInt256 r, UInt256 s, byte[] publicKey64) {
        return P256.verify(digest, r, s, UInt256.at(publicKey64, 0), UInt256.at(publicKey64, 32));
    }

    private static boolean verifyBitcoin(Hash digest, UInt256 r, UInt256 s, byte[] publicKey64) {
        return new Signature(r, s, 0).isLowS() && Secp256k1.verify(digest, r, s, publicKey64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ecdsa_secp256k1_sha256_bitcoin_test",
                "ecdsa_secp256k1_sha256_p1363_test",
                "ecdsa_secp256k1_sha256_test",
                "ecdsa_secp256r1_sha256_p1363_test",
                "ecdsa_secp256r1_sha256_test"
            })
    void tellsValidSignaturesFromInvalidOnes(String file) throws IOException {
        Verifier verifier =
                file.contains("256r1")
                        ? WycheproofTest::verifyP256
                        : file.contains("bitcoin")
                                ? WycheproofTest::verifyBitcoin
                                : Secp256k1::verify;
        List<String> wrong = new ArrayList<>();
        int count = 0;
        JsonNode suite = Corpus.read("crypto-vectors", "wycheproof/" + file + ".json");
        for (JsonNode group : suite.get("testGroups")) {
            byte[] point = Hex.decode(group.get("publicKey").get("uncompressed").asText());
            byte[] key = Bytes.wrap(point).slice(1, 65).toArray();
            for (JsonNode test : group.get("tests")) {
                Hash digest = Sha256.hash(Hex.decode(test.get("msg").asText()));
                byte[] encoded = Hex.decode(test.get("sig").asText());
                Optional<Pair> pair = file.contains("p1363") ? plain(encoded) : asn1(encoded);
                boolean valid =
                        pair.isPresent()
                                && verifier.verify(digest, pair.get().r(), pair.get().s(), key);
                if (valid != test.get("result").asText().equals("valid")) {
                    wrong.add(test.get("tcId") + " " + test.get("comment").asText());
                }
                count++;
            }
        }
        assertThat(count).isEqualTo(suite.get("numberOfTests").asInt());
        assertThat(wrong).isEmpty();
    }

    private static Optional<Pair> plain(byte[] encoded) {
        return encoded.length == 64
                ? Optional.of(new Pair(UInt256.at(encoded, 0), UInt256.at(encoded, 32)))
                : Optional.empty();
    }

    /// DER: a sequence of exactly two minimal, positive integers.
    private static Optional<Pair> asn1(byte[] encoded) {
        boolean sequence =
                encoded.length >= 8
                        && encoded[0] == 0x30
                        && encoded[1] == encoded.length - 2
                        && encoded[2] == 2;
        if (!sequence) {
            return Optional.empty();
        }
        int rSize = encoded[3];
        int sAt = 4 + rSize;
        if (rSize < 1 || sAt + 2 > encoded.length || encoded[sAt] != 2) {
            return Optional.empty();
        }
        Optional<UInt256> r = integer(encoded, 4, sAt);
        int sSize = encoded[sAt + 1];
        if (sSize < 1 || sAt + 2 + sSize != encoded.length) {
            return Optional.empty();
        }
        Optional<UInt256> s = integer(encoded, sAt + 2, encoded.length);
        return r.isPresent() && s.isPresent()
                ? Optional.of(new Pair(r.get(), s.get()))
                : Optional.empty();
    }

    private static Optional<UInt256> integer(byte[] encoded, int from, int to) {
        boolean padded = to - from > 1 && encoded[from] == 0;
        if (encoded[from] < 0 || (padded && encoded[from + 1] >= 0)) {
            return Optional.empty();
        }
        int start = padded ? from + 1 : from;
        return to - start > 32
                ? Optional.empty()
                : Optional.of(UInt256.of(java.util.Arrays.copyOfRange(encoded, start, to)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecdh_secp256k1_test"})
    void sharesSecrets(String file) throws IOException {
        int count = 0;
        JsonNode suite = Corpus.read("crypto-vectors", "wycheproof/" + file + ".json");
        for (JsonNode group : suite.get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                // The flags name encodings of the key, which the node does not have: take the
                // valid cases with the usual header before an uncompressed point.
                Bytes key = Bytes.fromHex(test.get("public").asText());
                if (test.get("result").asText().equals("valid")
                        && key.size() == 88
                        && key.get(23) == 4) {
                    UInt256 secret = UInt256.parse("0x" + test.get("private").asText());
                    byte[] shared =
                            Secp256k1.sharedX(
                                    SecretKey.of(secret.toArray()), key.slice(24, 88).toArray());
                    assertThat(Bytes.wrap(shared))
                            .as("tcId " + test.get("tcId"))
                            .isEqualTo(Bytes.fromHex(test.get("shared").asText()));
                    count++;
                }
            }
        }
        assertThat(count).isGreaterThan(300);
    }
}
