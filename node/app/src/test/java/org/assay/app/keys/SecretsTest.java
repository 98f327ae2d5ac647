package org.assay.app.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assay.app.JavaCommand;
import org.assay.app.KeyFiles;
import org.assay.app.client.RpcClient;
import org.assay.app.node.NodeKeys;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A devnet, a node with a keystore, a signer's token and a provider, all logging everything they
/// have: none of their secrets is in a log, on a command line, or in an environment. What `assay
/// dev` and `assay devnet` print of the well-known accounts is public and meant.
@Tag("simulation")
final class SecretsTest {
    private static final long PATIENCE_MILLIS = 120_000;
    private static final String PASSWORD = "correct horse battery staple 4711";
    private static final String TOKEN_SECRET = "5e".repeat(31) + "77";

    @TempDir private Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();

    @AfterEach
    void end() throws Exception {
        for (Process process : processes.reversed()) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private Process run(String name, String... arguments) throws IOException {
        File log = folder.resolve(name + ".log").toFile();
        Process process =
                new ProcessBuilder(
                                JavaCommand.of(
                                        List.of(
                                                "-Xmx256m",
                                                "-XX:TieredStopAtLevel=1",
                                                "-Dassay.log=TRACE"),
                                        List.of(arguments)))
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start();
        processes.add(process);
        return process;
    }

    private Path secretFile(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text + "\n");
    }

    private void keep(String whose, SecretKey key) {
        secrets.put(whose + "'s key", Hex.encode(key.toArray()));
        secrets.put(whose + "'s beacon key", Hex.encode(NodeKeys.of(key).blsSecret()));
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.holds()) {
            assertTrue(System.currentTimeMillis() < end, what);
            Thread.sleep(100);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"), StandardCharsets.ISO_8859_1);
    }

    @Test
    @Timeout(400)
    void noSecretIsInALogOrOnACommandLine() throws Exception {
        Path password = secretFile("password", PASSWORD);
        Path keystore = folder.resolve("keystore.json");
        Process made =
                run(
                        "key",
                        "key",
                        "new",
                        "--light",
                        "--out",
                        keystore.toString(),
                        "--password-file",
                        password.toString());
        assertTrue(made.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, made.exitValue(), () -> read("key"));
        SecretKey provider = SecretKey.generate(new java.security.SecureRandom());
        KeyFiles.write(folder.resolve("provider.key"), provider);
        Path net = folder.resolve("net");
        run(
                "devnet",
                "devnet",
                "--validators",
                "1",
                "--dir",
                net.toString(),
                "--rpc-port",
                "0",
                "--balance",
                provider.address() + "=1000",
                "--format",
                "json");
        await("the devnet is ready", () -> log("devnet").contains("http://127.0.0.1:"));
        String url = log("devnet").replaceFirst("(?s).*?(http://127\\.0\\.0\\.1:[0-9]+).*", "$1");
        run(
                "node",
                "node",
                "--genesis",
                net.resolve("genesis.json").toString(),
                "--data-dir",
                folder.resolve("node").toString(),
                "--key",
                keystore.toString(),
                "--password-file",
                password.toString(),
                "--p2p-port",
                "0",
                "--rpc-port",
                "0",
                "--rpc-jwt-secret",
                secretFile("jwt", TOKEN_SECRET).toString());
        run(
                "provider",
                "provider",
                "start",
                "--rpc",
                url,
                "--key",
                folder.resolve("provider.key").toString(),
                "--journal",
                folder.resolve("journal").toString());
        try (RpcClient rpc = new RpcClient(url)) {
            await(
                    "the provider registers",
                    () ->
                            RpcClient.quantity(
                                            rpc.call(
                                                    "eth_getTransactionCount",
                                                    provider.address().toString(),
                                                    "latest"))
                                    > 0);
        }
        await("the node is ready", () -> log("node").contains("ready:"));
        keep("the provider", provider);
        keep("the node", KeyFiles.read(keystore, Optional.of(password)));
        keep("the validator", KeyFiles.read(net.resolve("validator0.key")));
        secrets.put("the password", PASSWORD);
        secrets.put("the token's secret", TOKEN_SECRET);
        checkProcesses();
        checkLogs();
    }

    private String read(String name) {
        try {
            return log(name);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Command lines and environments, as any user of the machine sees them.
    private void checkProcesses() throws IOException {
        int seen = 0;
        for (Process process : processes) {
            Stream<ProcessHandle> family =
                    Stream.concat(Stream.of(process.toHandle()), process.descendants());
            for (ProcessHandle handle : family.toList()) {
                for (String part : List.of("cmdline", "environ")) {
                    Path file = Path.of("/proc", Long.toString(handle.pid()), part);
                    if (handle.isAlive() && Files.isReadable(file)) {
                        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                        secrets.forEach((whose, secret) -> absent(whose, secret, part, text));
                        seen++;
                    }
                }
            }
        }
        assertTrue(seen >= 8, "four processes were looked at");
    }

    private void checkLogs() throws IOException {
        int debugLines = 0;
        List<Path> logs;
        try (Stream<Path> files = Files.walk(folder)) {
            logs = files.filter(file -> file.toString().endsWith(".log")).toList();
        }
        for (Path file : logs) {
            if (file.toString().contains("/chain/")) {
                continue; // the database's own
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            debugLines += text.split(" DEBUG | TRACE ", -1).length - 1;
            secrets.forEach((whose, secret) -> absent(whose, secret, file.toString(), text));
        }
        assertTrue(logs.size() >= 5 && debugLines > 20, "they say all they have: " + debugLines);
    }

    private static void absent(String whose, String secret, String where, String text) {
        String bare = secret.toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
        assertFalse(text.toLowerCase(Locale.ROOT).contains(bare), whose + " is in " + where);
    }

    /// What this test would see if a key were printed.
    @Test
    void seesASecretThatIsThere() throws Exception {
        JsonNode keys =
                new ObjectMapper()
                        .readTree("{\"key\":\"0x" + TOKEN_SECRET.toUpperCase(Locale.ROOT) + "\"}");
        org.junit.jupiter.api.Assertions.assertThrows(
                AssertionError.class,
                () -> absent("it", "0x" + TOKEN_SECRET, "here", keys.toString()));
    }
}
