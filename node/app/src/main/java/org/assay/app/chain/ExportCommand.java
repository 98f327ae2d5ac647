package org.assay.app.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.assay.app.DataFolder;
import org.assay.app.Output;
import org.assay.app.Progress;
import org.assay.chain.ChainFile;
import org.assay.chain.ConfigException;
import org.assay.chain.StoredBlocks;
import org.assay.primitives.Bytes;
import org.assay.primitives.block.Block;
import org.assay.primitives.rlp.RlpException;
import org.assay.storage.RocksStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `assay export`: a chain as a file that geth, Besu and `assay import` read. Written beside the
/// file and renamed at the end, so that what bears its name is whole.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes the blocks of a data folder into a chain file.",
            "",
            "Headers of Assay and QBFT chains are written without seals and with round 0: their"
                    + " keccak is then the block hash for any engine. A name that ends in .gz is"
                    + " gzipped. A plain export that was stopped goes on where it was."
        })
public final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 16;

    @Mixin private DataFolder data = new DataFolder();
    @Mixin private Output output = new Output();

    @Option(
            names = "--from",
            paramLabel = "HEIGHT",
            description = "The first block (default: ${DEFAULT-VALUE}).")
    private long from = 1;

    @Option(names = "--to", paramLabel = "HEIGHT", description = "The last block (default: head).")
    private long to = Long.MAX_VALUE;

    @Parameters(paramLabel = "FILE", description = "The chain file to write.")
    private Path file = Path.of("");

    private final Meter meter = new Meter();

    @Override
    public Integer call() throws IOException {
        boolean zipped = file.toString().endsWith(".gz");
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Interrupt interrupt = new Interrupt();
        try (interrupt;
                RocksStore store = data.open()) {
            StoredBlocks blocks = new StoredBlocks(store);
            meter.begin();
            long last = checkRange(blocks.headNumber());
            long next = zipped ? from : resume(part, blocks);
            boolean append = next > from;
            try (OutputStream sink = open(part, append, zipped)) {
                next = write(blocks, next, last, sink, interrupt);
            }
            boolean whole = next > last;
            if (whole) {
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } else if (zipped) {
                Files.delete(part);
            }
            report(next, last, whole);
            return whole ? 0 : Interrupt.STATUS;
        }
    }

    private long checkRange(long head) {
        long last = Math.min(to, head);
        if (from < 0 || from > last) {
            throw new ConfigException(
                    "--from",
                    Long.toString(from),
                    "the chain here has blocks 0 to " + head + "; choose from these");
        }
        if (to != Long.MAX_VALUE && to > head) {
            throw new ConfigException(
                    "--to", Long.toString(to), "the chain here ends at block " + head);
        }
        return last;
    }

    /// Where an earlier export of the same blocks was stopped, its last incomplete block cut off.
    private long resume(Path part, StoredBlocks blocks) throws IOException {
        if (!Files.exists(part)) {
            return from;
        }
        long next = from;
        long whole = 0;
        try (InputStream source = Files.newInputStream(part);
                ChainFile written = new ChainFile(source)) {
            Optional<Bytes> encoded = written.next();
            while (encoded.isPresent() && isOurs(encoded.get(), next, blocks)) {
                next++;
                whole = written.offset();
                encoded = written.next();
            }
        } catch (ChainFile.BrokenException cutShort) {
            // What is whole is kept.
        }
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.truncate(whole);
        }
        return next;
    }

    private static boolean isOurs(Bytes encoded, long number, StoredBlocks blocks) {
        try {
            return Block.decode(encoded).header().number() == number
                    && blocks.exportedAt(number)
                            .map(block -> Bytes.wrap(block.encode()).equals(encoded))
                            .orElse(false);
        } catch (RlpException notABlock) {
            return false;
        }
    }

    private static OutputStream open(Path part, boolean append, boolean zipped) throws IOException {
        OutputStream plain = new FileOutputStream(part.toFile(), append);
        return new BufferedOutputStream(
                zipped ? new GZIPOutputStream(plain, BUFFER_BYTES) : plain, BUFFER_BYTES);
    }

    /// The first block not written.
    private long write(
            StoredBlocks blocks, long first, long last, OutputStream sink, Interrupt interrupt)
            throws IOException {
        Progress progress = output.progress();
        long number = first;
        while (number <= last && !interrupt.isAsked()) {
            Block block = blocks.exportedAt(number).orElseThrow();
            sink.write(block.encode());
            meter.add(block.header().gasUsed());
            number++;
            progress.show(meter.line(number - from, last - from + 1, number - 1));
        }
        progress.clear();
        return number;
    }

    private void report(long next, long last, boolean whole) {
        ObjectNode json = Output.object();
        json.put("file", file.toString()).put("from", from).put("to", next - 1);
        json.put("written", meter.blocks()).put("complete", whole);
        json.put("seconds", meter.seconds());
        String text =
                whole
                        ? String.format(
                                Locale.ROOT,
                                "exported blocks %d to %d to %s in %.1f s (%d were written before)",
                                from,
                                last,
                                file,
                                meter.seconds(),
                                last - from + 1 - meter.blocks())
                        : "stopped before block " + next + "; the same command goes on from there";
        output.print(json, text);
    }
}
