package org.assay.app.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.keys.KeyOption;
import org.assay.app.provider.WorkChain;
import org.assay.primitives.Address;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `assay job refund`: exit status 1 where nothing can be taken back now, 2 for an unknown job.
@Command(
        name = "refund",
        mixinStandardHelpOptions = true,
        description = {
            "Take the fee back of a job whose proof failed, or that was not done in time.",
            "Withdraws everything that the contract owes this key."
        },
        sortOptions = false)
public final class RefundCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();
    @Mixin private KeyOption key = new KeyOption();

    @Parameters(paramLabel = "JOB", converter = JobId.class, description = "The job's id.")
    private Hash jobId = Hash.ZERO;

    @Override
    public Integer call() throws Exception {
        SecretKey secret = key.read();
        try (RpcClient rpc = node.connect()) {
            JsonNode job = rpc.call("assay_job", jobId.toString());
            if (!job.isObject()) {
                return refuse(2, "there is no job " + jobId);
            }
            Address customer = Address.fromHex(job.path("customer").asText());
            if (!customer.equals(secret.address())) {
                return refuse(1, "job " + jobId + " was paid for by " + customer);
            }
            UInt256 chainId = UInt256.of(WorkChain.of(rpc).chainId());
            return refund(new Customer(rpc, new Wallet(rpc, secret, chainId)), jobId);
        }
    }

    private int refund(Customer customer, Hash id) throws IOException {
        try {
            customer.end(id);
        } catch (RpcClient.Refused tooEarly) {
            return refuse(
                    1,
                    "nothing can be taken back yet: a fee comes back when the proof has failed or"
                            + " the job's last block has passed; see assay job status");
        }
        UInt256 owed = customer.owed();
        if (owed.isZero()) {
            return refuse(1, "nothing is owed to this key: the job was done and paid, or refunded");
        }
        customer.withdraw();
        output.print(
                Output.object().put("withdrawnWei", owed.toString()),
                "withdrawn " + Coins.text(owed) + " coins");
        return 0;
    }

    private int refuse(int status, String why) {
        output.err().println("assay job: " + why);
        return status;
    }
}
