package org.assay.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A call ends in time although its code makes no calls of its own.
final class CallTimeLimitTest {
    private static final String CALL =
            "{'to':'0x00000000000000000000000000000000000000aa','gas':'0x1c9c380'}";

    /// With `code` at 0xaa and a millisecond for a call.
    private static JsonNode answer(String code, String method, String params) throws IOException {
        RpcLimits.Work work = RpcLimits.STANDARD.work();
        RpcOptions options =
                RpcOptions.loopback(0)
                        .withLimits(
                                RpcLimits.STANDARD.with(
                                        new RpcLimits.Work(
                                                work.logRangeBlocksMax(),
                                                work.logResultsMax(),
                                                work.callGasMax(),
                                                1)));
        RpcHandler handler =
                new RpcHandler(
                        RpcServer.namespaces(options, new TestChain(), List.of()),
                        options.limits(),
                        () -> {});
        String overrides = "{'0x00000000000000000000000000000000000000aa':{'code':'" + code + "'}}";
        String body =
                ("{'jsonrpc':'2.0','id':1,'method':'" + method + "','params':" + params + "}")
                        .replace("CALL", CALL)
                        .replace("OVERRIDES", overrides)
                        .replace('\'', '"');
        return new ObjectMapper()
                .readTree(
                        handler.answer(body.getBytes(StandardCharsets.UTF_8), Caller.LOCAL)
                                .orElseThrow()
                                .json()
                                .unsafeArray());
    }

    private static void endsInTime(String method, String params) throws IOException {
        JsonNode loop = answer("0x5b600056", method, params);
        assertThat(loop.at("/error/message").asText()).contains("timeout");
        assertThat(loop.at("/error/code").asInt()).isEqualTo(RpcError.SERVER_ERROR);
    }

    @Test
    void endsACallThatLoops() throws IOException {
        endsInTime("eth_call", "[CALL,'latest',OVERRIDES]");
    }

    @Test
    void endsAnEstimateThatLoops() throws IOException {
        endsInTime("eth_estimateGas", "[CALL,'latest',OVERRIDES]");
    }

    @Test
    void endsAnAccessListThatLoops() throws IOException {
        endsInTime("eth_createAccessList", "[CALL,'latest',OVERRIDES]");
    }

    @Test
    void endsASimulationThatLoops() throws IOException {
        endsInTime(
                "eth_simulateV1",
                "[{'blockStateCalls':[{'stateOverrides':OVERRIDES,'calls':[CALL]}]},'latest']");
    }
}
