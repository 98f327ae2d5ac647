package org.assay.app.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assay.app.KeyFiles;
import org.assay.app.keys.RemoteSigner;
import org.assay.chain.ConfigException;
import org.assay.primitives.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a validator's keys are.
public final class KeyOptions {
    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "The validator's key, mode 0600: a keystore (version 3), or 64 hex digits.")
    private @Nullable Path key;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "The keystore's password, first line of a file of mode 0600.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--remote-signer",
            paramLabel = "URL",
            description =
                    "Sign with a key in a Web3Signer-compatible service instead of --key. Needs"
                            + " --beacon-key on an Assay chain.")
    private @Nullable String remoteSigner;

    @Option(
            names = "--remote-signer-key",
            paramLabel = "ADDRESS",
            description = "Which of the service's keys; needed where it has more than one.")
    private @Nullable String remoteSignerKey;

    @Option(
            names = "--remote-signer-timeout",
            paramLabel = "MILLIS",
            defaultValue = "1000",
            description = "Patience with the service (default: ${DEFAULT-VALUE}).")
    private long remoteSignerMillis;

    @Option(
            names = "--beacon-key",
            paramLabel = "FILE",
            description =
                    "With --remote-signer: the key (hex or keystore) that the beacon key is derived"
                            + " from, as `assay key inspect` shows it.")
    private @Nullable Path beaconKey;

    @Option(
            names = "--node-key",
            paramLabel = "FILE",
            description =
                    "Without --key: the node's identity among peers, 64 hex digits; made in the"
                            + " data directory when absent.")
    private @Nullable Path nodeKey;

    /// The validator's keys, none for a follower. Throws [ConfigException].
    Optional<NodeKeys> validator(Path dataDirectory) {
        if (remoteSigner != null) {
            return Optional.of(remote(remoteSigner, dataDirectory));
        }
        return key == null ? Optional.empty() : Optional.of(NodeKeys.of(readKey(key)));
    }

    /// Whether there is a key at all.
    public boolean isGiven() {
        return key != null || remoteSigner != null;
    }

    /// The keys of a validator that this process is not: to sign its transactions. Throws
    /// [ConfigException].
    public NodeKeys operator() {
        if (key != null && remoteSigner == null) {
            return NodeKeys.of(readKey(key));
        }
        if (remoteSigner == null || key != null) {
            throw new ConfigException(
                    "--key", key == null ? "absent" : "given", "give --key or --remote-signer");
        }
        if (beaconKey == null) {
            throw new ConfigException(
                    "--beacon-key",
                    "absent",
                    "name the file that the node has been given, too; its beacon key follows from"
                            + " it");
        }
        SecretKey beacon = readKey(beaconKey);
        return new NodeKeys(connect(remoteSigner), beacon, NodeKeys.beaconSecret(beacon));
    }

    private RemoteSigner connect(String url) {
        return RemoteSigner.connect(
                url,
                Optional.ofNullable(remoteSignerKey),
                Duration.ofMillis(Math.max(1, remoteSignerMillis)));
    }

    private SecretKey readKey(Path file) {
        return KeyFiles.read(file, Optional.ofNullable(passwordFile));
    }

    private NodeKeys remote(String url, Path dataDirectory) {
        if (key != null) {
            throw new ConfigException(
                    "--remote-signer", url, "cannot be given beside --key; choose one");
        }
        SecretKey identity = identity(dataDirectory);
        return new NodeKeys(
                connect(url),
                identity,
                NodeKeys.beaconSecret(beaconKey == null ? identity : readKey(beaconKey)));
    }

    /// The key by which peers know a node whose validator key is not here.
    SecretKey identity(Path dataDirectory) {
        Path file = nodeKey != null ? nodeKey : dataDirectory.resolve("nodekey");
        if (!java.nio.file.Files.exists(file)) {
            KeyFiles.write(file, SecretKey.generate(new java.security.SecureRandom()));
        }
        return KeyFiles.read(file);
    }
}
