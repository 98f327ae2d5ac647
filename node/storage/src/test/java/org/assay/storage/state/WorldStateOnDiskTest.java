package org.assay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assay.primitives.Hash;
import org.assay.primitives.state.StateDiff;
import org.assay.storage.ChainMarker;
import org.assay.storage.RocksStore;
import org.assay.storage.StoreOptions;
import org.assay.storage.WriteBatch;
import org.assay.testkit.Seeds;
import org.junit.jupiter.api.io.TempDir;

/// The world state over RocksDB: reopened, and cut off in the middle of its log.
final class WorldStateOnDiskTest {
    private static final ChainMarker CHAIN = new ChainMarker(1, Hash.ZERO);
    private static final StateOptions OPTIONS = new StateOptions(5, false, 1 << 20);

    @TempDir private Path folder = Path.of("");

    private RocksStore open() {
        return RocksStore.open(folder, CHAIN, StoreOptions.small());
    }

    @Seeds(8)
    void isWhatItWasAfterReopening(RandomGenerator random) {
        StateModel model = new StateModel();
        List<StateModel> past = new ArrayList<>();
        for (int session = 0; session < 3; session++) {
            try (RocksStore store = open()) {
                WorldState world = WorldState.open(store, OPTIONS);
                for (int i = 0; i < 4; i++) {
                    StateDiff diff = model.randomDiff(random);
                    model.apply(diff);
                    world.commit(world.prepare(diff), new WriteBatch());
                    past.add(model.copy());
                }
                assertThat(world.headRoot()).isEqualTo(model.root());
                for (int block = 0; block < past.size(); block++) {
                    past.get(block).assertReadsEqual(world.at(block).orElseThrow());
                }
            }
        }
    }

    @Seeds(15)
    void isAtABlockWhereverTheLogEnds(RandomGenerator random) throws IOException {
        List<StateModel> past = new ArrayList<>();
        past.add(new StateModel());
        try (RocksStore store = open()) {
            WorldState world = WorldState.open(store, OPTIONS);
            for (int block = 0; block < 6; block++) {
                StateModel model = past.getLast().copy();
                StateDiff diff = model.randomDiff(random);
                model.apply(diff);
                world.commit(world.prepare(diff), new WriteBatch());
                past.add(model);
            }
        }
        Path log;
        try (var files = Files.list(folder)) {
            log =
                    files.filter(file -> file.toString().endsWith(".log"))
                            .max(Comparator.comparingLong(file -> file.toFile().length()))
                            .orElseThrow();
        }
        try (var channel = Files.newByteChannel(log, StandardOpenOption.WRITE)) {
            channel.truncate(random.nextLong(channel.size() + 1));
        }
        try (RocksStore store = open()) {
            WorldState world = WorldState.open(store, OPTIONS);
            int head = (int) world.headNumber();
            StateModel found = past.get(head + 1);
            assertThat(world.headRoot()).isEqualTo(found.root());
            found.assertReadsEqual(world.head());
            for (int block = 0; block <= head; block++) {
                past.get(block + 1).assertReadsEqual(world.at(block).orElseThrow());
            }
            StateDiff diff = found.randomDiff(random);
            found.apply(diff);
            world.commit(world.prepare(diff), new WriteBatch());
            assertThat(world.headRoot()).isEqualTo(found.root());
        }
    }
}
