package org.assay.app.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assay.app.JavaCommand;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C in the middle of a demo or of a devnet. The limits are generous; it takes half a
/// second.
@Tag("simulation")
final class DemoEndTest {
    private static final long START_MILLIS_MAX = 120_000;
    private static final long END_SECONDS_MAX = 10;
    private static final int VALIDATORS = 4;

    @TempDir private Path folder;

    private Process run(String... arguments) throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        return new ProcessBuilder(
                        JavaCommand.of(
                                List.of("-Xmx256m", "-Djava.io.tmpdir=" + temporary),
                                List.of(arguments)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static void endsWhole(Process process, Path folder) throws Exception {
        try {
            long end = System.currentTimeMillis() + START_MILLIS_MAX;
            while (process.descendants().count() < VALIDATORS) {
                assertTrue(System.currentTimeMillis() < end && process.isAlive(), "starts");
                Thread.sleep(50);
            }
            List<ProcessHandle> children = process.descendants().toList();
            process.destroy();
            assertTrue(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS), "ends on SIGTERM");
            for (ProcessHandle child : children) {
                assertFalse(child.isAlive(), "nothing runs on: " + child.info());
            }
            try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
                assertEquals(
                        List.of(),
                        left.filter(path -> path.getFileName().toString().startsWith("assay"))
                                .toList());
            }
            String told = Files.readString(folder.resolve("log"));
            assertFalse(told.contains("\tat "), told);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    @Timeout(400)
    void aDemoLeavesNeitherProcessesNorFolders() throws Exception {
        endsWhole(run("demo", "--format", "json"), folder);
    }

    @Test
    @Timeout(400)
    void aDevnetLeavesNeitherProcessesNorFolders() throws Exception {
        endsWhole(run("devnet", "--rpc-port", "0", "--format", "json"), folder);
    }
}
