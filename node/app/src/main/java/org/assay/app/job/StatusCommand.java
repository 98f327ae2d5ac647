package org.assay.app.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.primitives.Hash;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `assay job status`: exit status 2 for an unknown job.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show how far a job is.",
        sortOptions = false)
public final class StatusCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();

    @Parameters(paramLabel = "JOB", converter = JobId.class, description = "The job's id.")
    private Hash jobId = Hash.ZERO;

    @Override
    public Integer call() throws Exception {
        try (RpcClient rpc = node.connect()) {
            JsonNode job = rpc.call("assay_job", jobId.toString());
            if (!job.isObject()) {
                output.err().println("assay job: there is no job " + jobId);
                return 2;
            }
            output.print((ObjectNode) job);
            return 0;
        }
    }
}
