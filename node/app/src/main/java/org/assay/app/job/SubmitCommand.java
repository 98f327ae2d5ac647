package org.assay.app.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.keys.KeyOption;
import org.assay.app.provider.WorkChain;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.prover.Digits;
import org.assay.verifier.prover.TextModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay job submit`.
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = {
            "Pay for work: escrow the fee and hand in the inputs. Prints the job's id.",
            "Handwritten digits: --images FILE... or --sample N. Text to be continued: --text TEXT."
        },
        sortOptions = false)
public final class SubmitCommand implements Callable<Integer> {
    private static final int CONTEXT = 128;

    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();

    @Mixin private KeyOption key = new KeyOption();

    @Option(
            names = "--images",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Pictures of digits: PNG, JPEG, MNIST files, or raw 784-byte images.")
    private List<Path> images = new ArrayList<>();

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "The first N of the 200 MNIST test images that come with the program.")
    private int sample;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "A line to continue. May be given many times.")
    private List<String> text = new ArrayList<>();

    @Option(
            names = "--new",
            defaultValue = "32",
            description = "Bytes to add to each text at most (default: ${DEFAULT-VALUE}).")
    private int maxNew;

    @Option(
            names = "--fee",
            paramLabel = "COINS",
            defaultValue = "1",
            description = "What the work is worth (default: ${DEFAULT-VALUE}).")
    private String fee = "";

    @Option(
            names = "--provider",
            paramLabel = "ADDRESS",
            description = "Who may do it (default: anyone).")
    private String provider = Address.ZERO.toString();

    @Option(names = "--wait", description = "Wait for the answers and print them.")
    private boolean wait;

    @Override
    public Integer call() throws Exception {
        Customer.Order order = order();
        SecretKey secret = key.read();
        try (RpcClient rpc = node.connect()) {
            Wallet wallet = new Wallet(rpc, secret, UInt256.of(WorkChain.of(rpc).chainId()));
            Hash jobId = new Customer(rpc, wallet).submit(order);
            output.print(Output.object().put("jobId", jobId.toString()), jobId.toString());
            return wait ? ResultCommand.await(rpc, jobId, output) : 0;
        } catch (IllegalArgumentException wrong) {
            throw new ConfigException("--images", "too much", String.valueOf(wrong.getMessage()));
        }
    }

    private Customer.Order order() throws IOException {
        UInt256 feeWei = Coins.wei("--fee", fee);
        Address who = provider();
        int kinds = (images.isEmpty() ? 0 : 1) + (sample == 0 ? 0 : 1) + (text.isEmpty() ? 0 : 1);
        if (kinds != 1) {
            throw new ConfigException(
                    "--images",
                    kinds + " kinds of input",
                    "give one of --images, --sample, --text");
        }
        if (!text.isEmpty()) {
            for (String line : text) {
                int bytes = line.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
                if (bytes < 1 || bytes + maxNew > CONTEXT || maxNew < 1) {
                    throw new ConfigException(
                            "--text",
                            bytes + " bytes",
                            "text and --new together must fit " + CONTEXT + " bytes");
                }
            }
            return Customer.Order.prompts(TextModel.model(), text, maxNew, feeWei, who);
        }
        Bytes inputs = Bytes.EMPTY;
        for (Path file : images) {
            inputs = inputs.concat(Images.read(file));
        }
        if (sample != 0) {
            if (sample < 0 || sample > Digits.SAMPLES) {
                throw new ConfigException(
                        "--sample", Integer.toString(sample), "from 1 to " + Digits.SAMPLES);
            }
            inputs = Digits.images(0, sample);
        }
        return Customer.Order.rows(Digits.model(), inputs, Digits.IMAGE_BYTES, feeWei, who);
    }

    private Address provider() {
        try {
            return Address.fromHex(provider);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--provider", provider, "write 0x and 40 hex digits");
        }
    }
}
