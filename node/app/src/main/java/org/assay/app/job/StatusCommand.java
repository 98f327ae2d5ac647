package org.assay.app.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `assay job status`: exit status 2 for an unknown job.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show how far a job is.",
        sortOptions = false)
public final class StatusCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private NodeOption node = new NodeOption();

    @Parameters(paramLabel = "JOB", description = "The job's id.")
    private String jobId = "";

    @Override
    public Integer call() throws Exception {
        try (RpcClient rpc = node.connect()) {
            JsonNode job = rpc.call("assay_job", jobId);
            if (!job.isObject()) {
                spec.commandLine().getErr().println("assay job: there is no job " + jobId);
                return 2;
            }
            PrintWriter out = spec.commandLine().getOut();
            print(out, "", job);
            out.flush();
            return 0;
        }
    }

    private static void print(PrintWriter out, String prefix, JsonNode object) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getValue().isObject()) {
                print(out, prefix + entry.getKey() + ".", entry.getValue());
            } else {
                out.printf("%-26s %s%n", prefix + entry.getKey(), entry.getValue().asText());
            }
        }
    }
}
