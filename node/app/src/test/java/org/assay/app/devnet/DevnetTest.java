package org.assay.app.devnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assay.app.KeyFiles;
import org.assay.app.Main;
import org.assay.chain.ChainSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class DevnetTest {
    @TempDir private Path folder;

    private static int run(StringWriter text, Object... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(text, true));
        line.setErr(new PrintWriter(text, true));
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return line.execute(words);
    }

    private int found(String name, Object... more) {
        Object[] arguments = new Object[more.length + 6];
        Object[] first = {"genesis", "new", "--treasury", "0x" + "11".repeat(20), "--out", ""};
        System.arraycopy(first, 0, arguments, 0, 6);
        arguments[5] = folder.resolve(name);
        System.arraycopy(more, 0, arguments, 6, more.length);
        return run(new StringWriter(), arguments);
    }

    @Test
    @Timeout(120)
    void runsOneProcessPerValidatorUntilTheBlockAskedFor() {
        assertEquals(
                0,
                run(
                        new StringWriter(),
                        "devnet",
                        "--validators",
                        "2",
                        "--rpc-port",
                        "0",
                        "--heap",
                        "256",
                        "--blocks",
                        "2"));
    }

    @Test
    @Timeout(120)
    void runsInOneProcessFasterThanASecondWithoutEmission() throws Exception {
        Path dir = folder.resolve("net");
        assertEquals(
                0,
                run(
                        new StringWriter(),
                        "devnet",
                        "--in-process",
                        "--block-time",
                        "0.25",
                        "--rpc-port",
                        "0",
                        "--dir",
                        dir,
                        "--blocks",
                        "6"));
        ChainSpec spec = ChainSpec.parse(Files.readString(dir.resolve("genesis.json")));
        assertTrue(spec.assay().isEmpty());
        assertEquals(250, spec.qbft().orElseThrow().first().blockPeriodMillis());
    }

    @Test
    void writesTheSameFilesFromTheSameSeedAndOthersWithoutOne() throws Exception {
        assertEquals(0, found("a", "--seed", "s", "--validators", "3"));
        assertEquals(0, found("b", "--seed", "s", "--validators", "3"));
        assertEquals(0, found("c", "--validators", "3"));
        for (String file : new String[] {"genesis.json", "static-nodes.json", "validator2.key"}) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("a").resolve(file)),
                    Files.readAllBytes(folder.resolve("b").resolve(file)),
                    file);
        }
        assertTrue(
                !KeyFiles.read(folder.resolve("c").resolve("validator0.key"))
                        .address()
                        .equals(
                                KeyFiles.read(folder.resolve("a").resolve("validator0.key"))
                                        .address()));
    }

    @Test
    void refusesWhatNoNetworkCanBe() {
        assertEquals(0, found("n"));
        assertEquals(2, found("n"), "a network is never written over");
        assertEquals(2, found("v", "--validators", "0"));
        assertEquals(2, found("t", "--block-time", "1.5"));
        assertEquals(2, found("p", "--policy", "nonsense"));
        assertEquals(2, found("h", "--hosts", "one:30303"));
        assertEquals(2, run(new StringWriter(), "genesis", "new", "--out", folder.resolve("x")));
    }
}
