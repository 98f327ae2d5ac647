package org.assay.app.dev;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.assay.app.rpc.PlainHttp;

/// What a tool asks a developer's chain first, asked by itself over HTTP. The launcher runs it
/// after a build to record which classes a start needs.
final class SelfTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /// The first two of the well-known accounts.
    private static final String FROM = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

    private static final String TO = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

    private SelfTest() {}

    /// Whether every call is answered and the transaction is in a block.
    static boolean passes(String host, int port) throws IOException {
        List<String> calls =
                List.of(
                        call("eth_chainId", ""),
                        call("eth_blockNumber", ""),
                        call("eth_getBalance", quoted(FROM) + ",\"latest\""),
                        call("eth_getTransactionCount", quoted(FROM) + ",\"pending\""),
                        call("eth_feeHistory", "\"0x1\",\"latest\",[50]"),
                        call("eth_estimateGas", transfer()),
                        call("eth_sendTransaction", transfer()),
                        call("eth_call", transfer() + ",\"latest\""),
                        call("eth_getBlockByNumber", "\"latest\",true"),
                        call("eth_getBlockReceipts", "\"latest\""),
                        call("eth_getLogs", "{\"fromBlock\":\"0x0\"}"));
        try (PlainHttp http = new PlainHttp(URI.create("http://" + host + ":" + port))) {
            boolean passes = true;
            for (String call : calls) {
                passes &= MAPPER.readTree(http.post(call)).hasNonNull("result");
            }
            String batch = "[" + String.join(",", calls) + "]";
            for (JsonNode answer : MAPPER.readTree(http.post(batch))) {
                passes &= answer.hasNonNull("result");
            }
            JsonNode head = MAPPER.readTree(http.post(call("eth_blockNumber", "")));
            return passes && head.path("result").asText().equals("0x2");
        }
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static String transfer() {
        return "{\"from\":" + quoted(FROM) + ",\"to\":" + quoted(TO) + ",\"value\":\"0x1\"}";
    }

    private static String call(String method, String parameters) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
                + quoted(method)
                + ",\"params\":["
                + parameters
                + "]}";
    }
}
