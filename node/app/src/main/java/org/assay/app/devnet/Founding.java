package org.assay.app.devnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.assay.app.KeyFiles;
import org.assay.app.node.NodeKeys;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.chain.genesis.GenesisWriter;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.crypto.SecretKey;

/// What a new network is to be, and the writing of its files: `genesis.json`, and
/// `validatorN.key` for each validator. Milliseconds, seconds, blocks, wei.
///
/// `emission` is a policy object's JSON or a preset's name in quotes; absent, the network is
/// plain QBFT without Assay's rules. With `seed` the keys follow from it: the same files every
/// time, and no secret at all.
public record Founding(
        long chainId,
        int validators,
        long timestamp,
        long gasLimit,
        long periodMillis,
        long epochBlocks,
        SortedMap<Address, UInt256> balances,
        List<Bytes> templates,
        Optional<String> emission,
        Address treasury,
        GenesisPlan.Work work,
        Optional<String> seed) {
    public static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);
    private static final UInt256 STAKE = COIN.multiply(UInt256.of(1_000));

    /// Pays a validator's first prologues; later ones are refunded.
    private static final UInt256 FIRST_BALANCE = COIN.multiply(UInt256.of(10));

    /// The validators' keys, in the order of their files.
    public List<NodeKeys> keys() {
        SecureRandom random = new SecureRandom();
        List<NodeKeys> keys = new ArrayList<>();
        for (int i = 0; i < validators; i++) {
            String name = "assay-validator " + seed.orElse("") + " " + i;
            SecretKey key =
                    seed.isEmpty()
                            ? SecretKey.generate(random)
                            : SecretKey.of(
                                    Keccak.hash256(
                                                    name.getBytes(
                                                            java.nio.charset.StandardCharsets
                                                                    .UTF_8))
                                            .toArray());
            keys.add(NodeKeys.of(key));
        }
        return keys;
    }

    /// The genesis file for `keys`. Throws [org.assay.chain.ConfigException].
    public String genesis(List<NodeKeys> keys) {
        if (emission.isEmpty()) {
            return PlainGenesis.write(
                    chainId,
                    timestamp,
                    gasLimit,
                    periodMillis,
                    keys.stream().map(NodeKeys::address).toList(),
                    balances);
        }
        long seconds = periodMillis / 1_000;
        return GenesisWriter.write(
                new GenesisPlan(
                        chainId,
                        timestamp,
                        gasLimit,
                        new GenesisPlan.Timing(seconds, Math.max(2, 2 * seconds), epochBlocks),
                        keys.stream().map(Founding::validator).toList(),
                        balances,
                        templates,
                        emission.get(),
                        treasury,
                        work));
    }

    private static GenesisPlan.Validator validator(NodeKeys keys) {
        return new GenesisPlan.Validator(keys.address(), keys.blsPublicKey(), STAKE, FIRST_BALANCE);
    }

    /// Writes genesis and unencrypted keys into `folder`; answers the keys.
    public List<NodeKeys> write(Path folder) throws IOException {
        List<NodeKeys> keys = keys();
        Files.createDirectories(folder);
        for (int i = 0; i < keys.size(); i++) {
            KeyFiles.write(keyFile(folder, i), keys.get(i).key());
        }
        Files.writeString(folder.resolve("genesis.json"), genesis(keys));
        return keys;
    }

    public static Path keyFile(Path folder, int index) {
        return folder.resolve("validator" + index + ".key");
    }
}
