package org.assay.app.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.TreeMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.Hash;
import org.assay.primitives.UInt256;
import org.assay.primitives.crypto.Keccak;
import org.assay.primitives.state.Account;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.ChainMarker;
import org.assay.storage.Column;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.WriteBatch;
import org.assay.storage.state.StateOptions;
import org.assay.storage.state.WorldState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class DbCommandTest {
    private static final ChainMarker CHAIN = new ChainMarker(1337, new Hash(1, 2, 3, 4));
    private static final Address ADDRESS = Address.ofNumber(7);

    @TempDir private Path temporary = Path.of("");
    private final StringWriter output = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new DbCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(output));
        line.setErr(new PrintWriter(new StringWriter()));
        return line.execute(arguments);
    }

    private RocksStore open() {
        return RocksStore.open(temporary.resolve("node/chain"), CHAIN, StoreOptions.small());
    }

    private String dataDirectory(String name) {
        return "--data-dir=" + temporary.resolve(name);
    }

    private void makeChain() {
        try (RocksStore store = open()) {
            TreeMap<Address, StateDiff.Change> changes = new TreeMap<>();
            Account account = new Account(0, UInt256.ONE, Keccak.EMPTY);
            changes.put(ADDRESS, new StateDiff.Change(account, false, new TreeMap<>()));
            WorldState world = WorldState.open(store, StateOptions.bounded());
            StateDiff genesis = new StateDiff(changes, new TreeMap<>());
            world.commit(world.prepare(genesis), new WriteBatch());
        }
    }

    @Test
    void showsCountsOfAColumnEach() {
        makeChain();
        assertThat(run("stats", dataDirectory("node"))).isZero();
        assertThat(output.toString()).contains("chain 1337").contains("ACCOUNTS");
        assertThat(run("stats", dataDirectory("node"), "--format=json")).isZero();
        assertThat(output.toString()).contains("\"chainId\":1337");
    }

    @Test
    void verifiesACleanDatabaseAndFindsADamagedOne() {
        makeChain();
        assertThat(run("verify", dataDirectory("node"))).isZero();
        assertThat(output.toString()).contains("block 0").contains("1 accounts").contains("clean");
        try (RocksStore store = open()) {
            store.write(
                    new WriteBatch()
                            .put(Column.SLOTS, Bytes.wrap(new byte[52]), Bytes.of((byte) 1)));
        }
        assertThat(run("verify", dataDirectory("node"))).isEqualTo(1);
        assertThat(output.toString()).contains("DAMAGED");
    }

    @Test
    void restoresABackup() {
        makeChain();
        String backup = temporary.resolve("backup").toString();
        assertThat(run("backup", dataDirectory("node"), backup)).isZero();
        assertThat(run("restore", dataDirectory("other"), backup)).isZero();
        assertThat(run("verify", dataDirectory("other"))).isZero();
        assertThat(run("restore", dataDirectory("other"), backup)).isNotZero();
        assertThat(run("stats", dataDirectory("nowhere"))).isNotZero();
    }
}
