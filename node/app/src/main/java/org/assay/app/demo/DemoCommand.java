package org.assay.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.assay.app.Output;
import org.assay.chain.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `assay demo`: see the class [Demo] for the story.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Watch the whole of Assay on this machine, in about two minutes:",
            "four validators, a customer with real images, an honest provider, one that fakes",
            "part of its work and one that replays another's proof; verdicts, slashing, a halving,",
            "a validator killed and restarted, rewards minted and claimed, and the supply audited",
            "to the wei. Exit code 1 if anything did not come true."
        },
        sortOptions = false)
public final class DemoCommand implements Callable<Integer> {
    /// How the demo speaks.
    @Mixin private Output output = new Output();

    @Option(
            names = "--keep",
            description = "Leave the network running until Ctrl-C, and its files afterwards.")
    private boolean keep;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description = {
                "Write the chain into this folder in the end, for other engines:",
                "contracts/replay/test.sh DIR/genesis.json DIR/chain.rlp"
            })
    private @Nullable Path export;

    @Override
    public Integer call() throws Exception {
        if (keep && export != null) {
            throw new ConfigException(
                    "--export", export.toString(), "ends the network: not together with --keep");
        }
        Path folder = Files.createTempDirectory("assay-demo");
        DemoView view = new DemoView(System.out, output.isJson());
        Demo demo = new Demo(folder, view, keep, export);
        try (demo) {
            Thread cleaner = new Thread(demo::endAtOnce);
            Runtime.getRuntime().addShutdownHook(cleaner);
            boolean ok = demo.run();
            if (keep) {
                view.say("network", "still running; files in " + folder + "; Ctrl-C ends it");
                Thread.sleep(Long.MAX_VALUE);
            }
            return ok ? 0 : 1;
        } catch (IOException | RuntimeException e) {
            if (demo.isEnding()) {
                return 1;
            }
            throw e;
        }
    }
}
