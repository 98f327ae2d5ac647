package org.assay.app.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.assay.app.NumberOption;
import org.assay.app.Output;
import org.assay.app.Progress;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.dev.DevAccounts;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Transaction;
import org.assay.primitives.block.TransactionBody;
import org.assay.primitives.crypto.SecretKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay bench finality`: how long a transaction waits until nobody can take it back.
@Command(
        name = "finality",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends transfers one at a time, at moments that do not follow the blocks, and measures",
            "how long each takes until its receipt is there, which is final on a network of",
            "validators. Start one first, assay devnet for instance."
        })
public final class BenchFinalityCommand implements Callable<Integer> {
    private static final UInt256 FEE_MAX = UInt256.of(100_000_000_000L);
    private static final long GAS = 21_000;
    private static final long POLL_MILLIS = 2;
    private static final long RECEIPT_SECONDS_MAX = 60;
    private static final long SEED = 1;

    @Mixin private NodeOption node = new NodeOption();

    @Option(
            names = "--count",
            defaultValue = "100",
            paramLabel = "COUNT",
            description = "Transfers, 1 to 100,000 (default: ${DEFAULT-VALUE}).")
    private int count = 100;

    @Option(
            names = "--pause",
            defaultValue = "1000",
            paramLabel = "MILLIS",
            description =
                    "Before each transfer, a time drawn from 0 to this, at most 60,000; a block"
                            + " time or more"
                            + " (default: ${DEFAULT-VALUE}).")
    private int pauseMillis = 1_000;

    @Option(
            names = "--account",
            defaultValue = "0",
            paramLabel = "INDEX",
            description =
                    "Which of the accounts that assay devnet prints pays, 0 to 9 (default:"
                            + " ${DEFAULT-VALUE}).")
    private int account;

    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws IOException, InterruptedException {
        NumberOption.check("--count", count, 1, 100_000);
        NumberOption.check("--pause", pauseMillis, 0, 60_000);
        NumberOption.check("--account", account, 0, 9);
        SecretKey key = new DevAccounts().keys().get(account);
        long[] micros = new long[count];
        long firstBlock = 0;
        long lastBlock = 0;
        try (RpcClient rpc = node.connect()) {
            UInt256 chainId = UInt256.of(RpcClient.quantity(rpc.call("eth_chainId")));
            String sender = key.address().toString();
            long nonce = RpcClient.quantity(rpc.call("eth_getTransactionCount", sender, "pending"));
            SplittableRandom random = new SplittableRandom(SEED);
            Progress progress = output.progress();
            for (int i = 0; i < count; i++) {
                progress.show(i, count, "transfers");
                Thread.sleep(random.nextInt(pauseMillis + 1));
                Transaction transfer = transfer(chainId, nonce + i, key);
                long before = System.nanoTime();
                lastBlock = finalBlock(rpc, transfer, before);
                micros[i] = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - before);
                firstBlock = i == 0 ? lastBlock : firstBlock;
            }
            progress.clear();
        }
        report(micros, lastBlock - firstBlock);
        return 0;
    }

    private static Transaction transfer(UInt256 chainId, long nonce, SecretKey key) {
        return Transaction.sign(
                TransactionBody.dynamicFee(
                        chainId,
                        nonce,
                        UInt256.ONE,
                        FEE_MAX,
                        GAS,
                        key.address(),
                        UInt256.ONE,
                        org.assay.primitives.Bytes.EMPTY),
                key);
    }

    private static long finalBlock(RpcClient rpc, Transaction transfer, long before)
            throws IOException, InterruptedException {
        String hash = transfer.hash().toString();
        rpc.call("eth_sendRawTransaction", transfer.encoded().toString());
        while (System.nanoTime() - before < TimeUnit.SECONDS.toNanos(RECEIPT_SECONDS_MAX)) {
            JsonNode receipt = rpc.call("eth_getTransactionReceipt", hash);
            if (receipt.isObject()) {
                return RpcClient.quantity(receipt.path("blockNumber"));
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException(
                "no receipt for "
                        + hash
                        + " within "
                        + RECEIPT_SECONDS_MAX
                        + " s: is the chain"
                        + " making blocks? txpool_explain says what it waits for");
    }

    private void report(long[] micros, long blocks) {
        Arrays.sort(micros);
        ObjectNode facts = Output.object();
        facts.put("transfers", micros.length);
        facts.put("blocks", blocks);
        facts.put("p50Millis", millis(micros, 50));
        facts.put("p90Millis", millis(micros, 90));
        facts.put("p99Millis", millis(micros, 99));
        facts.put("maxMillis", millis(micros, 100));
        output.print(facts);
    }

    /// The nearest rank: the smallest value that `percent` of all do not exceed.
    private static double millis(long[] sorted, int percent) {
        int rank = (sorted.length * percent + 99) / 100;
        return sorted[Math.max(rank, 1) - 1] / 1e3;
    }
}
