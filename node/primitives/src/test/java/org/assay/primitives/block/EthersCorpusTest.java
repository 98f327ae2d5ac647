package org.assay.primitives.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Corpus;
import org.assay.primitives.Hash;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;
import org.assay.primitives.crypto.Sha256;
import org.assay.primitives.rlp.RlpException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The cases of ethers: accounts, hashes, signed transactions.
@Tag("reference")
final class EthersCorpusTest {
    private static JsonNode cases(String file) throws IOException {
        return Corpus.read("crypto-vectors", "ethers/" + file + ".json");
    }

    @Test
    void derivesAddressesAndChecksums() throws IOException {
        for (JsonNode test : cases("accounts")) {
            Address address = Address.fromHex(test.get("address").asText());
            assertThat(address.toChecksum()).isEqualTo(test.get("checksumAddress").asText());
            if (test.has("privateKey")) {
                SecretKey key = SecretKey.of(Hex.decode(test.get("privateKey").asText()));
                assertThat(key.address()).isEqualTo(address);
            }
        }
    }

    @Test
    void hashes() throws IOException {
        for (JsonNode test : cases("hashes")) {
            byte[] data = Hex.decode(test.get("data").asText());
            assertThat(Keccak.hash256(data)).hasToString(test.get("keccak256").asText());
            assertThat(Sha256.hash(data)).hasToString(test.get("sha256").asText());
        }
    }

    @Test
    void legacyTransactionsDecodeRecoverAndSignAlike() throws IOException {
        for (JsonNode test : cases("transactions")) {
            Address sender = Address.fromHex(test.get("accountAddress").asText());
            SecretKey key = SecretKey.of(Hex.decode(test.get("privateKey").asText()));
            if (isWide(test, "nonce") || isWide(test, "gasLimit")) {
                Bytes encoded = Bytes.fromHex(test.get("signedTransaction").asText());
                assertThatThrownBy(() -> Transaction.decode(encoded))
                        .isInstanceOf(RlpException.class);
                continue;
            }
            check(test, "signedTransaction", "unsignedTransaction", sender, key);
            check(test, "signedTransactionChainId5", "unsignedTransactionChainId5", sender, key);
        }
    }

    /// Ethers makes nonces and gas limits up to 256 bits; Ethereum has 64.
    private static boolean isWide(JsonNode test, String field) {
        return test.has(field) && Hex.decode(test.get(field).asText()).length > 8;
    }

    @Test
    void typedTransactionsDecodeRecoverAndSignAlike() throws IOException {
        for (JsonNode test : cases("typed-transactions")) {
            Address sender = Address.fromHex(test.get("address").asText());
            SecretKey key = SecretKey.of(Hex.decode(test.get("key").asText()));
            check(test, "signed", "unsigned", sender, key);
        }
    }

    private static void check(
            JsonNode test, String signed, String unsigned, Address sender, SecretKey key) {
        String name = test.get("name").asText();
        Bytes encoded = Bytes.fromHex(test.get(signed).asText());
        Hash signingHash = Keccak.hash256(Hex.decode(test.get(unsigned).asText()));
        Transaction transaction = Transaction.decode(encoded);
        assertThat(transaction.encoded()).as(name).isEqualTo(encoded);
        assertThat(transaction.hash()).as(name).isEqualTo(Keccak.hash256(encoded));
        assertThat(transaction.body().signingHash()).as(name).isEqualTo(signingHash);
        assertThat(transaction.recover().map(RecoveredTransaction::sender))
                .as(name)
                .contains(sender);
        assertThat(Transaction.sign(transaction.body(), key)).as(name).isEqualTo(transaction);
    }
}
