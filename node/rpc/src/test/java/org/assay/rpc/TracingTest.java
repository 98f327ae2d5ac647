package org.assay.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.storage.state.StateOptions;
import org.junit.jupiter.api.Test;

/// Every tracer and option of `debug_`, `trace_` and the simulations, each beside the nearest
/// request that is refused.
final class TracingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SELECTOR = "0xa9059cbb";

    private final TestChain node = new TestChain();
    private final RpcHandler handler =
            new RpcHandler(
                    RpcServer.namespaces(RpcOptions.loopback(0), node, List.of()),
                    RpcLimits.STANDARD,
                    () -> {});

    private JsonNode send(String method, String params) {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
                        + method
                        + "\",\"params\":"
                        + params.replace('\'', '"')
                        + "}";
        try {
            return JSON.readTree(
                    handler.answer(body.getBytes(StandardCharsets.UTF_8), Caller.LOCAL)
                            .orElseThrow()
                            .json()
                            .toArray());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private JsonNode result(String method, String params) {
        JsonNode answer = send(method, params);
        assertThat(answer.path("error").isMissingNode()).as(answer.toString()).isTrue();
        return answer.get("result");
    }

    private void refuses(String method, String params, int code, String words) {
        JsonNode error = send(method, params).path("error");
        assertThat(error.path("code").asInt()).as(error.toString()).isEqualTo(code);
        assertThat(error.path("message").asText()).contains(words);
    }

    private static String call(Address to, String input, String config) {
        return "[{'to':'" + to + "','input':'" + input + "'},'latest'," + config + "]";
    }

    private JsonNode answersTrace(String config) {
        return result("debug_traceCall", call(TestChain.ANSWERS, "0x01", config));
    }

    /// Sends `input` to `to` in the next block. The transaction's hash.
    private String mine(long nonce, Address to, String input) {
        Transaction transaction = node.transfer(nonce, to, 0, Bytes.fromHex(input));
        node.submit(transaction.recover().orElseThrow());
        node.mine();
        return transaction.hash().toString();
    }

    @Test
    void structLogsShowStackAndWhatElseIsAsked() {
        JsonNode plain = answersTrace("{}");
        assertThat(plain.get("failed").asBoolean()).isFalse();
        assertThat(plain.get("returnValue").asText()).endsWith("2a");
        JsonNode first = plain.get("structLogs").get(0);
        assertThat(first.get("op").asText()).isEqualTo("CALLDATASIZE");
        assertThat(first.has("stack")).isTrue();
        assertThat(plain.get("structLogs").findValue("memory")).isNull();
        assertThat(answersTrace("{'enableMemory':true}").get("structLogs").findValue("memory"))
                .isNotNull();
        assertThat(answersTrace("{'disableStack':true}").get("structLogs").findValue("stack"))
                .isNull();
    }

    @Test
    void structLogsEndAtTheLimit() {
        int all = answersTrace("{}").get("structLogs").size();
        int few = answersTrace("{'limit':100}").get("structLogs").size();
        assertThat(few).isBetween(1, all - 1);
    }

    /// PUSH1 1 PUSH1 0 SSTORE PUSH1 0 SLOAD, then STATICCALL of ANSWERS and STOP.
    private static String overridden(String config) {
        return "[{'to':'0x00000000000000000000000000000000000000aa'},'latest',{'stateOverrides':"
                + "{'0x00000000000000000000000000000000000000aa':{'code':"
                + "'0x6001600055600054600060006001600073"
                + TestChain.ANSWERS.toString().substring(2)
                + "5afa00'}}"
                + config
                + "}]";
    }

    @Test
    void structLogsShowStorageAndReturnDataWhereAsked() {
        JsonNode with = result("debug_traceCall", overridden(",'enableReturnData':true"));
        assertThat(with.get("structLogs").findValue("storage").toString())
                .isEqualTo("{\"0x" + "0".repeat(64) + "\":\"0x" + "0".repeat(63) + "1\"}");
        assertThat(with.get("structLogs").findValue("returnData").asText()).endsWith("2a");
        JsonNode without = result("debug_traceCall", overridden(",'disableStorage':true"));
        assertThat(without.get("structLogs").findValue("storage")).isNull();
        assertThat(without.get("structLogs").findValue("returnData")).isNull();
    }

    @Test
    void callTracerTellsWhyACallReverted() {
        JsonNode trace =
                result("debug_traceCall", call(TestChain.ANSWERS, "0x", "{'tracer':'callTracer'}"));
        assertThat(trace.get("type").asText()).isEqualTo("CALL");
        assertThat(trace.get("error").asText()).isEqualTo("execution reverted");
        assertThat(trace.get("revertReason").asText()).isEqualTo("no");
        JsonNode well = answersTrace("{'tracer':'callTracer'}");
        assertThat(well.has("error")).isFalse();
        assertThat(well.get("output").asText()).endsWith("2a");
    }

    @Test
    void callTracerLeavesOutInnerCallsAndAddsLogsAsAsked() {
        JsonNode deep = result("debug_traceCall", overridden(",'tracer':'callTracer'"));
        assertThat(deep.get("calls").get(0).get("type").asText()).isEqualTo("STATICCALL");
        JsonNode top =
                result(
                        "debug_traceCall",
                        overridden(",'tracer':'callTracer','tracerConfig':{'onlyTopCall':true}"));
        assertThat(top.has("calls")).isFalse();
        String hash = mine(0, TestChain.LOGS, "0x" + "11".repeat(32));
        JsonNode logged =
                result(
                        "debug_traceTransaction",
                        "['" + hash + "',{'tracer':'callTracer','tracerConfig':{'withLog':true}}]");
        assertThat(logged.get("logs").get(0).get("topics").get(0).asText())
                .isEqualTo("0x" + "11".repeat(32));
        assertThat(result("debug_traceTransaction", "['" + hash + "',{'tracer':'callTracer'}]"))
                .noneMatch(field -> field.has("topics"));
    }

    @Test
    void prestateTracerShowsBeforeAndInDiffModeAfter() {
        Address fresh = Address.fromHex("0x00000000000000000000000000000000000000bb");
        Transaction transfer = node.transfer(0, fresh, 5, Bytes.EMPTY);
        node.submit(transfer.recover().orElseThrow());
        node.mine();
        String sender = TestChain.RICH.address().toString();
        JsonNode pre =
                result(
                        "debug_traceTransaction",
                        "['" + transfer.hash() + "',{'tracer':'prestateTracer'}]");
        assertThat(pre.has(sender)).isTrue();
        assertThat(pre.has(fresh.toString())).isFalse();
        JsonNode diff =
                result(
                        "debug_traceTransaction",
                        "['"
                                + transfer.hash()
                                + "',{'tracer':'prestateTracer','tracerConfig':"
                                + "{'diffMode':true}}]");
        assertThat(diff.get("post").get(fresh.toString()).get("balance").asText()).isEqualTo("0x5");
        assertThat(diff.get("post").get(sender).get("nonce").asInt()).isEqualTo(1);
    }

    @Test
    void prestateTracerHidesCodeAndStorageWhereAsked() {
        String address = TestChain.ANSWERS.toString();
        JsonNode with = answersTrace("{'tracer':'prestateTracer'}").get(address);
        assertThat(with.get("code").asText()).startsWith("0x36");
        JsonNode without =
                answersTrace(
                                "{'tracer':'prestateTracer','tracerConfig':{'disableCode':true,"
                                        + "'disableStorage':true}}")
                        .get(address);
        assertThat(without.has("code")).isFalse();
        assertThat(without.has("codeHash")).isTrue();
    }

    @Test
    void fourByteTracerCountsSelectorsButNotShortInputs() {
        String config = "{'tracer':'4byteTracer'}";
        assertThat(result("debug_traceCall", call(TestChain.ANSWERS, SELECTOR + "00", config)))
                .isEqualTo(JSON.createObjectNode().put(SELECTOR + "-1", 1));
        assertThat(result("debug_traceCall", call(TestChain.ANSWERS, "0xa9059c", config)))
                .isEmpty();
    }

    @Test
    void muxTracerRunsSeveralAndNoopTracerNone() {
        JsonNode both =
                answersTrace(
                        "{'tracer':'muxTracer','tracerConfig':{'callTracer':{},'noopTracer':{}}}");
        assertThat(both.get("callTracer").get("type").asText()).isEqualTo("CALL");
        assertThat(both.get("noopTracer")).isEmpty();
        assertThat(answersTrace("{'tracer':'noopTracer'}")).isEmpty();
        refuses(
                "debug_traceCall",
                call(
                        TestChain.ANSWERS,
                        "0x",
                        "{'tracer':'muxTracer','tracerConfig':{'callTraser':{}}}"),
                RpcError.SERVER_ERROR,
                "callTraser");
    }

    @Test
    void flatCallTracerListsCallsWithTheirAddresses() {
        JsonNode flat = result("debug_traceCall", overridden(",'tracer':'flatCallTracer'"));
        assertThat(flat).hasSize(2);
        assertThat(flat.get(1).get("traceAddress").toString()).isEqualTo("[0]");
    }

    @Test
    void refusesJavaScriptAndUnknownTracersInWords() {
        refuses(
                "debug_traceCall",
                call(TestChain.ANSWERS, "0x", "{'tracer':'{data: [], fault: function() {}}'}"),
                RpcError.SERVER_ERROR,
                "JavaScript tracers do not run");
        refuses(
                "debug_traceCall",
                call(TestChain.ANSWERS, "0x", "{'timeout':'soon'}"),
                RpcError.INVALID_PARAMS,
                "timeout");
    }

    @Test
    void endsATraceThatTakesTooLong() {
        String loop =
                "[{'to':'0x00000000000000000000000000000000000000aa'},'latest',{'timeout':'1ms',"
                        + "'tracer':'prestateTracer','stateOverrides':"
                        + "{'0x00000000000000000000000000000000000000aa':"
                        + "{'code':'0x5b600056'}}}]";
        refuses("debug_traceCall", loop, RpcError.SERVER_ERROR, "timeout");
    }

    @Test
    void tracesBlocksByNumberHashAndEncoding() {
        String transaction = mine(0, TestChain.LOGS, "0x" + "11".repeat(32));
        String block = node.chain().head().hash().toString();
        JsonNode byNumber = result("debug_traceBlockByNumber", "['0x1',{'tracer':'callTracer'}]");
        assertThat(byNumber.get(0).get("txHash").asText()).isEqualTo(transaction);
        assertThat(result("debug_traceBlockByHash", "['" + block + "',{'tracer':'callTracer'}]"))
                .isEqualTo(byNumber);
        String encoded = result("debug_getRawBlock", "['0x1']").asText();
        assertThat(result("debug_traceBlock", "['" + encoded + "',{'tracer':'callTracer'}]"))
                .isEqualTo(byNumber);
        refuses("debug_traceBlockByNumber", "['0x0']", RpcError.SERVER_ERROR, "genesis");
        refuses("debug_traceBlockByNumber", "['0x9']", RpcError.SERVER_ERROR, "block #9 not");
        refuses("debug_traceBlock", "['0xc0']", RpcError.SERVER_ERROR, "could not decode block");
        refuses(
                "debug_traceTransaction",
                "['" + block + "']",
                RpcError.SERVER_ERROR,
                "transaction not found");
    }

    @Test
    void getsRawHeaderReceiptsAndTransaction() {
        String hash = mine(0, TestChain.LOGS, "0x" + "11".repeat(32));
        assertThat(result("debug_getRawTransaction", "['" + hash + "']").asText())
                .startsWith("0x02");
        assertThat(result("debug_getRawReceipts", "['0x1']")).hasSize(1);
        assertThat(result("debug_getRawHeader", "['0x1']").asText()).startsWith("0xf9");
        assertThat(result("debug_getBadBlocks", "[]")).isEmpty();
        refuses("debug_getRawReceipts", "['1']", RpcError.INVALID_PARAMS, "0x");
    }

    @Test
    void tracesACallBetweenTheTransactionsOfABlock() {
        Address fresh = Address.fromHex("0x00000000000000000000000000000000000000bb");
        node.submit(node.transfer(0, fresh, 5, Bytes.EMPTY).recover().orElseThrow());
        node.submit(node.transfer(1, fresh, 7, Bytes.EMPTY).recover().orElseThrow());
        node.mine();
        String call =
                "[{'from':'" + fresh + "','to':'" + fresh + "'},'0x1',{'tracer':'prestateTracer'";
        assertThat(
                        result("debug_traceCall", call + ",'txIndex':'0x1'}]")
                                .get(fresh.toString())
                                .get("balance")
                                .asText())
                .isEqualTo("0x5");
        assertThat(
                        result("debug_traceCall", call + "}]")
                                .get(fresh.toString())
                                .get("balance")
                                .asText())
                .isEqualTo("0xc");
        refuses("debug_traceCall", call + ",'txIndex':'0x3'}]", RpcError.SERVER_ERROR, "range");
    }

    @Test
    void refusesOverridesThatContradict() {
        refuses(
                "debug_traceCall",
                "[{},'latest',{'stateOverrides':{'"
                        + TestChain.ANSWERS
                        + "':{'state':{},'stateDiff':{}}}}]",
                RpcError.INVALID_PARAMS,
                "both 'state' and 'stateDiff'");
        refuses(
                "debug_traceCall",
                "[{'gasPrice':'0x1','maxFeePerGas':'0x1'},'latest']",
                RpcError.INVALID_PARAMS,
                "both gasPrice");
        refuses(
                "eth_simulateV1",
                "[{'blockStateCalls':[{'stateOverrides':{'"
                        + TestChain.ANSWERS
                        + "':{'movePrecompileToAddress':'"
                        + TestChain.LOGS
                        + "'}}}]},'latest']",
                RpcError.INVALID_PARAMS,
                "is not a precompile");
    }

    @Test
    void traceNamespaceShowsBlocksTransactionsAndPositions() {
        String hash = mine(0, TestChain.ANSWERS, "0x");
        JsonNode block = result("trace_block", "['0x1']");
        assertThat(block.get(0).get("transactionHash").asText()).isEqualTo(hash);
        assertThat(result("trace_transaction", "['" + hash + "']")).isEqualTo(block);
        assertThat(result("trace_get", "['" + hash + "',[]]")).isEqualTo(block.get(0));
        assertThat(result("trace_get", "['" + hash + "',['0x0']]").isNull()).isTrue();
        assertThat(result("trace_transaction", "['" + UInt256.ONE.toHash() + "']").isNull())
                .isTrue();
        assertThat(block.findValuesAsText("type")).doesNotContain("reward");
    }

    @Test
    void traceFilterTakesTheAddressesAndThePageAsked() {
        mine(0, TestChain.ANSWERS, "0x");
        mine(1, TestChain.LOGS, "0x" + "11".repeat(32));
        String range = "'fromBlock':'0x1','toBlock':'0x2'";
        assertThat(result("trace_filter", "[{" + range + "}]")).hasSize(2);
        String to = ",'toAddress':['" + TestChain.LOGS + "']";
        assertThat(result("trace_filter", "[{" + range + to + "}]")).hasSize(1);
        String from = ",'fromAddress':['" + TestChain.LOGS + "']";
        assertThat(result("trace_filter", "[{" + range + from + "}]")).isEmpty();
        assertThat(result("trace_filter", "[{" + range + ",'after':1,'count':1}]")).hasSize(1);
        refuses(
                "trace_filter",
                "[{'fromBlock':'0x1','toBlock':'0x9'}]",
                RpcError.SERVER_ERROR,
                "toBlock");
    }

    @Test
    void replaysWithTraceAndStateDiffButWithoutVmTrace() {
        Address fresh = Address.fromHex("0x00000000000000000000000000000000000000bb");
        Transaction transfer = node.transfer(0, fresh, 5, Bytes.EMPTY);
        node.submit(transfer.recover().orElseThrow());
        node.mine();
        JsonNode replay =
                result(
                        "trace_replayTransaction",
                        "['" + transfer.hash() + "',['trace','stateDiff']]");
        assertThat(replay.get("trace")).hasSize(1);
        assertThat(replay.get("stateDiff").get(fresh.toString()).get("balance").get("+").asText())
                .isEqualTo("0x5");
        assertThat(result("trace_replayBlockTransactions", "['0x1',['trace']]").get(0).get("trace"))
                .isEqualTo(replay.get("trace"));
        assertThat(
                        result(
                                        "trace_call",
                                        "[{'to':'"
                                                + TestChain.ANSWERS
                                                + "','input':'0x01'},['trace'],'latest']")
                                .get("output")
                                .asText())
                .endsWith("2a");
        refuses(
                "trace_call",
                "[{'to':'" + TestChain.ANSWERS + "'},['vmTrace'],'latest']",
                RpcError.SERVER_ERROR,
                "vmTrace is not there");
    }

    @Test
    void accessListHoldsWhatTheCodeTouchesBesidesSenderAndReceiver() {
        String call =
                "[{'to':'0x00000000000000000000000000000000000000aa'},'latest',"
                        + "{'0x00000000000000000000000000000000000000aa':{'code':'0x600054"
                        + "73"
                        + TestChain.ANSWERS.toString().substring(2)
                        + "31600131'}}]";
        JsonNode list = result("eth_createAccessList", call).get("accessList");
        assertThat(list).hasSize(2);
        assertThat(list.findValuesAsText("address"))
                .containsExactly(
                        "0x00000000000000000000000000000000000000aa", TestChain.ANSWERS.toString());
        refuses(
                "eth_createAccessList",
                "[{'to':'" + TestChain.ANSWERS + "','gas':'0x1'},'latest']",
                RpcError.SERVER_ERROR,
                "intrinsic gas too low");
    }

    @Test
    void simulatesBlocksOnTopWhileTheChainStaysAsItIs() {
        String sender = TestChain.RICH.address().toString();
        String payload =
                "[{'blockStateCalls':[{'calls':[{'from':'"
                        + sender
                        + "','to':'"
                        + TestChain.ANSWERS
                        + "','value':'0x1','input':'0x01'}]},{}],'traceTransfers':true},'latest']";
        JsonNode blocks = result("eth_simulateV1", payload);
        assertThat(blocks).hasSize(2);
        JsonNode call = blocks.get(0).get("calls").get(0);
        assertThat(call.get("status").asText()).isEqualTo("0x1");
        assertThat(call.get("logs")).hasSize(1);
        assertThat(node.chain().head().number()).isZero();
        refuses("eth_simulateV1", "[{'blockStateCalls':[]},'latest']", RpcError.INVALID_PARAMS, "");
        refuses(
                "eth_simulateV1",
                "[{'blockStateCalls':[{'blockOverrides':{'number':'0x0'}}]},'latest']",
                -38020,
                "block numbers must be in order");
    }

    @Test
    void namesTheWindowWhereAStateIsPruned() {
        mine(0, TestChain.ANSWERS, "0x01");
        assertThat(result("debug_traceBlockByNumber", "['0x1']")).hasSize(1);
        int blocksMax = 4 * StateOptions.HISTORY_BLOCKS;
        while (node.chain().stateAt(0).isPresent() && node.chain().head().number() < blocksMax) {
            node.mine();
        }
        refuses(
                "debug_traceBlockByNumber",
                "['0x1']",
                RpcError.SERVER_ERROR,
                "is pruned: this node keeps the states of blocks "
                        + node.chain().world().oldestNumber());
    }
}
