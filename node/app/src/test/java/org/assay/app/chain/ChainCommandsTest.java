package org.assay.app.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipFile;
import org.assay.app.Main;
import org.assay.testkit.Shared;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `assay import` and `assay export` on the chain of the execution APIs, which has every fork.
@Tag("reference")
final class ChainCommandsTest {
    private static final String HEAD =
            "0xd226371d0b1551adb03fb52b71f08e3e11247fe9b1af994768af8cdaa8e7dcd7";

    @TempDir private Path folder = Path.of("");

    private byte[] chain = new byte[0];

    @BeforeEach
    void unpack() throws IOException {
        Path corpus = Shared.path("corpora/rpc-conformance.zip");
        try (ZipFile zip = new ZipFile(corpus.toFile())) {
            chain = read(zip, "execution-apis/chain.rlp");
            Files.write(folder.resolve("genesis.json"), read(zip, "execution-apis/genesis.json"));
        }
        Files.write(folder.resolve("chain.rlp"), chain);
    }

    private static byte[] read(ZipFile zip, String entry) throws IOException {
        return zip.getInputStream(zip.getEntry(entry)).readAllBytes();
    }

    private String run(int status, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output, true);
        int exit = Main.commandLine().setOut(writer).setErr(writer).execute(arguments);
        assertThat(exit).as(output.toString()).isEqualTo(status);
        return output.toString();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String importFile(int status, String file, String... more) {
        String[] fixed = {"import", "--genesis", path("genesis.json"), "--data", path("data")};
        String[] all = Arrays.copyOf(fixed, fixed.length + more.length + 1);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        all[all.length - 1] = path(file);
        return run(status, all);
    }

    @Test
    void exportsWhatItImported() throws IOException {
        assertThat(importFile(0, "chain.rlp")).contains("imported 54 blocks", HEAD);
        run(0, "export", "--data", path("data"), path("out.rlp"));
        assertThat(Files.readAllBytes(folder.resolve("out.rlp"))).isEqualTo(chain);
    }

    @Test
    void goesOnWhereAnImportEnded() {
        assertThat(importFile(0, "chain.rlp", "--to", "36")).contains("imported 36 blocks");
        assertThat(importFile(0, "chain.rlp", "--format", "json"))
                .contains("\"imported\":18", "\"known\":36", HEAD);
    }

    @Test
    void goesOnWhereAnExportEnded() throws IOException {
        importFile(0, "chain.rlp");
        Files.write(folder.resolve("out.rlp.part"), Arrays.copyOf(chain, chain.length - 1));
        assertThat(run(0, "export", "--data", path("data"), path("out.rlp")))
                .contains("(53 were written before)");
        assertThat(Files.readAllBytes(folder.resolve("out.rlp"))).isEqualTo(chain);
    }

    @Test
    void readsAndWritesGzip() throws IOException {
        try (var zipped = new GZIPOutputStream(Files.newOutputStream(folder.resolve("c.gz")))) {
            zipped.write(chain);
        }
        assertThat(importFile(0, "c.gz")).contains(HEAD);
        run(0, "export", "--data", path("data"), "--from", "1", path("out.gz"));
        assertThat(importFile(0, "out.gz")).contains("imported 0 blocks", "54 were there");
    }

    @Test
    void namesTheBlockItRefuses() throws IOException {
        chain[3 + 3 + 33 + 33 + 21 + 1] ^= 1; // The state root of block 1.
        Files.write(folder.resolve("bad.rlp"), chain);
        assertThat(importFile(1, "bad.rlp")).contains("refused: block 1: INVALID_STATE_ROOT");
    }

    @Test
    void saysWhereAFileIsCutShort() throws IOException {
        Files.write(folder.resolve("cut.rlp"), Arrays.copyOf(chain, chain.length - 1));
        assertThat(importFile(1, "cut.rlp"))
                .contains("imported 53 blocks", "the file ends inside the block that begins at");
    }

    @Test
    void refusesBlocksThatAreNotThere() {
        importFile(0, "chain.rlp");
        assertThat(run(2, "export", "--data", path("data"), "--from", "55", path("out.rlp")))
                .contains("--from", "blocks 0 to 54");
    }
}
