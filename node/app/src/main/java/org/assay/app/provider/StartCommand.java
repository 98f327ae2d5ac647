package org.assay.app.provider;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.app.client.Coins;
import org.assay.app.client.NodeOption;
import org.assay.app.client.RpcClient;
import org.assay.app.client.Wallet;
import org.assay.app.keys.KeyOption;
import org.assay.app.proof.BuiltInModels;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.SecretKey;
import org.assay.verifier.gpu.Verifiers;
import org.assay.verifier.prover.Fault;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay provider start`: the daemon.
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Watch for jobs, run their models, prove the work and collect the pay, until Ctrl-C.",
            "Everything needed to go on after a crash is in --journal; start it again with the",
            "same options. It also answers challenges, so let it run while rewards vest."
        },
        sortOptions = false)
public final class StartCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private NodeOption node = new NodeOption();

    @Mixin private KeyOption key = new KeyOption();

    @Option(
            names = "--journal",
            paramLabel = "DIR",
            defaultValue = "provider-journal",
            description = "Where the work in progress is kept (default: ${DEFAULT-VALUE}).")
    private Path journal = Path.of("");

    @Option(
            names = "--beneficiary",
            paramLabel = "ADDRESS",
            description = "Who gets the rewards and what is above --reserve (default: the key).")
    private @Nullable String beneficiary;

    @Option(
            names = "--stake",
            paramLabel = "COINS",
            defaultValue = "50",
            description =
                    "Stake to register with; it must be 2.2 times the fees of all jobs in work"
                            + " (default: ${DEFAULT-VALUE}).")
    private String stake = "";

    @Option(
            names = "--fee-least",
            paramLabel = "COINS",
            defaultValue = "0.01",
            description = "Jobs that pay less are left to others (default: ${DEFAULT-VALUE}).")
    private String feeLeast = "";

    @Option(
            names = "--reserve",
            paramLabel = "COINS",
            defaultValue = "1",
            description = "Kept for gas when sweeping (default: ${DEFAULT-VALUE}).")
    private String reserve = "";

    @Option(
            names = "--jobs",
            defaultValue = "16",
            description = "Jobs in work at once (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "A model to serve besides the built-in ones. May be given many times.")
    private List<Path> models = new ArrayList<>();

    @Option(
            names = "--cheat-permille",
            hidden = true,
            description = "Fake this many of 1,000 rows: for demonstrations, it costs the stake.")
    private int cheatPermille;

    @Option(
            names = "--cheat-replay",
            hidden = true,
            description = "Copy others' proofs: for demonstrations, it costs the stake.")
    private boolean cheatReplay;

    @Override
    public Integer call() throws Exception {
        SecretKey secret = key.read();
        try (RpcClient rpc = node.connect();
                Journal log = Journal.open(journal)) {
            UInt256 chainId = UInt256.of(WorkChain.of(rpc).chainId());
            Wallet wallet = new Wallet(rpc, secret, chainId);
            Performer performer =
                    cheatReplay
                            ? new Replayer(rpc, secret)
                            : Performer.running(
                                    secret, fault(), Verifiers.executor(output.err()::println));
            try (Provider provider =
                    new Provider(
                            rpc,
                            wallet,
                            log,
                            plan(),
                            performer,
                            (jobId, what) -> tell(jobId.toString(), what))) {
                provider.register();
                output.print(
                        Output.object()
                                .put("ready", true)
                                .put("provider", wallet.address().toString()),
                        "ready: provider " + wallet.address());
                Thread main = Thread.currentThread();
                Runtime.getRuntime().addShutdownHook(new Thread(main::interrupt));
                provider.run();
            } catch (InterruptedException e) {
                output.say("stopped; start again with the same --journal to go on");
            }
        }
        return 0;
    }

    private Fault fault() {
        return cheatPermille == 0 ? Fault.NONE : new Fault(Fault.Kind.SKIPPED, cheatPermille, 7);
    }

    private synchronized void tell(String jobId, String what) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        output.print(
                Output.object().put("time", now.toString()).put("jobId", jobId).put("event", what),
                now + " job " + jobId.substring(0, 10) + " " + what);
    }

    private Provider.Plan plan() {
        return new Provider.Plan(
                BuiltInModels.with(models),
                Coins.wei("--stake", stake),
                Coins.wei("--fee-least", feeLeast),
                Coins.wei("--reserve", reserve),
                beneficiary == null ? Address.ZERO : address(beneficiary),
                jobs);
    }

    private static Address address(String text) {
        try {
            return Address.fromHex(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--beneficiary", text, "write an address, 0x and 40 digits");
        }
    }
}
