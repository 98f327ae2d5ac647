package org.assay.app.emission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.RpcClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    private String rpc = "http://127.0.0.1:8545";

    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        try (RpcClient client = new RpcClient(rpc)) {
            String at = height == null ? "latest" : "0x" + Long.toHexString(height);
            JsonNode result = client.callPatiently(WAIT, "assay_emissionAudit", at);
            boolean agrees = result.path("agrees").asBoolean(false);
            output.print(
                    result,
                    result.toPrettyString()
                            + "\n"
                            + (agrees
                                    ? "ledgers and balances agree"
                                    : "LEDGERS AND BALANCES DISAGREE"));
            return agrees ? 0 : 1;
        } catch (RpcClient.Refused refused) {
            output.err().println(rpc + " refused: " + refused.getMessage());
            return 2;
        } catch (JsonProcessingException malformed) {
            output.err().println(rpc + " did not answer in JSON. Is it a node's JSON-RPC address?");
            return 2;
        } catch (IOException unreachable) {
            output.err()
                    .println(rpc + ": no answer. Start the node, or name its address with --rpc.");
            return 2;
        }
    }
}
