package org.assay.app.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.keys.KeyOption;
import org.assay.app.proof.BuiltInModels;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.verifier.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay provider doctor`: says what keeps a provider from being paid. Exit status 1 if
/// anything.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Check everything that a provider needs, and say how to mend what is amiss.",
        sortOptions = false)
public final class DoctorCommand implements Callable<Integer> {
    private static final UInt256 GAS_LEAST = UInt256.of(50_000_000_000_000_000L);

    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();

    @Mixin private KeyOption key = new KeyOption();

    @Option(
            names = "--journal",
            paramLabel = "DIR",
            defaultValue = "provider-journal",
            description = "Its journal (default: ${DEFAULT-VALUE}).")
    private Path journal = Path.of("");

    private boolean healthy = true;

    @Override
    public Integer call() {
        try (RpcClient rpc = node.connect()) {
            Address self = key.address();
            say(true, "key", self.toString());
            checkNode(rpc);
            checkMoney(rpc, self);
            checkModels(rpc);
        } catch (IOException e) {
            say(false, "node", "does not answer: start it, or name it by --rpc");
        } catch (ConfigException e) {
            say(false, "key", String.valueOf(e.getMessage()));
        }
        try (Journal log = Journal.open(journal)) {
            say(true, "journal", log.open().size() + " jobs in work");
        } catch (ConfigException running) {
            say(true, "journal", "in use by a running provider");
        } catch (IOException e) {
            say(false, "journal", journal + " cannot be written");
        }
        return healthy ? 0 : 1;
    }

    private void say(boolean good, String what, String detail) {
        healthy &= good;
        output.print(
                Output.object().put("check", what).put("ok", good).put("detail", detail),
                String.format("%s %-8s %s", good ? "ok  " : "BAD ", what, detail));
    }

    private void checkNode(RpcClient rpc) throws IOException {
        boolean syncing = !rpc.call("eth_syncing").isBoolean();
        long head = rpc.blockNumber();
        JsonNode block = rpc.call("eth_getBlockByNumber", "latest", false);
        long late = System.currentTimeMillis() / 1000 - RpcClient.quantity(block.path("timestamp"));
        say(!syncing, "node", syncing ? "is catching up" : "block " + head);
        say(
                late < 60,
                "chain",
                late < 60 ? "goes on" : "no block for " + late + " s: is the node connected?");
    }

    private void checkMoney(RpcClient rpc, Address self) throws IOException {
        JsonNode state = rpc.call("assay_provider", self.toString());
        UInt256 stake = UInt256.parse(state.path("stakeWei").asText());
        UInt256 slashed = UInt256.parse(state.path("stakeSlashedWei").asText());
        UInt256 held =
                UInt256.parse(rpc.call("eth_getBalance", self.toString(), "latest").asText());
        say(
                !stake.isZero(),
                "stake",
                stake.isZero()
                        ? "none: assay provider start --stake COINS registers"
                        : Coins.text(stake) + " coins");
        say(
                slashed.isZero(),
                "slashed",
                slashed.isZero()
                        ? "nothing"
                        : Coins.text(slashed) + " coins: see assay provider status for the reason");
        boolean gas = held.compareTo(GAS_LEAST) >= 0;
        say(gas, "gas", Coins.text(held) + (gas ? " coins" : " coins: send it at least 0.05"));
    }

    private void checkModels(RpcClient rpc) throws IOException {
        int known = 0;
        for (Model model : BuiltInModels.all()) {
            boolean there =
                    org.assay.chain.system.AbiReader.of(
                                    rpc.view(
                                            org.assay.chain.system.Predeploys.MODEL_REGISTRY,
                                            "exists(bytes32)",
                                            org.assay.chain.system.Abi.of(
                                                    model.template().templateId())))
                            .readBoolean();
            known += there ? 1 : 0;
        }
        say(
                known > 0,
                "models",
                known
                        + " of the built-in ones are registered here"
                        + (known > 0 ? "" : "; give --model FILE to assay provider start"));
    }
}
