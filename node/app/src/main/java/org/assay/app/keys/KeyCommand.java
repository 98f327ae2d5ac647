package org.assay.app.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.assay.app.KeyFiles;
import org.assay.app.Output;
import org.assay.app.node.NodeKeys;
import org.assay.chain.ConfigException;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hex;
import org.assay.primitives.crypto.Bls;
import org.assay.primitives.crypto.Keystore;
import org.assay.primitives.crypto.Secp256k1;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `assay key`: keys in encrypted files.
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = "Make, import, list and inspect encrypted keys (keystore version 3).",
        subcommands = {
            KeyCommand.New.class,
            KeyCommand.Import.class,
            KeyCommand.ListKeys.class,
            KeyCommand.Inspect.class
        })
public final class KeyCommand implements Runnable {
    private static final DateTimeFormatter NAME_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.nnnnnnnnn'Z'")
                    .withZone(ZoneOffset.UTC);

    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    /// Where a new keystore goes and how hard it is to open.
    static final class Target {
        @Option(
                names = "--out",
                paramLabel = "FILE",
                description = "The file to write; never written over.")
        private @Nullable Path out;

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                defaultValue = "keys",
                description =
                        "Without --out: the folder to write UTC--TIME--ADDRESS to (default:"
                                + " ${DEFAULT-VALUE}).")
        private Path folder = Path.of("keys");

        @Option(
                names = "--light",
                description =
                        "A cheap derivation (4 MiB instead of 256), for keys that protect little.")
        private boolean light;

        @Mixin private PasswordOptions password = new PasswordOptions();

        @Mixin private Output output = new Output();

        void write(SecretKey key) {
            Path file =
                    out != null
                            ? out
                            : folder.resolve(
                                    "UTC--"
                                            + NAME_TIME.format(Instant.now())
                                            + "--"
                                            + Hex.encodeBare(key.address().toArray()));
            SecureRandom random = new SecureRandom();
            Keystore.Derivation derivation =
                    light ? Keystore.lightScrypt(random) : Keystore.standardScrypt(random);
            KeyFiles.write(file, key, password.fresh(), derivation);
            output.print(
                    Output.object()
                            .put("address", key.address().toString())
                            .put("file", file.toString()));
        }
    }

    @Command(
            name = "new",
            mixinStandardHelpOptions = true,
            description = "Make a key and write it encrypted.")
    static final class New implements Callable<Integer> {
        @Mixin private Target target = new Target();

        @Override
        public Integer call() {
            target.write(SecretKey.generate(new SecureRandom()));
            return 0;
        }
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Encrypt a key that a file holds as 64 hex digits; the file stays.")
    static final class Import implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "A file of mode 0600.")
        private Path source = Path.of("");

        @Mixin private Target target = new Target();

        @Override
        public Integer call() {
            target.write(KeyFiles.read(source));
            return 0;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "The keys in a folder: address, kind, file.")
    static final class ListKeys implements Callable<Integer> {
        @Option(
                names = "--dir",
                paramLabel = "DIR",
                defaultValue = "keys",
                description = "The folder (default: ${DEFAULT-VALUE}).")
        private Path folder = Path.of("keys");

        @Mixin private Output output = new Output();

        @Override
        public Integer call() throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().filter(Files::isRegularFile).toList()) {
                    describe(file).ifPresent(found -> print(found, file));
                }
            } catch (java.nio.file.NoSuchFileException | NotDirectoryException e) {
                throw new ConfigException("--dir", folder.toString(), "there is no such folder");
            }
            return 0;
        }

        private void print(Found found, Path file) {
            ObjectNode json = Output.object().put("file", file.toString());
            json.put("address", found.address().map(Address::toString).orElse(null));
            json.put("encrypted", found.encrypted());
            output.print(
                    json,
                    found.address().map(Address::toString).orElse("address not written")
                            + (found.encrypted() ? "  encrypted  " : "  UNENCRYPTED  ")
                            + file);
        }

        private record Found(Optional<Address> address, boolean encrypted) {}

        private static Optional<Found> describe(Path file) throws IOException {
            if (Files.size(file) > KeystoreFile.SIZE_MAX) {
                return Optional.empty();
            }
            String text =
                    new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8);
            if (KeystoreFile.parse(text) instanceof KeystoreFile.Parsed.Read(KeystoreFile read)) {
                return Optional.of(new Found(read.address(), true));
            }
            String bare = text.trim();
            return bare.matches("(0x)?[0-9a-fA-F]{64}")
                    ? Optional.of(
                            new Found(Optional.of(SecretKey.of(Hex.decode(bare)).address()), false))
                    : Optional.empty();
        }
    }

    @Command(
            name = "inspect",
            mixinStandardHelpOptions = true,
            description = {
                "What a key is known by: address, public key, node id, and the beacon key with its",
                "proof of possession. The secret is never shown."
            })
    static final class Inspect implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "A keystore or a file of 64 hex digits.")
        private Path file = Path.of("");

        @Mixin private PasswordOptions password = new PasswordOptions();
        @Mixin private Output output = new Output();

        @Override
        public Integer call() {
            String text = KeyFiles.content("FILE", file, KeystoreFile.SIZE_MAX);
            SecretKey key =
                    text.stripLeading().startsWith("{")
                            ? KeyFiles.open(file, text, password.known())
                            : KeyFiles.read(file);
            NodeKeys keys = NodeKeys.of(key);
            Bytes publicKey = Bytes.wrap(Secp256k1.publicKey(key));
            ObjectNode facts = Output.object();
            facts.put("address", key.address().toString());
            facts.put("publicKey", publicKey.toString());
            facts.put("nodeId", Hex.encodeBare(publicKey.unsafeArray()));
            facts.put("beaconKey", keys.blsPublicKey().toString());
            facts.put("beaconKeyPossession", Bls.provePossession(keys.blsSecret()).toString());
            output.print(facts);
            return 0;
        }
    }
}
