package org.assay.app.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.Keystore;

/// The text of a Web3 Secret Storage file, version 3, as geth, ethers and Web3Signer write it.
public record KeystoreFile(Optional<Address> address, Keystore keystore) {
    /// Characters of a file.
    public static final int SIZE_MAX = 1 << 16;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DERIVED_BYTES = 32;

    /// What reading a file gives.
    public sealed interface Parsed {
        record Read(KeystoreFile file) implements Parsed {}

        record Refused(Reason reason, String detail) implements Parsed {}
    }

    public enum Reason {
        NOT_A_KEYSTORE,
        WRONG_VERSION,
        UNKNOWN_CIPHER,
        UNKNOWN_DERIVATION,
        BAD_PARAMETERS
    }

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Reason reason;

        Refusal(Reason reason, String detail) {
            super(detail, null, false, false);
            this.reason = reason;
        }
    }

    public static Parsed parse(String text) {
        if (text.length() > SIZE_MAX) {
            return new Parsed.Refused(Reason.NOT_A_KEYSTORE, "longer than " + SIZE_MAX);
        }
        try {
            return new Parsed.Read(read(JSON.readTree(text)));
        } catch (JsonProcessingException e) {
            return new Parsed.Refused(Reason.NOT_A_KEYSTORE, "not JSON");
        } catch (Refusal refusal) {
            return new Parsed.Refused(refusal.reason, String.valueOf(refusal.getMessage()));
        }
    }

    private static KeystoreFile read(JsonNode root) {
        JsonNode crypto = root.has("crypto") ? root.get("crypto") : root.path("Crypto");
        if (!root.isObject() || !crypto.isObject()) {
            throw new Refusal(Reason.NOT_A_KEYSTORE, "no crypto object");
        }
        if (root.path("version").asInt() != 3) {
            throw new Refusal(Reason.WRONG_VERSION, root.path("version").asText() + ", not 3");
        }
        if (!crypto.path("cipher").asText().equals("aes-128-ctr")) {
            throw new Refusal(Reason.UNKNOWN_CIPHER, "not aes-128-ctr");
        }
        JsonNode parameters = crypto.path("kdfparams");
        if (number(parameters, "dklen") != DERIVED_BYTES) {
            throw new Refusal(Reason.BAD_PARAMETERS, "dklen is not 32");
        }
        Bytes salt = hex(parameters, "salt");
        Keystore.Derivation derivation =
                switch (crypto.path("kdf").asText()) {
                    case "scrypt" ->
                            new Keystore.Scrypt(
                                    number(parameters, "n"),
                                    number(parameters, "r"),
                                    number(parameters, "p"),
                                    salt);
                    case "pbkdf2" -> {
                        if (!parameters.path("prf").asText().equals("hmac-sha256")) {
                            throw new Refusal(Reason.UNKNOWN_DERIVATION, "prf not hmac-sha256");
                        }
                        yield new Keystore.Pbkdf2(number(parameters, "c"), salt);
                    }
                    default -> throw new Refusal(Reason.UNKNOWN_DERIVATION, "kdf");
                };
        Keystore keystore =
                new Keystore(
                        hex(crypto, "ciphertext"),
                        hex(crypto.path("cipherparams"), "iv"),
                        derivation,
                        hex(crypto, "mac"));
        return new KeystoreFile(address(root), keystore);
    }

    private static Optional<Address> address(JsonNode root) {
        if (!root.hasNonNull("address")) {
            return Optional.empty();
        }
        Bytes address = hex(root, "address");
        if (address.size() != Address.SIZE) {
            throw new Refusal(Reason.BAD_PARAMETERS, "address");
        }
        return Optional.of(Address.of(address.toArray()));
    }

    private static int number(JsonNode object, String key) {
        JsonNode value = object.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new Refusal(Reason.BAD_PARAMETERS, key);
        }
        return value.asInt();
    }

    private static Bytes hex(JsonNode object, String key) {
        String text = object.path(key).asText();
        try {
            return Bytes.fromHex(text.startsWith("0x") ? text : "0x" + text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Reason.BAD_PARAMETERS, key);
        }
    }

    /// The file's text.
    public String write(SecureRandom random) {
        ObjectNode root = JSON.createObjectNode();
        address.ifPresent(it -> root.put("address", Hex.encodeBare(it.toArray())));
        ObjectNode crypto = root.putObject("crypto");
        crypto.put("cipher", "aes-128-ctr");
        crypto.putObject("cipherparams").put("iv", bare(keystore.iv()));
        crypto.put("ciphertext", bare(keystore.ciphertext()));
        ObjectNode parameters = JSON.createObjectNode().put("dklen", DERIVED_BYTES);
        switch (keystore.derivation()) {
            case Keystore.Scrypt scrypt -> {
                crypto.put("kdf", "scrypt");
                parameters.put("n", scrypt.cost());
                parameters.put("r", scrypt.blockSize());
                parameters.put("p", scrypt.parallelization());
                parameters.put("salt", bare(scrypt.salt()));
            }
            case Keystore.Pbkdf2 pbkdf2 -> {
                crypto.put("kdf", "pbkdf2");
                parameters.put("c", pbkdf2.iterations());
                parameters.put("prf", "hmac-sha256");
                parameters.put("salt", bare(pbkdf2.salt()));
            }
        }
        crypto.set("kdfparams", parameters);
        crypto.put("mac", bare(keystore.mac()));
        root.put("id", new UUID(random.nextLong(), random.nextLong()).toString());
        root.put("version", 3);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bare(Bytes bytes) {
        return Hex.encodeBare(bytes.unsafeArray());
    }
}
