package org.assay.app.devnet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.assay.app.KeyFiles;
import org.assay.app.Output;
import org.assay.app.node.NodeKeys;
import org.assay.chain.Blockchain;
import org.assay.chain.ChainSpec;
import org.assay.chain.ConfigException;
import org.assay.chain.Emissions;
import org.assay.chain.genesis.GenesisPlan;
import org.assay.p2p.Enode;
import org.assay.primitives.crypto.Keystore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `assay genesis`: the files of new networks.
@Command(
        name = "genesis",
        mixinStandardHelpOptions = true,
        description = "Found a network: its genesis file, its validators' keys and node records.",
        subcommands = {GenesisCommand.New.class})
public final class GenesisCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    @Command(
            name = "new",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Write genesis.json, a key for each validator, and static-nodes.json with their",
                "node records into a folder; then say how to start each."
            })
    static final class New implements Callable<Integer> {
        /// How long verdicts may be disputed, and the like.
        enum Pace {
            STANDARD,
            QUICK
        }

        @Option(
                names = "--out",
                required = true,
                paramLabel = "DIR",
                description = "The folder to write to; must not hold a network yet.")
        private Path folder = Path.of("");

        @Mixin private NetworkOptions network = new NetworkOptions();

        @Option(
                names = "--hosts",
                split = ",",
                paramLabel = "HOST:PORT",
                description =
                        "Where the validators will listen for peers (default: 127.0.0.1:30303 and"
                                + " on).")
        private List<String> hosts = new ArrayList<>();

        @Option(
                names = "--work",
                defaultValue = "standard",
                description =
                        "Periods of the work contracts: standard (a day to challenge) or quick"
                                + " (seconds) (default: ${DEFAULT-VALUE}).")
        private Pace pace = Pace.STANDARD;

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "Encrypt the keys with this file's password.")
        private @Nullable Path passwordFile;

        @Mixin private Output output = new Output();

        @Override
        public Integer call() throws IOException {
            if (Files.exists(folder.resolve("genesis.json"))) {
                throw new ConfigException(
                        "--out", folder.toString(), "holds a genesis.json already");
            }
            Founding founding =
                    network.founding(
                            List.of(),
                            pace == Pace.QUICK
                                    ? GenesisPlan.Work.QUICK
                                    : GenesisPlan.Work.STANDARD);
            List<NodeKeys> keys = founding.keys();
            List<Enode> records = records(keys);
            String genesis = founding.genesis(keys);
            ChainSpec chain = ChainSpec.parse(genesis);
            chain.assay().ifPresent(Emissions::policyOf);
            Files.createDirectories(folder);
            String password = passwordFile == null ? null : KeyFiles.password(passwordFile);
            for (int i = 0; i < keys.size(); i++) {
                writeKey(Founding.keyFile(folder, i), keys.get(i), password);
            }
            ArrayNode nodes = new ObjectMapper().createArrayNode();
            records.forEach(record -> nodes.add(record.toString()));
            Files.writeString(folder.resolve("static-nodes.json"), nodes.toPrettyString() + "\n");
            Files.writeString(folder.resolve("genesis.json"), genesis + "\n");
            report(founding, chain, keys, records);
            return 0;
        }

        private static void writeKey(Path file, NodeKeys keys, @Nullable String password) {
            if (password == null) {
                KeyFiles.write(file, keys.key());
            } else {
                KeyFiles.write(
                        file, keys.key(), password, Keystore.standardScrypt(new SecureRandom()));
            }
        }

        private List<Enode> records(List<NodeKeys> keys) {
            if (!hosts.isEmpty() && hosts.size() != keys.size()) {
                throw new ConfigException(
                        "--hosts", hosts.size() + " given", "give one for each validator");
            }
            List<Enode> records = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                String host = hosts.isEmpty() ? "127.0.0.1:" + (30_303 + i) : hosts.get(i);
                int colon = host.lastIndexOf(':');
                try {
                    records.add(
                            Enode.of(
                                    keys.get(i).key(),
                                    host.substring(0, colon),
                                    Integer.parseInt(host.substring(colon + 1))));
                } catch (NumberFormatException | IndexOutOfBoundsException e) {
                    throw new ConfigException("--hosts", host, "write it as HOST:PORT");
                }
            }
            return records;
        }

        private void report(
                Founding founding, ChainSpec chain, List<NodeKeys> keys, List<Enode> records) {
            if (output.isJson()) {
                output.print(json(founding, chain, keys, records));
                return;
            }
            PrintWriter out = output.out();
            out.println("chain id      " + chain.chainId());
            out.println("genesis hash  " + Blockchain.genesisBlock(chain).header().hash());
            if (founding.seed().isPresent()) {
                out.println("WARNING       these keys follow from the seed and are no secret");
            }
            if (!network.isStandard()) {
                out.println("WARNING       blocks of less than a second are NOT STANDARD");
            }
            for (int i = 0; i < keys.size(); i++) {
                out.println("validator " + i + "   " + keys.get(i).address());
            }
            out.println();
            out.println("Start validator N on its machine, with only its own key there:");
            String peers = String.join(",", records.stream().map(Enode::toString).toList());
            for (int i = 0; i < keys.size(); i++) {
                out.println("  " + start(i, records, peers));
            }
            out.flush();
        }

        private ObjectNode json(
                Founding founding, ChainSpec chain, List<NodeKeys> keys, List<Enode> records) {
            ObjectNode json = Output.object().put("chainId", chain.chainId().toString());
            json.put("genesisHash", Blockchain.genesisBlock(chain).header().hash().toString());
            json.put("genesis", folder.resolve("genesis.json").toString());
            json.put("secretKeys", founding.seed().isEmpty());
            json.put("standard", network.isStandard());
            String peers = String.join(",", records.stream().map(Enode::toString).toList());
            ArrayNode validators = json.putArray("validators");
            for (int i = 0; i < keys.size(); i++) {
                validators
                        .addObject()
                        .put("address", keys.get(i).address().toString())
                        .put("key", Founding.keyFile(folder, i).toString())
                        .put("enode", records.get(i).toString())
                        .put("start", start(i, records, peers));
            }
            return json;
        }

        /// The command that starts validator `i`.
        private String start(int i, List<Enode> records, String peers) {
            return "assay node --genesis "
                    + folder.resolve("genesis.json")
                    + " --data-dir data"
                    + i
                    + " --key "
                    + Founding.keyFile(folder, i)
                    + (passwordFile == null ? "" : " --password-file " + passwordFile)
                    + " --p2p-host 0.0.0.0 --p2p-port "
                    + records.get(i).tcpPort()
                    + " --rpc-port "
                    + (8_545 + i)
                    + " --static-peers "
                    + peers;
        }
    }
}
