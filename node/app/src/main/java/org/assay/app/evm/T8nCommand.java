package org.assay.app.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assay.chain.ConfigException;
import org.assay.primitives.rlp.RlpException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `assay evm t8n`: one block's worth of transactions on a state, with the files and streams of
/// geth's `evm t8n`.
@Command(
        name = "t8n",
        aliases = "transition",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs transactions on a state and writes the state after them, as geth's evm t8n does.",
            "An input named stdin is a member of one JSON object on the input; an output named",
            "stdout is a member of one on the output."
        })
public final class T8nCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STDIN = "stdin";
    private static final String STDOUT = "stdout";
    private static final String STDERR = "stderr";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--input.alloc",
            paramLabel = "FILE",
            description = "The state before (default: ${DEFAULT-VALUE}).")
    private String alloc = "alloc.json";

    @Option(
            names = "--input.env",
            paramLabel = "FILE",
            description = "The block around the transactions (default: ${DEFAULT-VALUE}).")
    private String env = "env.json";

    @Option(
            names = "--input.txs",
            paramLabel = "FILE",
            description = {
                "The transactions: objects, signed or with secretKey, or RLP in hexadecimal",
                "(default: ${DEFAULT-VALUE})."
            })
    private String txs = "txs.json";

    @Option(
            names = "--output.basedir",
            paramLabel = "DIR",
            description = "Where outputs go; made when it is not there.")
    private Path baseDirectory = Path.of("");

    @Option(
            names = "--output.alloc",
            paramLabel = "FILE",
            description = "The state after (default: ${DEFAULT-VALUE}); empty for none.")
    private String outAlloc = "alloc.json";

    @Option(
            names = "--output.result",
            paramLabel = "FILE",
            description = "Roots, receipts and refusals (default: ${DEFAULT-VALUE}).")
    private String outResult = "result.json";

    @Option(
            names = "--output.body",
            paramLabel = "FILE",
            description = "RLP of the transactions that are in the block; none by default.")
    private String outBody = "";

    @Option(
            names = "--state.fork",
            paramLabel = "FORK",
            description = "Frontier to Osaka, BPO1 to BPO5 (default: ${DEFAULT-VALUE}).")
    private String fork = "Osaka";

    @Option(
            names = "--state.chainid",
            paramLabel = "ID",
            description = "Chain id (default: ${DEFAULT-VALUE}).")
    private long chainId = 1;

    @Option(
            names = "--state.reward",
            paramLabel = "WEI",
            description = "Block reward; -1 leaves the coinbase alone (default: ${DEFAULT-VALUE}).")
    private String reward = "0";

    @Override
    public Integer call() throws IOException {
        JsonNode in = JSON.createObjectNode();
        if (alloc.equals(STDIN) || env.equals(STDIN) || txs.equals(STDIN)) {
            in = JSON.readTree(System.in);
        }
        T8nBlock block;
        try {
            block = new T8nBlock(fork, chainId, input(in, env, "env"));
            block.run(
                    TestJson.state(input(in, alloc, "alloc")),
                    T8nTransactions.read(transactions(in), chainId),
                    new java.math.BigInteger(reward));
        } catch (IllegalArgumentException | ArithmeticException | RlpException e) {
            throw new ConfigException(
                    "assay evm t8n", String.valueOf(e.getMessage()), "see assay evm t8n --help");
        }
        ObjectNode out = JSON.createObjectNode();
        ObjectNode err = JSON.createObjectNode();
        write(outAlloc, "alloc", block.alloc(), out, err);
        write(outResult, "result", block.result(), out, err);
        write(outBody, "body", TextNode.valueOf(block.body().toString()), out, err);
        print(out, spec.commandLine().getOut());
        print(err, spec.commandLine().getErr());
        return 0;
    }

    private static void print(ObjectNode members, PrintWriter to) {
        if (!members.isEmpty()) {
            to.println(members.toPrettyString());
            to.flush();
        }
    }

    private JsonNode transactions(JsonNode in) throws IOException {
        if (txs.equals(STDIN) && in.hasNonNull("txsRlp")) {
            return in.get("txsRlp");
        }
        return input(in, txs, "txs");
    }

    private static JsonNode input(JsonNode in, String name, String member) throws IOException {
        String option = "--input." + member;
        if (name.equals(STDIN)) {
            return Optional.ofNullable(in.get(member))
                    .orElseThrow(
                            () ->
                                    new ConfigException(
                                            option, STDIN, "the object there lacks " + member));
        }
        try {
            String text = Files.readString(Path.of(name)).strip();
            return name.endsWith(".rlp") && !text.startsWith("\"")
                    ? TextNode.valueOf(text)
                    : JSON.readTree(text);
        } catch (NoSuchFileException e) {
            throw new ConfigException(option, name, "there is no such file");
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new ConfigException(option, name, "not JSON: " + e.getOriginalMessage());
        }
    }

    private void write(String name, String member, JsonNode value, ObjectNode out, ObjectNode err)
            throws IOException {
        switch (name) {
            case "" -> {}
            case STDOUT -> out.set(member, value);
            case STDERR -> err.set(member, value);
            default -> {
                Path file = baseDirectory.resolve(name);
                Path folder = file.getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                Files.writeString(file, value.toPrettyString() + "\n");
            }
        }
    }
}
