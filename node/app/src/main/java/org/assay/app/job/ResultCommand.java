package org.assay.app.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `assay job result`: the proven answers; exit status 1 while there are none or for a job that
/// failed.
@Command(
        name = "result",
        mixinStandardHelpOptions = true,
        description = "Print a job's answers: a digit a line, or the text after each prompt.",
        sortOptions = false)
public final class ResultCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();

    @Parameters(paramLabel = "JOB", converter = JobId.class, description = "The job's id.")
    private Hash jobId = Hash.ZERO;

    @Option(names = "--wait", description = "Wait until the job has ended.")
    private boolean wait;

    @Override
    public Integer call() throws Exception {
        try (RpcClient rpc = node.connect()) {
            if (wait) {
                return await(rpc, jobId, output);
            }
            boolean printed = print(rpc, jobId, output);
            if (!printed) {
                say(output, jobId, "NONE", "no answers yet; see assay job status " + jobId);
            }
            return printed ? 0 : 1;
        }
    }

    /// Prints the answers once there are any; 1 where there will be none.
    static int await(RpcClient rpc, Hash jobId, Output output) throws IOException {
        while (!print(rpc, jobId, output)) {
            JsonNode job = rpc.call("assay_job", jobId.toString());
            String state = job.path("state").asText();
            if (state.equals("REJECTED") || state.equals("EXPIRED")) {
                say(output, jobId, state, "the job ended without answers: " + state);
                return 1;
            }
            Customer.sleep();
        }
        return 0;
    }

    private static void say(Output output, Hash jobId, String state, String text) {
        output.print(Output.object().put("jobId", jobId.toString()).put("state", state), text);
    }

    private static boolean print(RpcClient rpc, Hash jobId, Output output) throws IOException {
        Optional<Bytes> answers = Customer.answers(rpc, jobId);
        if (answers.isEmpty()) {
            return false;
        }
        int kind = rpc.call("assay_job", jobId.toString()).path("kind").asInt();
        List<String> read = Customer.read(kind, answers.get());
        ObjectNode json = Output.object().put("jobId", jobId.toString());
        json.put("state", "ANSWERED").put("bytes", answers.get().toString());
        ArrayNode list = json.putArray("answers");
        read.forEach(list::add);
        output.print(json, String.join("\n", read));
        return true;
    }
}
