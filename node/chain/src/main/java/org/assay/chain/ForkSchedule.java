package org.assay.chain;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assay.evm.BlobSchedule;
import org.assay.evm.Fork;
import org.assay.primitives.UInt256;

/// When each fork begins: by block number up to London, by [Merge] for Paris, by timestamp since.
/// Also what changes by itself: the blob parameters (EIP-7840, EIP-7892), and by how many blocks
/// the difficulty bomb is put off.
public record ForkSchedule(
        SortedMap<Long, Fork> byNumber,
        SortedMap<Long, Long> bombDelays,
        Merge merge,
        SortedMap<Long, Fork> byTime,
        SortedMap<Long, BlobSchedule> blobsByTime) {

    private static final Map<String, Fork> NUMBER_KEYS =
            Map.of(
                    "homesteadBlock", Fork.HOMESTEAD,
                    "eip150Block", Fork.TANGERINE_WHISTLE,
                    "eip158Block", Fork.SPURIOUS_DRAGON,
                    "byzantiumBlock", Fork.BYZANTIUM,
                    "constantinopleBlock", Fork.CONSTANTINOPLE,
                    "petersburgBlock", Fork.PETERSBURG,
                    "istanbulBlock", Fork.ISTANBUL,
                    "berlinBlock", Fork.BERLIN,
                    "londonBlock", Fork.LONDON);

    /// Blocks that the bomb is put off from a fork on (EIP-649, 1234, 2384, 3554, 4345, 5133).
    private static final Map<String, Long> BOMB_DELAYS =
            Map.of(
                    "byzantiumBlock", 3_000_000L,
                    "constantinopleBlock", 5_000_000L,
                    "muirGlacierBlock", 9_000_000L,
                    "londonBlock", 9_700_000L,
                    "arrowGlacierBlock", 10_700_000L,
                    "grayGlacierBlock", 11_400_000L);

    private static final Map<String, Fork> TIME_KEYS =
            Map.of(
                    "shanghaiTime", Fork.SHANGHAI,
                    "cancunTime", Fork.CANCUN,
                    "pragueTime", Fork.PRAGUE,
                    "osakaTime", Fork.OSAKA);

    private static final Map<String, BlobSchedule> KNOWN_BLOBS =
            Map.of(
                    "cancun", BlobSchedule.CANCUN,
                    "prague", BlobSchedule.PRAGUE,
                    "osaka", BlobSchedule.PRAGUE,
                    "bpo1", BlobSchedule.BPO1,
                    "bpo2", BlobSchedule.BPO2);

    private static final List<String> BLOB_KEYS =
            List.of("cancun", "prague", "osaka", "bpo1", "bpo2", "bpo3", "bpo4", "bpo5");

    /// `genesisDifficulty` is part of the total; a chain of ours is `withoutWork` from its start.
    static ForkSchedule parse(ConfigReader config, UInt256 genesisDifficulty, boolean withoutWork) {
        TreeMap<Long, Fork> byNumber = new TreeMap<>();
        byNumber.put(0L, Fork.FRONTIER);
        putForks(config, NUMBER_KEYS, byNumber);
        TreeMap<Long, Fork> byTime = new TreeMap<>();
        putForks(config, TIME_KEYS, byTime);
        TreeMap<Long, BlobSchedule> blobs = new TreeMap<>();
        for (String key : BLOB_KEYS) {
            Optional<Long> time = config.optionalLong(key + "Time");
            Optional<BlobSchedule> parameters = blobs(config, key);
            if (time.isPresent() && parameters.isPresent()) {
                blobs.put(time.get(), parameters.get());
            }
        }
        Optional<UInt256> terminal = config.number("terminalTotalDifficulty");
        Optional<Long> mergeBlock = config.optionalLong("mergeNetsplitBlock");
        boolean fromGenesis =
                withoutWork
                        || mergeBlock.filter(start -> start == 0).isPresent()
                        || terminal.filter(end -> genesisDifficulty.compareTo(end) >= 0)
                                .isPresent();
        Optional<Long> firstTime =
                byTime.isEmpty() ? Optional.empty() : Optional.of(byTime.firstKey());
        return new ForkSchedule(
                byNumber,
                bombDelays(config),
                new Merge(terminal, mergeBlock, firstTime, fromGenesis),
                byTime,
                blobs);
    }

    private static SortedMap<Long, Long> bombDelays(ConfigReader config) {
        TreeMap<Long, Long> delays = new TreeMap<>();
        BOMB_DELAYS.forEach(
                (key, blocks) ->
                        config.optionalLong(key)
                                .ifPresent(start -> delays.merge(start, blocks, Math::max)));
        return delays;
    }

    /// By how many blocks the difficulty bomb is put off at block `number`.
    long bombDelayBlocks(long number) {
        return last(bombDelays, number, 0L);
    }

    private static void putForks(
            ConfigReader config, Map<String, Fork> keys, TreeMap<Long, Fork> starts) {
        List<String> ordered =
                keys.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue())
                        .map(Map.Entry::getKey)
                        .toList();
        for (String key : ordered) {
            config.optionalLong(key)
                    .ifPresent(
                            start -> {
                                if (!starts.isEmpty() && start < starts.lastKey()) {
                                    throw config.wrong(
                                            key,
                                            start.toString(),
                                            "forks begin in order; an earlier one begins at "
                                                    + starts.lastKey());
                                }
                                starts.put(start, java.util.Objects.requireNonNull(keys.get(key)));
                            });
        }
    }

    private static Optional<BlobSchedule> blobs(ConfigReader config, String key) {
        Optional<ConfigReader> given =
                config.child("blobSchedule").flatMap(schedule -> schedule.child(key));
        if (given.isEmpty()) {
            return Optional.ofNullable(KNOWN_BLOBS.get(key));
        }
        ConfigReader row = given.get();
        return Optional.of(
                new BlobSchedule(
                        (int) row.longWithin("target", 6, 0, 1024),
                        (int) row.longWithin("max", 9, 0, 1024),
                        row.longWithin("baseFeeUpdateFraction", 5_007_716, 1, Long.MAX_VALUE)));
    }

    /// The rules of a block. `merged`: it is without proof of work.
    public Fork forkAt(long number, long timestamp, boolean merged) {
        Fork fork = last(byNumber, number, Fork.FRONTIER);
        if (merged || merge.fromGenesis()) {
            Fork later = last(byTime, timestamp, Fork.PARIS);
            return fork.compareTo(later) > 0 ? fork : later;
        }
        // Besu's QBFT networks carry difficulty 1 and take the timed forks all the same.
        return merge.terminalTotalDifficulty().isPresent() ? fork : last(byTime, timestamp, fork);
    }

    /// Whether the last fork up to `point`, heights and timestamps on one line, is one by time.
    boolean isTime(long point) {
        long number = Math.max(lastStart(byNumber, point), lastStart(bombDelays, point));
        long time = Math.max(lastStart(byTime, point), lastStart(blobsByTime, point));
        return time >= 0 && time >= number;
    }

    /// -1 for none.
    private static long lastStart(SortedMap<Long, ?> starts, long point) {
        return starts.keySet().stream()
                .filter(start -> start >= 0 && start <= point)
                .reduce(-1L, Math::max);
    }

    /// The blob parameters at `timestamp`; those of Cancun before the first row.
    public BlobSchedule blobsAt(long timestamp) {
        return last(blobsByTime, timestamp, BlobSchedule.CANCUN);
    }

    private static <T> T last(SortedMap<Long, T> starts, long point, T before) {
        T found = before;
        for (Map.Entry<Long, T> start : starts.entrySet()) {
            if (Long.compareUnsigned(start.getKey(), point) <= 0) {
                found = start.getValue();
            }
        }
        return found;
    }
}
