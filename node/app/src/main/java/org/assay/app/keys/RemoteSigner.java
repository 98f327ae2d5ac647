package org.assay.app.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.Signature;

/// A key in a signing service that speaks Web3Signer's HTTP interface:
/// `POST /api/v1/eth1/sign/{publicKey}` with `{"data": "0x…"}` answers `0x` and 65 bytes, r ‖ s ‖
/// v, over keccak256 of the data. Every answer is checked against the key.
public final class RemoteSigner implements Signer, AutoCloseable {
    /// Bytes of an answer: 65 in hex, or a list of a thousand keys.
    private static final int ANSWER_BYTES_MAX = 1 << 18;

    private static final int KEY_BYTES = 64;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final URI service;
    private final Bytes publicKey;
    private final Address address;
    private final Duration timeout;

    private RemoteSigner(HttpClient client, URI service, Bytes publicKey, Duration timeout) {
        this.client = client;
        this.service = service;
        this.publicKey = publicKey;
        this.address = Address.ofPublicKey(publicKey.unsafeArray());
        this.timeout = timeout;
    }

    /// Asks the service at `url` for its keys and takes the one that `wanted` names by address or
    /// public key, or its only one. Throws [ConfigException] where there is none such.
    public static RemoteSigner connect(String url, Optional<String> wanted, Duration timeout) {
        URI service = serviceOf(url);
        HttpClient client = HttpClient.newBuilder().connectTimeout(timeout).build();
        List<Bytes> keys;
        try {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(service.resolve("api/v1/eth1/publicKeys"))
                                    .timeout(timeout)
                                    .header("Accept", "application/json")
                                    .build(),
                            BodyHandlers.limiting(BodyHandlers.ofString(), ANSWER_BYTES_MAX));
            keys = keysOf(url, answer);
        } catch (IOException e) {
            client.close();
            throw new ConfigException(
                    "--remote-signer", url, "does not answer (" + e + "); start it first");
        } catch (InterruptedException e) {
            client.close();
            Thread.currentThread().interrupt();
            throw new ConfigException("--remote-signer", url, "interrupted");
        }
        List<Bytes> fitting = keys.stream().filter(key -> isWanted(key, wanted)).toList();
        if (fitting.size() != 1) {
            client.close();
            throw new ConfigException(
                    "--remote-signer-key",
                    wanted.orElse("not given"),
                    "the signer holds "
                            + keys.size()
                            + " keys, "
                            + fitting.size()
                            + " of which fit; name one by its address");
        }
        return new RemoteSigner(client, service, fitting.getFirst(), timeout);
    }

    private static URI serviceOf(String url) {
        try {
            URI service = new URI(url.endsWith("/") ? url : url + "/");
            if (service.getHost() != null
                    && service.getUserInfo() == null
                    && List.of("http", "https").contains(service.getScheme())) {
                return service;
            }
        } catch (java.net.URISyntaxException e) {
            throw new ConfigException("--remote-signer", url, "not a URL");
        }
        throw new ConfigException(
                "--remote-signer", "the URL", "write it as http://HOST:PORT, without a password");
    }

    private static List<Bytes> keysOf(String url, HttpResponse<String> answer) {
        List<Bytes> keys = new ArrayList<>();
        try {
            JsonNode list = answer.statusCode() == 200 ? JSON.readTree(answer.body()) : null;
            if (list != null && list.isArray()) {
                list.forEach(text -> keys.add(keyOf(text.asText())));
                return keys;
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ConfigException("--remote-signer", url, "its key list cannot be read");
        }
        throw new ConfigException(
                "--remote-signer", url, "answers its key list with HTTP " + answer.statusCode());
    }

    /// 64 bytes, also where written with the 04 of an uncompressed point.
    private static Bytes keyOf(String text) {
        Bytes key = Bytes.fromHex(text.startsWith("0x") ? text : "0x" + text);
        if (key.size() == KEY_BYTES + 1 && key.get(0) == 4) {
            return key.slice(1, KEY_BYTES + 1);
        }
        if (key.size() != KEY_BYTES) {
            throw new IllegalArgumentException("a public key has 64 bytes");
        }
        return key;
    }

    private static boolean isWanted(Bytes key, Optional<String> wanted) {
        String lower = wanted.orElse("").toLowerCase(java.util.Locale.ROOT);
        return lower.isEmpty()
                || lower.equals(Address.ofPublicKey(key.unsafeArray()).toString())
                || lower.equals(key.toString());
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public CompletableFuture<Signature> sign(Bytes message) {
        HttpRequest request =
                HttpRequest.newBuilder(service.resolve("api/v1/eth1/sign/" + publicKey))
                        .timeout(timeout)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"data\":\"" + message + "\"}"))
                        .build();
        return client.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofString(), ANSWER_BYTES_MAX))
                .handle(
                        (answer, failure) -> {
                            if (failure != null) {
                                Throwable cause =
                                        failure instanceof CompletionException
                                                        && failure.getCause() != null
                                                ? failure.getCause()
                                                : failure;
                                throw new SignerException(
                                        "no answer: " + cause.getClass().getSimpleName());
                            }
                            if (answer.statusCode() != 200) {
                                throw new SignerException("HTTP " + answer.statusCode());
                            }
                            return check(Keccak.hash256(message), answer.body().trim());
                        });
    }

    private Signature check(Hash digest, String text) {
        Signature signature;
        try {
            String bare = text.replace("\"", "");
            byte[] bytes = Bytes.fromHex(bare.startsWith("0x") ? bare : "0x" + bare).toArray();
            if (bytes.length == Signature.SIZE && bytes[64] >= 27) {
                bytes[64] = (byte) (bytes[64] - 27);
            }
            signature = Signature.ofArray(bytes);
        } catch (IllegalArgumentException e) {
            throw new SignerException("the answer is not a signature");
        }
        boolean own =
                signature.isLowS()
                        && Secp256k1.recoverAddress(digest, signature)
                                .filter(address::equals)
                                .isPresent();
        if (!own) {
            throw new SignerException("the signature is not by " + address);
        }
        return signature;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    @Override
    public String toString() {
        return "Signer[" + service.getHost() + " " + address + "]";
    }
}
