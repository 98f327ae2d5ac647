package org.assay.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assay.primitives.Bytes;
import org.assay.testkit.Seeds;

/// Whatever comes in, the answer is JSON-RPC and never an internal error.
final class RpcFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int REQUESTS = 200;

    private static final TestChain CHAIN = chain();
    private static final RpcLimits LIMITS =
            RpcLimits.STANDARD.with(new RpcLimits.Work(1_000, 1_000, 1_000_000, 1_000));
    private static final RpcHandler HANDLER =
            new RpcHandler(
                    RpcServer.namespaces(
                            RpcOptions.loopback(0).withLimits(LIMITS), CHAIN, List.of()),
                    LIMITS,
                    CHAIN::settle);

    /// Methods that wait by design, or change what the test watches.
    private static final List<String> LEFT_OUT = List.of("eth_sendRawTransactionSync");

    private static final List<String> METHODS =
            HANDLER.names().stream().filter(name -> !LEFT_OUT.contains(name)).toList();

    private static final List<String> WORDS =
            List.of(
                    "latest",
                    "earliest",
                    "pending",
                    "safe",
                    "finalized",
                    "newHeads",
                    "logs",
                    "0x",
                    "0x0",
                    "0x1",
                    "-0x1",
                    "0X1",
                    "0x01",
                    "0xffffffffffffffff",
                    "0x7fffffffffffffff",
                    "0x8000000000000000",
                    "0x" + "f".repeat(64),
                    "0x" + "f".repeat(65),
                    "0x" + "f".repeat(4_000),
                    "0xzz",
                    "1",
                    "",
                    " ",
                    "\\u0000",
                    "ü€",
                    TestChain.ANSWERS.toString(),
                    TestChain.RICH.address().toString(),
                    CHAIN.chain().head().hash().toString(),
                    "0x" + "00".repeat(32),
                    "0x02c0",
                    "0x03f8",
                    "0xc0");

    private static final List<String> KEYS =
            List.of(
                    "from",
                    "to",
                    "gas",
                    "gasPrice",
                    "maxFeePerGas",
                    "maxPriorityFeePerGas",
                    "maxFeePerBlobGas",
                    "blobVersionedHashes",
                    "value",
                    "data",
                    "input",
                    "nonce",
                    "type",
                    "chainId",
                    "accessList",
                    "authorizationList",
                    "address",
                    "storageKeys",
                    "topics",
                    "fromBlock",
                    "toBlock",
                    "blockHash",
                    "blockNumber",
                    "requireCanonical",
                    "balance",
                    "code",
                    "state",
                    "stateDiff",
                    "blockStateCalls",
                    "blockOverrides",
                    "stateOverrides",
                    "calls",
                    "number",
                    "time",
                    "validation",
                    "traceTransfers",
                    "tracer",
                    "tracerConfig",
                    "timeout",
                    TestChain.ANSWERS.toString());

    private static TestChain chain() {
        TestChain chain = new TestChain();
        chain.submit(
                chain.transfer(0, TestChain.LOGS, 1, Bytes.wrap(new byte[32]))
                        .recover()
                        .orElseThrow());
        chain.mine();
        return chain;
    }

    private static <T> T pick(RandomGenerator random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static String value(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth == 0 ? 7 : 10)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 3 -> pick(random, List.of("0", "-1", "1.5", "1e400", "-0.0", "9".repeat(400)));
            case 4, 5, 6 -> "\"" + pick(random, WORDS) + "\"";
            case 7 -> list(random, depth - 1);
            default -> object(random, depth - 1);
        };
    }

    private static String list(RandomGenerator random, int depth) {
        StringBuilder list = new StringBuilder("[");
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            list.append(i == 0 ? "" : ",").append(value(random, depth));
        }
        return list.append(']').toString();
    }

    private static String object(RandomGenerator random, int depth) {
        StringBuilder object = new StringBuilder("{");
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            object.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(pick(random, KEYS))
                    .append("\":")
                    .append(value(random, depth));
        }
        return object.append('}').toString();
    }

    private static String request(RandomGenerator random) {
        String method = random.nextInt(20) == 0 ? pick(random, WORDS) : pick(random, METHODS);
        String params = random.nextInt(10) == 0 ? value(random, 3) : list(random, 3);
        return "{\"jsonrpc\":\"2.0\",\"id\":"
                + (random.nextInt(10) == 0 ? value(random, 1) : "1")
                + ",\"method\":\""
                + method
                + "\",\"params\":"
                + params
                + "}";
    }

    /// A request, a batch of them, or either with bytes broken.
    private static byte[] body(RandomGenerator random) {
        String text =
                switch (random.nextInt(8)) {
                    case 0 -> "[" + request(random) + "," + request(random) + "]";
                    case 1 -> value(random, 4);
                    case 2 -> "[".repeat(random.nextInt(5_000));
                    default -> request(random);
                };
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(6) == 0) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
        }
        return bytes;
    }

    @Seeds(200)
    void neverAnswersWithAnInternalError(RandomGenerator random) throws IOException {
        for (int i = 0; i < REQUESTS; i++) {
            byte[] body = body(random);
            Optional<RpcHandler.Answer> answer = HANDLER.answer(body, Caller.LOCAL);
            if (answer.isPresent()) {
                check(JSON.readTree(answer.get().json().unsafeArray()), body);
            }
        }
    }

    private static void check(JsonNode answer, byte[] body) {
        for (JsonNode one : answer.isArray() ? answer : List.of(answer)) {
            assertThat(one.has("result") || one.has("error")).isTrue();
            assertThat(one.at("/error/code").asInt())
                    .as(new String(body, StandardCharsets.UTF_8))
                    .isNotEqualTo(RpcError.INTERNAL_ERROR);
        }
    }
}
