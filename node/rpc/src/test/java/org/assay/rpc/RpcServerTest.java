package org.assay.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assay.primitives.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The transport: HTTP, WebSocket, and who may come in.
final class RpcServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NUMBER =
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"eth_blockNumber\",\"params\":[]}";

    private static RpcServer server(RpcOptions options, Methods... extra) throws IOException {
        return RpcServer.start(
                options,
                new TestChain(),
                List.of(extra),
                List.of(
                        HttpRoute.of(
                                "/echo/*",
                                query ->
                                        HttpRoute.Page.text(
                                                query.path() + query.first("a").orElse("")))));
    }

    private static HttpResponse<String> post(RpcServer server, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /// What a raw socket answers to this request: its first line.
    private static String raw(RpcServer server, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static String rawPost(String host) {
        return "POST / HTTP/1.1\r\nHost: "
                + host
                + "\r\nConnection: close\r\nContent-Length: "
                + NUMBER.length()
                + "\r\n\r\n"
                + NUMBER;
    }

    @Test
    void answersOverHttp() throws Exception {
        try (RpcServer server = server(RpcOptions.loopback(0))) {
            JsonNode answer = JSON.readTree(post(server, NUMBER).body());
            assertThat(answer.path("result").asText()).isEqualTo("0x0");
            assertThat(answer.path("id").asInt()).isEqualTo(7);
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (RpcServer server = server(RpcOptions.loopback(0))) {
            String first =
                    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                            + NUMBER.length()
                            + "\r\n\r\n"
                            + NUMBER;
            String second = NUMBER.replace(":7", ":8");
            String answers = raw(server, first + rawPost("localhost").replace(NUMBER, second));
            assertThat(answers.indexOf("\"id\":7")).isPositive();
            assertThat(answers.indexOf("\"id\":8")).isGreaterThan(answers.indexOf("\"id\":7"));
        }
    }

    @Test
    void takesNamedParametersAsOneObject() throws Exception {
        Methods echo = () -> Map.of("test_echo", params -> params.node(0));
        try (RpcServer server = server(RpcOptions.loopback(0), echo)) {
            String body = "{\"id\":1,\"method\":\"test_echo\",\"params\":{\"a\":5}}";
            assertThat(JSON.readTree(post(server, body).body()).at("/result/a").asInt())
                    .isEqualTo(5);
        }
    }

    @Test
    void anExtraMethodTakesThePlaceOfAStandardOne() throws Exception {
        Methods other = () -> Map.of("eth_blockNumber", params -> "0x2a");
        try (RpcServer server = server(RpcOptions.loopback(0), other)) {
            assertThat(post(server, NUMBER).body()).contains("0x2a");
        }
    }

    @Test
    void servesPagesAndHealth() throws Exception {
        try (RpcServer server = server(RpcOptions.loopback(0));
                HttpClient client = HttpClient.newHttpClient()) {
            for (var page :
                    Map.of("/echo/x?a=y", "/echo/xy", "/health", "{\"status\":\"up\"}")
                            .entrySet()) {
                URI uri = URI.create("http://127.0.0.1:" + server.port() + page.getKey());
                assertThat(
                                client.send(
                                                HttpRequest.newBuilder(uri).build(),
                                                HttpResponse.BodyHandlers.ofString())
                                        .body())
                        .isEqualTo(page.getValue());
            }
            URI none = URI.create("http://127.0.0.1:" + server.port() + "/none");
            assertThat(
                            client.send(
                                            HttpRequest.newBuilder(none).build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void refusesHostNamesOfOthersAndTakesThoseAllowed() throws Exception {
        RpcAccess access = new RpcAccess(List.of(), List.of("node.example"), Optional.empty());
        try (RpcServer server = server(RpcOptions.loopback(0).withAccess(access))) {
            assertThat(raw(server, rawPost("evil.example"))).startsWith("HTTP/1.1 403");
            for (String host :
                    List.of("node.example:8545", "localhost", "127.0.0.1:1", "[::1]:1")) {
                assertThat(raw(server, rawPost(host))).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void refusesForeignPagesAndTakesThoseAllowed() throws Exception {
        RpcAccess access =
                new RpcAccess(List.of("https://app.example"), List.of(), Optional.empty());
        try (RpcServer server = server(RpcOptions.loopback(0).withAccess(access))) {
            assertThat(post(server, NUMBER, "origin", "https://evil.example").statusCode())
                    .isEqualTo(403);
            HttpResponse<String> allowed = post(server, NUMBER, "origin", "https://app.example");
            assertThat(allowed.statusCode()).isEqualTo(200);
            assertThat(allowed.headers().firstValue("access-control-allow-origin"))
                    .contains("https://app.example");
        }
    }

    /// A namespace for those who are trusted.
    private record Guarded() implements Methods {
        @Override
        public Map<String, Function<Params, @Nullable Object>> methods() {
            return Map.of("admin_test", params -> "in");
        }

        @Override
        public boolean isGuarded() {
            return true;
        }
    }

    private static String token(Bytes secret, String claims) throws Exception {
        String text = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.toArray(), "HmacSHA256"));
        return text
                + "."
                + java.util.Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String base64(String text) {
        return java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void guardedNamespacesAskForATokenWhereThereIsASecret() throws Exception {
        String call = "{\"id\":1,\"method\":\"admin_test\"}";
        Bytes secret = Bytes.fromHex("0x" + "5a".repeat(32));
        Bytes other = Bytes.fromHex("0x" + "5b".repeat(32));
        long now = System.currentTimeMillis() / 1000;
        String good = token(secret, "{\"iat\":" + now + "}");
        RpcAccess access = new RpcAccess(List.of(), List.of(), Optional.of(secret));
        try (RpcServer open = server(RpcOptions.loopback(0), new Guarded());
                RpcServer server =
                        server(RpcOptions.loopback(0).withAccess(access), new Guarded())) {
            assertThat(post(open, call).body()).contains("\"in\"");
            assertThat(post(server, call).body()).contains("-32006");
            assertThat(post(server, call, "authorization", "Bearer " + good).body())
                    .contains("\"in\"");
            for (String bad :
                    List.of(
                            token(other, "{\"iat\":" + now + "}"),
                            token(secret, "{\"iat\":" + (now - 3_600) + "}"),
                            token(secret, "{\"exp\":" + (now - 1) + "}"),
                            token(secret, "{}"),
                            "x.y.z",
                            "")) {
                assertThat(post(server, call, "authorization", "Bearer " + bad).statusCode())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void countsEveryElementOfABatch() throws Exception {
        RpcLimits limits = RpcLimits.STANDARD.with(new RpcLimits.Client(16, 1, 3, false, 16));
        try (RpcServer server = server(RpcOptions.loopback(0).withLimits(limits))) {
            String batch = "[" + NUMBER + "," + NUMBER + "," + NUMBER + "," + NUMBER + "]";
            JsonNode answers = JSON.readTree(post(server, batch).body());
            assertThat(answers.get(2).has("result")).isTrue();
            assertThat(answers.get(3).at("/error/code").asInt()).isEqualTo(-32005);
            assertThat(post(server, NUMBER).statusCode()).isEqualTo(429);
        }
    }

    private static long refusedOf(int calls, Caller caller) throws IOException {
        RpcHandler handler =
                new RpcHandler(
                        List.of(() -> Map.of("test_call", params -> "done")),
                        RpcLimits.STANDARD,
                        () -> {});
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"test_call\",\"params\":[]}";
        String batch = "[" + String.join(",", java.util.Collections.nCopies(1_000, call)) + "]";
        long refused = 0;
        for (int i = 0; i < calls / 1_000; i++) {
            byte[] body = batch.getBytes(StandardCharsets.UTF_8);
            for (JsonNode answer :
                    JSON.readTree(
                            handler.answer(body, caller).orElseThrow().json().unsafeArray())) {
                refused += answer.has("error") ? 1 : 0;
            }
        }
        return refused;
    }

    @Test
    void holdsBackStrangersByDefaultAndNobodyOnThisMachine() throws IOException {
        Caller stranger = new Caller("203.0.113.7", false, false, Optional.empty());
        Caller neighbour = new Caller("127.0.0.1", true, false, Optional.empty());
        assertThat(refusedOf(2_000, stranger)).isZero();
        assertThat(refusedOf(50_000, stranger)).isPositive();
        assertThat(refusedOf(50_000, neighbour)).isZero();
    }

    @Test
    void refusesABodyOrBatchAboveTheLimit() throws Exception {
        RpcLimits limits = RpcLimits.STANDARD.with(new RpcLimits.Request(4_096, 2, 200));
        Methods large = () -> Map.of("test_large", params -> "x".repeat(1_000));
        try (RpcServer server = server(RpcOptions.loopback(0).withLimits(limits), large)) {
            assertThat(post(server, " ".repeat(5_000) + NUMBER).statusCode()).isEqualTo(413);
            assertThat(post(server, "[" + NUMBER + "," + NUMBER + "," + NUMBER + "]").body())
                    .contains("limit 2");
            assertThat(post(server, "{\"id\":1,\"method\":\"test_large\"}").body())
                    .contains("response too large");
        }
    }

    @Test
    void refusesConnectionsAboveTheLimit() throws Exception {
        RpcLimits limits = RpcLimits.STANDARD.with(new RpcLimits.Client(1, 0, 0, false, 16));
        try (RpcServer server = server(RpcOptions.loopback(0).withLimits(limits));
                Socket first = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            first.getOutputStream()
                    .write(
                            rawPost("localhost")
                                    .replace("close", "keep-alive")
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(first.getInputStream().read()).isEqualTo('H');
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                assertThat(second.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void answersOverWebSocketOnTheSamePort() throws Exception {
        try (RpcServer server = server(RpcOptions.loopback(0));
                HttpClient client = HttpClient.newHttpClient()) {
            BlockingQueue<String> texts = new LinkedBlockingQueue<>();
            WebSocket socket =
                    client.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + server.port()), reader(texts))
                            .get(10, TimeUnit.SECONDS);
            socket.sendText(NUMBER, true).join();
            socket.sendText(NUMBER.replace(":7", ":8"), true).join();
            assertThat(texts.poll(10, TimeUnit.SECONDS)).contains("\"id\":7");
            assertThat(texts.poll(10, TimeUnit.SECONDS)).contains("\"id\":8");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        }
    }

    static WebSocket.Listener reader(BlockingQueue<String> texts) {
        StringBuilder parts = new StringBuilder();
        return new WebSocket.Listener() {
            @Override
            public @Nullable CompletionStage<?> onText(
                    WebSocket socket, CharSequence part, boolean last) {
                parts.append(part);
                if (last) {
                    texts.add(parts.toString());
                    parts.setLength(0);
                }
                socket.request(1);
                return null;
            }
        };
    }
}
