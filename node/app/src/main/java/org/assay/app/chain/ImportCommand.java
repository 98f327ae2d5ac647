package org.assay.app.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.assay.app.DataFolder;
import org.assay.app.Output;
import org.assay.app.Progress;
import org.assay.app.node.NodeCommand;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainFile;
import org.assay.chain.ChainImporter;
import org.assay.chain.ChainImporter.Step;
import org.assay.chain.ChainSpec;
import org.assay.chain.ConfigException;
import org.assay.primitives.block.Block;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.UnsyncedStore;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `assay import`: the blocks of a file, executed one by one and appended to a database.
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Executes the blocks of a chain file into a data folder.",
            "",
            "The file holds blocks in RLP one after the other, as geth, Besu and `assay export`"
                    + " write them, plain or gzipped. Everything is checked but seals: neither proof of"
                    + " work nor validators' signatures. Blocks that the folder has already are passed"
                    + " over, so that the same command goes on where it was stopped."
        })
public final class ImportCommand implements Callable<Integer> {
    private static final long SYNC_NANOS = 2_000_000_000L;

    @Option(
            names = "--genesis",
            required = true,
            paramLabel = "FILE",
            description = "The chain's genesis file, geth's or Besu's form.")
    private Path genesis = Path.of("");

    @Mixin private DataFolder data = new DataFolder();
    @Mixin private Output output = new Output();

    @Option(
            names = "--to",
            paramLabel = "HEIGHT",
            description = "The last block to import (default: all).")
    private long to = Long.MAX_VALUE;

    @Option(
            names = "--archive",
            description = "Keep the state of every block, not only of the last 512.")
    private boolean archive;

    @Option(
            names = "--unsealed",
            description =
                    "Take the blocks of a QBFT chain without the seals that make them final, as"
                            + " `assay export` writes them: for files that are trusted.")
    private boolean unsealed;

    @Parameters(paramLabel = "FILE", description = "The chain file.")
    private Path file = Path.of("");

    private final Meter meter = new Meter();
    private long known;

    /// Why an import ended before the end of its file.
    private record Stop(@Nullable Long block, String reason, String detail) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ChainSpec spec = ChainSpec.parse(text(genesis));
        if (!Files.isReadable(file)) {
            throw new ConfigException("FILE", file.toString(), "give a chain file that is there");
        }
        Files.createDirectories(data.path());
        Interrupt interrupt = new Interrupt();
        try (interrupt;
                RocksStore rocks =
                        RocksStore.open(
                                data.database(),
                                NodeCommand.markerOf(spec),
                                StoreOptions.large())) {
            UnsyncedStore store = new UnsyncedStore(rocks);
            WorldState world =
                    WorldState.open(
                            store, archive ? StateOptions.unlimited() : StateOptions.bounded());
            Blockchain chain = new Blockchain(store, world, spec);
            Stop stop = run(store, chain, interrupt);
            store.sync();
            report(chain, stop);
            if (interrupt.isAsked()) {
                return Interrupt.STATUS;
            }
            return stop == null ? 0 : 1;
        }
    }

    private static String text(Path path) throws IOException {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new ConfigException(
                    "--genesis", path.toString(), "there is no such file; give a genesis file");
        }
    }

    private @Nullable Stop run(UnsyncedStore store, Blockchain chain, Interrupt interrupt)
            throws IOException, InterruptedException {
        ChainImporter importer = new ChainImporter(store, chain, !unsealed);
        long size = Files.size(file);
        meter.begin();
        AtomicLong consumed = new AtomicLong();
        Progress progress = output.progress();
        long synced = System.nanoTime();
        try (InputStream source = new CountedInput(Files.newInputStream(file), consumed);
                ChainFile blocks = new ChainFile(source);
                BlockQueue queue = new BlockQueue(blocks, importer)) {
            while (!interrupt.isAsked() && chain.head().number() < to) {
                switch (queue.take()) {
                    case BlockQueue.Item.End end -> {
                        return null;
                    }
                    case BlockQueue.Item.Broken(String detail) -> {
                        return new Stop(null, "MALFORMED", detail);
                    }
                    case BlockQueue.Item.Next(Block block) -> {
                        Stop refused = add(importer, block);
                        if (refused != null) {
                            return refused;
                        }
                    }
                }
                progress.show(meter.line(consumed.get(), size, chain.head().number()));
                if (System.nanoTime() - synced > SYNC_NANOS) {
                    store.sync();
                    synced = System.nanoTime();
                }
            }
        } finally {
            progress.clear();
        }
        return null;
    }

    private @Nullable Stop add(ChainImporter importer, Block block) {
        return switch (importer.add(block)) {
            case Step.Imported imported -> {
                meter.add(block.header().gasUsed());
                yield null;
            }
            case Step.Known old -> {
                known++;
                yield null;
            }
            case Step.Refused(var reason, String detail) ->
                    new Stop(block.header().number(), reason.toString(), detail);
        };
    }

    private void report(Blockchain chain, @Nullable Stop stop) {
        long head = chain.head().number();
        ObjectNode json = Output.object();
        json.put("imported", meter.blocks()).put("known", known).put("head", head);
        json.put("headHash", chain.head().hash().toString());
        json.put("stateRoot", chain.world().headRoot().toString());
        json.put("gas", meter.gas()).put("seconds", meter.seconds());
        json.put("blocksPerSecond", meter.blocksPerSecond());
        json.put("mgasPerSecond", meter.megagasPerSecond());
        String text =
                String.format(
                        Locale.ROOT,
                        "imported %d blocks in %.1f s (%.0f blocks/s, %.1f Mgas/s), %d were there"
                                + "%nhead %d %s%nstate root %s",
                        meter.blocks(),
                        meter.seconds(),
                        meter.blocksPerSecond(),
                        meter.megagasPerSecond(),
                        known,
                        head,
                        chain.head().hash(),
                        chain.world().headRoot());
        if (stop != null) {
            ObjectNode error = json.putObject("error");
            error.put("reason", stop.reason).put("detail", stop.detail);
            String which = "a block after " + head;
            if (stop.block != null) {
                error.put("block", stop.block);
                which = "block " + stop.block;
            }
            text += String.format("%nrefused: %s: %s: %s", which, stop.reason, stop.detail);
        }
        output.print(json, text);
    }
}
