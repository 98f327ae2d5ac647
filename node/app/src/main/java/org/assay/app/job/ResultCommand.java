package org.assay.app.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `assay job result`: the proven answers; exit status 1 while there are none or for a job that
/// failed.
@Command(
        name = "result",
        mixinStandardHelpOptions = true,
        description = "Print a job's answers: a digit a line, or the text after each prompt.",
        sortOptions = false)
public final class ResultCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private NodeOption node = new NodeOption();

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    private String jobId = "";

    @Option(names = "--wait", description = "Wait until the job has ended.")
    private boolean wait;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (RpcClient rpc = node.connect()) {
            Hash id = Hash.fromHex(jobId);
            if (wait) {
                return await(rpc, id, out);
            }
            boolean printed = print(rpc, id, out);
            if (!printed) {
                out.println("no answers yet; see assay job status " + jobId);
            }
            out.flush();
            return printed ? 0 : 1;
        }
    }

    /// Prints the answers once there are any; 1 where there will be none.
    static int await(RpcClient rpc, Hash jobId, PrintWriter out) throws IOException {
        while (!print(rpc, jobId, out)) {
            JsonNode job = rpc.call("assay_job", jobId.toString());
            String state = job.path("state").asText();
            if (state.equals("REJECTED") || state.equals("EXPIRED")) {
                out.println("the job ended without answers: " + state);
                out.flush();
                return 1;
            }
            Customer.sleep();
        }
        out.flush();
        return 0;
    }

    private static boolean print(RpcClient rpc, Hash jobId, PrintWriter out) throws IOException {
        Optional<Bytes> answers = Customer.answers(rpc, jobId);
        if (answers.isEmpty()) {
            return false;
        }
        int kind = rpc.call("assay_job", jobId.toString()).path("kind").asInt();
        Customer.read(kind, answers.get()).forEach(out::println);
        return true;
    }
}
