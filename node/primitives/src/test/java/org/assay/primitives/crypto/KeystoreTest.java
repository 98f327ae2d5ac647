package org.assay.primitives.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.security.SecureRandom;
import org.assay.primitives.Bytes;
import org.assay.primitives.Corpus;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeystoreTest {
    private static final SecretKey KEY = SecretKey.of(Keccak.hash256(new byte[0]).toArray());
    private static final Bytes SALT = Bytes.of(new byte[32]);

    private static Keystore parse(JsonNode crypto) {
        JsonNode parameters = crypto.get("kdfparams");
        assertThat(parameters.get("dklen").asInt()).isEqualTo(32);
        assertThat(crypto.get("cipher").asText()).isEqualTo("aes-128-ctr");
        Bytes salt = Bytes.fromHex(parameters.get("salt").asText());
        Keystore.Derivation derivation =
                crypto.get("kdf").asText().equals("scrypt")
                        ? new Keystore.Scrypt(
                                parameters.get("n").asInt(),
                                parameters.get("r").asInt(),
                                parameters.get("p").asInt(),
                                salt)
                        : new Keystore.Pbkdf2(parameters.get("c").asInt(), salt);
        return new Keystore(
                Bytes.fromHex(crypto.get("ciphertext").asText()),
                Bytes.fromHex(crypto.get("cipherparams").get("iv").asText()),
                derivation,
                Bytes.fromHex(crypto.get("mac").asText()));
    }

    @Tag("reference")
    @ParameterizedTest
    @CsvSource({
        "basic-vectors, KeyStoreTests/basic_tests.json",
        "crypto-vectors, keystore/v3_test_vector.json"
    })
    void opensPublishedKeystores(String archive, String entry) throws IOException {
        for (var vector : Corpus.read(archive, entry).properties()) {
            JsonNode json = vector.getValue().get("json");
            Keystore keystore = parse(json.get("crypto"));
            Bytes secret = Bytes.fromHex(vector.getValue().get("priv").asText());
            assertThat(keystore.open(vector.getValue().get("password").asText()))
                    .as(vector.getKey())
                    .isEqualTo(new Keystore.Secret(secret));
            if (json.has("address")) {
                assertThat(new Keystore.Secret(secret).toKey().address())
                        .hasToString("0x" + json.get("address").asText());
            }
        }
    }

    @Test
    void opensWhatItSealedAndOnlyWithThePassword() {
        SecureRandom random = new SecureRandom();
        Keystore.Derivation[] derivations = {
            new Keystore.Scrypt(16, 8, 2, SALT), new Keystore.Pbkdf2(3, SALT)
        };
        for (Keystore.Derivation derivation : derivations) {
            Keystore keystore = Keystore.seal(KEY, "pässword", derivation, random);
            assertThat(keystore.open("pässword"))
                    .isInstanceOfSatisfying(
                            Keystore.Secret.class,
                            secret ->
                                    assertThat(secret.toKey().address()).isEqualTo(KEY.address()));
            assertThat(keystore.open("password"))
                    .isEqualTo(new Keystore.Refused(Keystore.Reason.WRONG_PASSWORD));
            byte[] mac = keystore.mac().toArray();
            mac[31] ^= 1;
            Keystore changed =
                    new Keystore(keystore.ciphertext(), keystore.iv(), derivation, Bytes.wrap(mac));
            assertThat(changed.open("pässword"))
                    .isEqualTo(new Keystore.Refused(Keystore.Reason.WRONG_PASSWORD));
            assertThat(keystore.open("pässword").toString()).doesNotContain("c5d246");
        }
    }

    @Test
    void refusesParametersThatAFileMustNotChoose() {
        Keystore.Derivation[] derivations = {
            new Keystore.Scrypt(1 << 30, 8, 1, SALT),
            new Keystore.Scrypt(1 << 18, 1 << 10, 1, SALT),
            new Keystore.Scrypt(1 << 18, 8, 1 << 20, SALT),
            new Keystore.Scrypt(3, 8, 1, SALT),
            new Keystore.Scrypt(1, 8, 1, SALT),
            new Keystore.Scrypt(0, 8, 1, SALT),
            new Keystore.Scrypt(16, 0, 1, SALT),
            new Keystore.Scrypt(16, 8, 0, SALT),
            new Keystore.Scrypt(Integer.MIN_VALUE, 8, 1, SALT),
            new Keystore.Scrypt(16, 8, 1, Bytes.wrap(new byte[1025])),
            new Keystore.Pbkdf2(0, SALT),
            new Keystore.Pbkdf2(Integer.MAX_VALUE, SALT),
        };
        for (Keystore.Derivation derivation : derivations) {
            Keystore keystore = new Keystore(SALT, SALT.slice(0, 16), derivation, SALT);
            assertThat(keystore.open(""))
                    .isEqualTo(new Keystore.Refused(Keystore.Reason.BAD_PARAMETERS));
            assertThatThrownBy(() -> Keystore.seal(KEY, "", derivation, new SecureRandom()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        Keystore shortIv = new Keystore(SALT, SALT, new Keystore.Pbkdf2(1, SALT), SALT);
        assertThat(shortIv.open(""))
                .isEqualTo(new Keystore.Refused(Keystore.Reason.BAD_PARAMETERS));
    }
}
