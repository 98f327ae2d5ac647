package org.assay.app.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.node.JobInputs;
import org.assay.app.provider.WorkChain;
import org.assay.chain.system.Abi;
import org.assay.chain.system.AbiReader;
import org.assay.chain.system.JobViews;
import org.assay.chain.system.Predeploys;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.verifier.LittleEndian;
import org.assay.verifier.Model;
import org.assay.verifier.Template;

/// One who pays for work: escrows the fee, hands in the inputs, reads the answers.
public final class Customer {
    private static final long GAS = 500_000;

    private final RpcClient rpc;
    private final Wallet wallet;

    public Customer(RpcClient rpc, Wallet wallet) {
        this.rpc = rpc;
        this.wallet = wallet;
    }

    /// What is asked for. `seqs` rows or prompts; `maxNew` tokens a prompt; `provider` zero for
    /// anyone; `blocks` until the fee comes back if nobody does it.
    public record Order(
            Model model,
            Bytes inputs,
            long rows,
            long seqs,
            long maxNew,
            UInt256 feeWei,
            Address provider,
            long blocks) {
        /// Rows of a classifier, `rowBytes` each.
        public static Order rows(
                Model model, Bytes inputs, int rowBytes, UInt256 feeWei, Address provider) {
            long rows = inputs.size() / rowBytes;
            return new Order(model, inputs, rows, rows, 0, feeWei, provider, 400);
        }

        /// Prompts for a byte-level decoder.
        public static Order prompts(
                Model model, List<String> prompts, int maxNew, UInt256 feeWei, Address provider) {
            List<int[]> tokens = new ArrayList<>();
            long rows = 0;
            for (String prompt : prompts) {
                byte[] bytes = prompt.getBytes(StandardCharsets.UTF_8);
                int[] ids = new int[bytes.length];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = bytes[i] & 0xff;
                }
                tokens.add(ids);
                rows += ids.length;
            }
            Bytes inputs = JobInputs.ofPrompts(tokens);
            return new Order(model, inputs, rows, tokens.size(), maxNew, feeWei, provider, 400);
        }
    }

    /// Escrows the fee and hands in the inputs. Answers the job's id.
    public Hash submit(Order order) throws IOException {
        int kind = order.model.template().kind();
        Hash inputRoot =
                JobInputs.rootOf(kind, order.rows, order.seqs, order.inputs)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "no inputs of such a job, or more than "
                                                        + JobInputs.BYTES_MAX
                                                        + " bytes"));
        Bytes call =
                Abi.call(
                        "create((bytes32,address,bytes32,uint32,uint32,uint32,uint64,address,"
                                + "uint128))",
                        Abi.tuple(
                                Abi.of(order.model.template().templateId()),
                                Abi.of(order.provider),
                                Abi.of(inputRoot),
                                Abi.of(order.rows),
                                Abi.of(order.seqs),
                                Abi.of(order.maxNew),
                                Abi.of(rpc.blockNumber() + order.blocks),
                                Abi.of(Address.ZERO),
                                Abi.of(order.feeWei)));
        JsonNode receipt = wallet.send(Predeploys.JOBS, order.feeWei, call, GAS);
        Hash jobId = Hash.fromHex(receipt.path("logs").get(0).path("topics").get(1).asText());
        handIn(jobId, order.inputs);
        return jobId;
    }

    /// Another node of several may not have the job's block yet: tried for a few seconds.
    public void handIn(Hash jobId, Bytes inputs) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                rpc.call("assay_submitInput", jobId.toString(), inputs.toString());
                return;
            } catch (RpcClient.Refused refused) {
                if (attempt == 10) {
                    throw refused;
                }
                sleep();
            }
        }
    }

    /// Takes the fee back of a job whose proof failed or that nobody did in time, and withdraws
    /// all that is the customer's. Throws [RpcClient.Refused] where there is nothing to take
    /// back.
    public void refund(Hash jobId) throws IOException {
        end(jobId);
        withdraw();
    }

    /// Ends a job whose proof failed or that nobody did in time: its fee is then the customer's
    /// to withdraw. Nothing happens to a job that has ended.
    void end(Hash jobId) throws IOException {
        WorkChain chain = WorkChain.of(rpc);
        JobViews.Job job = chain.job(jobId);
        boolean judged =
                !job.commitId().equals(Hash.ZERO) && chain.verdict(job.commitId()).height() != 0;
        switch (job.state()) {
            case OPEN, FUNDED, SUBMITTED -> {
                String call = judged ? "reject(bytes32)" : "expire(bytes32)";
                wallet.send(Predeploys.JOBS, UInt256.ZERO, Abi.call(call, Abi.of(jobId)), GAS);
            }
            case NONE, COMPLETED, REJECTED, EXPIRED -> {}
        }
    }

    /// What the Jobs contract owes the customer, in wei.
    UInt256 owed() throws IOException {
        return AbiReader.of(
                        rpc.view(Predeploys.JOBS, "balanceOf(address)", Abi.of(wallet.address())))
                .readUInt256();
    }

    void withdraw() throws IOException {
        Bytes call = Abi.call("withdraw(address)", Abi.of(wallet.address()));
        wallet.send(Predeploys.JOBS, UInt256.ZERO, call, GAS);
    }

    static void sleep() throws IOException {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// What the provider delivered on chain; empty while it has not.
    public static Optional<Bytes> answers(RpcClient rpc, Hash jobId) throws IOException {
        WorkChain chain = WorkChain.of(rpc);
        JobViews.Job job = chain.job(jobId);
        return job.assignedHeight() == 0
                ? Optional.empty()
                : chain.delivered(jobId, job.assignedHeight());
    }

    /// The answers in words: a label a line, or the text after each prompt.
    public static List<String> read(int kind, Bytes answers) {
        List<String> lines = new ArrayList<>();
        byte[] bytes = answers.unsafeArray();
        if (kind != Template.KIND_TRANSFORMER) {
            for (byte label : bytes) {
                lines.add(Integer.toString(label & 0xff));
            }
            return lines;
        }
        for (int at = 0; at + 4 <= bytes.length; ) {
            int count = LittleEndian.getInt(bytes, at);
            byte[] text = new byte[count];
            for (int i = 0; i < count; i++) {
                text[i] = (byte) LittleEndian.getInt(bytes, at + 4 + 4 * i);
            }
            lines.add(new String(text, StandardCharsets.UTF_8).stripTrailing());
            at += 4 + 4 * count;
        }
        return lines;
    }
}
