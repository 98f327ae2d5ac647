package org.assay.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.block.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Filters over HTTP, subscriptions over WebSocket.
final class SubscriptionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Address OTHER = TestChain.key("other").address();
    private static final Hash TOPIC = Hash.fromHex("0x" + "42".repeat(32));

    private final TestChain chain = new TestChain();
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private RpcServer server;
    private RpcHandler handler;
    private HttpClient client;
    private WebSocket socket;

    @BeforeEach
    void open() throws Exception {
        RpcOptions options = RpcOptions.loopback(0);
        handler =
                new RpcHandler(
                        RpcServer.namespaces(options, chain, List.of()),
                        options.limits(),
                        chain::settle);
        server = RpcServer.start(options, chain, List.of());
        client = HttpClient.newHttpClient();
        socket =
                client.newWebSocketBuilder()
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + server.port()),
                                RpcServerTest.reader(texts))
                        .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        socket.abort();
        client.shutdownNow();
        server.close();
    }

    private JsonNode next() throws Exception {
        String text = texts.poll(20, TimeUnit.SECONDS);
        assertThat(text).isNotNull();
        return JSON.readTree(text);
    }

    private String subscribe(String params) throws Exception {
        socket.sendText(request("eth_subscribe", params), true).join();
        return next().path("result").asText();
    }

    private static String request(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
                .formatted(method, params);
    }

    /// Over HTTP, whose callers have no connection to push to.
    private JsonNode call(String method, String params) throws Exception {
        byte[] body = request(method, params).getBytes(StandardCharsets.UTF_8);
        return JSON.readTree(handler.answer(body, Caller.LOCAL).orElseThrow().json().unsafeArray());
    }

    private Transaction send(long nonce, Address to, Bytes input) {
        Transaction transaction = chain.transfer(nonce, to, 0, input);
        assertThat(chain.submit(transaction.recover().orElseThrow()).toString())
                .contains("isNew=true");
        return transaction;
    }

    @Test
    void pushesHeadsToThoseWhoSubscribed() throws Exception {
        String id = subscribe("[\"newHeads\"]");
        chain.mine();
        JsonNode head = next();
        assertThat(head.at("/method").asText()).isEqualTo("eth_subscription");
        assertThat(head.at("/params/subscription").asText()).isEqualTo(id);
        assertThat(head.at("/params/result/number").asText()).isEqualTo("0x1");
        assertThat(head.at("/params/result/hash").asText())
                .isEqualTo(chain.chain().head().hash().toString());
        socket.sendText(request("eth_unsubscribe", "[\"" + id + "\"]"), true).join();
        assertThat(next().path("result").asBoolean()).isTrue();
        chain.mine();
        assertThat(texts.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void pushesMatchingLogsOnly() throws Exception {
        subscribe(
                "[\"logs\",{\"address\":\""
                        + TestChain.LOGS
                        + "\",\"topics\":[\""
                        + TOPIC
                        + "\"]}]");
        send(0, TestChain.LOGS, Hash.ZERO.toBytes());
        send(1, TestChain.LOGS, TOPIC.toBytes());
        chain.mine();
        JsonNode log = next().at("/params/result");
        assertThat(log.at("/topics/0").asText()).isEqualTo(TOPIC.toString());
        assertThat(log.at("/logIndex").asText()).isEqualTo("0x1");
        assertThat(texts.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void pushesPendingTransactionsAsHashOrWhole() throws Exception {
        String hashes = subscribe("[\"newPendingTransactions\"]");
        String whole = subscribe("[\"newPendingTransactions\",true]");
        Transaction transaction = send(0, OTHER, Bytes.EMPTY);
        for (int i = 0; i < 2; i++) {
            JsonNode params = next().path("params");
            boolean isHash = params.path("subscription").asText().equals(hashes);
            assertThat(isHash || params.path("subscription").asText().equals(whole)).isTrue();
            JsonNode result = params.path("result");
            assertThat((isHash ? result : result.path("hash")).asText())
                    .isEqualTo(transaction.hash().toString());
        }
    }

    @Test
    void refusesUnknownSubscriptionsAndThoseOverHttp() throws Exception {
        socket.sendText(request("eth_subscribe", "[\"newMoons\"]"), true).join();
        assertThat(next().at("/error/code").asInt()).isEqualTo(-32601);
        assertThat(call("eth_subscribe", "[\"newHeads\"]").at("/error/message").asText())
                .contains("notifications not supported");
        socket.sendText(request("eth_unsubscribe", "[\"0x1\"]"), true).join();
        assertThat(next().at("/error/message").asText()).isEqualTo("subscription not found");
    }

    @Test
    void filtersTellWhatCameSinceTheyWereAsked() throws Exception {
        String blocks = call("eth_newBlockFilter", "[]").path("result").asText();
        String logs =
                call("eth_newFilter", "[{\"topics\":[\"" + TOPIC + "\"]}]").path("result").asText();
        String pending = call("eth_newPendingTransactionFilter", "[]").path("result").asText();
        Transaction transaction = send(0, TestChain.LOGS, TOPIC.toBytes());
        chain.mine();
        assertThat(call("eth_getFilterChanges", "[\"" + blocks + "\"]").at("/result/0").asText())
                .isEqualTo(chain.chain().head().hash().toString());
        assertThat(call("eth_getFilterChanges", "[\"" + pending + "\"]").at("/result/0").asText())
                .isEqualTo(transaction.hash().toString());
        assertThat(
                        call("eth_getFilterChanges", "[\"" + logs + "\"]")
                                .at("/result/0/transactionHash")
                                .asText())
                .isEqualTo(transaction.hash().toString());
        for (String id : List.of(blocks, logs, pending)) {
            assertThat(call("eth_getFilterChanges", "[\"" + id + "\"]").path("result")).isEmpty();
        }
        assertThat(call("eth_getFilterLogs", "[\"" + logs + "\"]").path("result")).hasSize(1);
        assertThat(call("eth_uninstallFilter", "[\"" + logs + "\"]").path("result").asBoolean())
                .isTrue();
        assertThat(call("eth_getFilterLogs", "[\"" + logs + "\"]").at("/error/message").asText())
                .isEqualTo("filter not found");
    }

    @Test
    void waitsForTheReceiptOrSaysThatItIsNotThereYet() throws Exception {
        Transaction transaction = chain.transfer(0, OTHER, 7, Bytes.EMPTY);
        JsonNode late =
                call("eth_sendRawTransactionSync", "[\"" + transaction.encoded() + "\",20]");
        assertThat(late.at("/error/code").asInt()).isEqualTo(4);
        assertThat(late.at("/error/data").asText()).isEqualTo(transaction.hash().toString());
        Thread miner = Thread.ofVirtual().start(chain::mine);
        JsonNode receipt =
                call(
                        "eth_sendRawTransactionSync",
                        "[\"" + transaction.encoded() + "\",\"0x4e20\"]");
        miner.join();
        assertThat(receipt.at("/result/status").asText()).isEqualTo("0x1");
        assertThat(receipt.at("/result/transactionHash").asText())
                .isEqualTo(transaction.hash().toString());
    }

    @Test
    void takesABatchOfTransactionsInTheOrderGiven() throws Exception {
        StringBuilder batch = new StringBuilder("[");
        int count = 20;
        for (int nonce = 0; nonce < count; nonce++) {
            Transaction transaction = chain.transfer(nonce, OTHER, 1, Bytes.EMPTY);
            String raw = nonce == 7 ? "0x00" : transaction.encoded().toString();
            batch.append(request("eth_sendRawTransaction", "[\"" + raw + "\"]")).append(',');
        }
        batch.append(request("eth_chainId", "[]")).append(']');
        JsonNode answers =
                JSON.readTree(
                        handler.answer(
                                        batch.toString().getBytes(StandardCharsets.UTF_8),
                                        Caller.LOCAL)
                                .orElseThrow()
                                .json()
                                .unsafeArray());
        assertThat(answers).hasSize(count + 1);
        assertThat(answers.get(7).at("/error/code").asInt()).isEqualTo(-32000);
        assertThat(answers.get(8).path("result").asText())
                .isEqualTo(chain.transfer(8, OTHER, 1, Bytes.EMPTY).hash().toString());
        assertThat(answers.get(count).path("result").asText()).isEqualTo("0x4f24");
        assertThat(chain.pendingNonce(TestChain.RICH.address())).isEqualTo(7);
    }
}
