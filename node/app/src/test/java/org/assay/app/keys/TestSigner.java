package org.assay.app.keys;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assay.primitives.Bytes;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;

/// A signing service with Web3Signer's paths, in this process.
public final class TestSigner implements AutoCloseable {
    private final HttpServer server;
    private final List<SecretKey> keys;

    /// Signatures made.
    public final AtomicInteger signed = new AtomicInteger();

    /// Milliseconds before an answer.
    public volatile long delayMillis;

    /// Sent instead of a signature, where not empty.
    public volatile String instead = "";

    public TestSigner(SecretKey... keys) throws IOException {
        this.keys = List.of(keys);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/v1/eth1/publicKeys", this::list);
        server.createContext("/api/v1/eth1/sign/", this::sign);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String nameOf(SecretKey key) {
        return Bytes.wrap(Secp256k1.publicKey(key)).toString();
    }

    private void list(HttpExchange exchange) throws IOException {
        answer(
                exchange,
                200,
                new ObjectMapper()
                        .writeValueAsString(keys.stream().map(TestSigner::nameOf).toList()));
    }

    private void sign(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        try (InputStream body = exchange.getRequestBody()) {
            Bytes message = Bytes.fromHex(new ObjectMapper().readTree(body).path("data").asText());
            Thread.sleep(delayMillis);
            for (SecretKey key : keys) {
                if (nameOf(key).equals(name)) {
                    byte[] signature =
                            Secp256k1.sign(Keccak.hash256(message), key).toBytes().toArray();
                    signature[64] = (byte) (signature[64] + 27);
                    signed.incrementAndGet();
                    answer(
                            exchange,
                            200,
                            instead.isEmpty() ? Bytes.wrap(signature).toString() : instead);
                    return;
                }
            }
            answer(exchange, 404, "no such key");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
