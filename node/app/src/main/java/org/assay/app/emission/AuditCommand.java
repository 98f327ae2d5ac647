package org.assay.app.emission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `assay emission audit`: asks a node for `assay_emissionAudit` and says whether ledgers and
/// balances agree.
@Command(
        name = "audit",
        description = {
            "Asks a node to compare its ledgers with the sum of all balances: supply = genesis + minted",
            "- burned - recycled. Ends with 1 if they disagree."
        },
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
    private static final Duration WAIT = Duration.ofMinutes(10);

    @Option(names = "--height", description = "Block height; the head if left out.")
    private @Nullable Long height;

    @Option(
            names = "--rpc",
            defaultValue = "http://127.0.0.1:8545",
            description = "The node's JSON-RPC address; default ${DEFAULT-VALUE}.")
    private URI rpc = URI.create("http://127.0.0.1:8545");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try {
            JsonNode answer = ask();
            if (!answer.path("error").isMissingNode()) {
                err.println(rpc + " refused: " + answer.path("error").path("message").asText());
                return 2;
            }
            JsonNode result = answer.path("result");
            PrintWriter out = spec.commandLine().getOut();
            out.println(result.toPrettyString());
            boolean agrees = result.path("agrees").asBoolean(false);
            out.println(agrees ? "ledgers and balances agree" : "LEDGERS AND BALANCES DISAGREE");
            out.flush();
            return agrees ? 0 : 1;
        } catch (JsonProcessingException malformed) {
            err.println(rpc + " did not answer in JSON. Is it a node's JSON-RPC address?");
            return 2;
        } catch (IOException unreachable) {
            err.println(rpc + ": no answer. Start the node, or name its address with --rpc.");
            return 2;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 2;
        }
    }

    private JsonNode ask() throws IOException, InterruptedException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode request = mapper.createObjectNode();
        request.put("jsonrpc", "2.0");
        request.put("id", 1);
        request.put("method", "assay_emissionAudit");
        request.putArray("params").add(height == null ? "latest" : "0x" + Long.toHexString(height));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(rpc)
                                    .timeout(WAIT)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return mapper.readTree(response.body());
        }
    }
}
