package org.assay.chain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assay.primitives.Address;
import org.assay.primitives.block.Header;

/// The QBFT rules of a chain: those of genesis, and the rows of `config.transitions.qbft`, each
/// of which changes some of them from a point on (decision 0405).
///
/// A row's `block` is a height, or a timestamp where it stands after a fork by time: so Besu
/// reads it. `validators` always begin at a height. On an Assay chain every row stands at its
/// height.
///
/// @param rows the latest first
/// @param validators sets given by rows, by the height from which they hold
public record QbftSchedule(
        QbftConfig first, List<Row> rows, SortedMap<Long, List<Address>> validators) {
    private static final Set<String> PERIODS =
            Set.of(
                    "block",
                    "blockperiodseconds",
                    "blockperiodmilliseconds",
                    "xblockperiodmilliseconds",
                    "emptyblockperiodseconds",
                    "xemptyblockperiodseconds");

    private static final Set<String> OTHERS =
            Set.of(
                    "blockreward",
                    "miningbeneficiary",
                    "validators",
                    "validatorselectionmode",
                    "validatorcontractaddress");

    /// Rows of one genesis file.
    private static final int ROWS_MAX = 10_000;

    /// No network's height: the time of Ethereum's first block, in seconds.
    private static final long TIMESTAMP_LEAST = 1_438_269_973L;

    /// From `start` on, which is a height or, if `byTime`, a timestamp in seconds.
    public record Row(long start, boolean byTime, QbftConfig config) {
        private boolean holds(long number, long timestamp) {
            return Long.compareUnsigned(byTime ? timestamp : number, start) >= 0;
        }
    }

    static QbftSchedule parse(ConfigReader config, ForkSchedule forks, boolean assay) {
        QbftConfig first =
                config.child("qbft").map(QbftConfig::parse).orElseThrow(AssertionError::new);
        List<ConfigReader> read = new ArrayList<>();
        config.child("transitions")
                .flatMap(transitions -> transitions.children("qbft", ROWS_MAX))
                .ifPresent(read::addAll);
        read.forEach(row -> checkKeys(row, assay));
        Set<Long> starts = new HashSet<>();
        for (ConfigReader row : read) {
            if (!starts.add(start(row))) {
                throw row.wrong("block", Long.toString(start(row)), "write one row a block");
            }
        }
        read.sort(Comparator.comparingLong(QbftSchedule::start));
        List<Row> rows = new ArrayList<>();
        SortedMap<Long, List<Address>> validators = new TreeMap<>();
        QbftConfig before = first;
        for (ConfigReader row : read) {
            boolean byTime = !assay && forks.isTime(start(row));
            before = select(row, byTime, before.with(row), validators);
            rows.addFirst(new Row(start(row), byTime, before));
        }
        return new QbftSchedule(first, List.copyOf(rows), validators);
    }

    private static long start(ConfigReader row) {
        if (!row.has("block")) {
            throw row.wrong("block", "absent", "name the block from which the row holds");
        }
        return row.longWithin("block", 0, 1, Long.MAX_VALUE);
    }

    private static void checkKeys(ConfigReader row, boolean assay) {
        row.refuse("pertxgaslimit", "not there yet: transactions keep to EIP-7825's limit");
        for (String key : row.keys()) {
            String name = key.toLowerCase(Locale.ROOT);
            if (assay && OTHERS.contains(name)) {
                throw row.wrong(
                        key,
                        "set",
                        "remove it: an Assay chain pays by its emission, and its validators are"
                                + " those of its staking contract");
            }
            if (!PERIODS.contains(name) && !OTHERS.contains(name)) {
                throw row.wrong(
                        key,
                        "unknown",
                        "remove it: a row has "
                                + String.join(", ", new TreeSet<>(PERIODS))
                                + (assay ? "" : ", " + String.join(", ", new TreeSet<>(OTHERS))));
            }
        }
    }

    /// How validators are selected from `row` on; its own ones go into `validators`.
    private static QbftConfig select(
            ConfigReader row,
            boolean byTime,
            QbftConfig config,
            SortedMap<Long, List<Address>> validators) {
        List<Address> given = row.addresses("validators");
        Optional<String> mode = row.text("validatorselectionmode");
        Optional<Address> contract = row.address("validatorcontractaddress");
        boolean toHeaders = mode.filter("blockheader"::equalsIgnoreCase).isPresent();
        boolean toContract = mode.filter("contract"::equalsIgnoreCase).isPresent();
        if (mode.isPresent() && !toHeaders && !toContract) {
            throw row.wrong(
                    "validatorselectionmode", mode.get(), "use \"blockheader\" or \"contract\"");
        }
        if (toHeaders && given.isEmpty()) {
            throw row.wrong(
                    "validators", "absent", "list at least one: headers have none to begin with");
        }
        if (toContract != contract.isPresent()) {
            throw row.wrong(
                    "validatorcontractaddress",
                    contract.map(Address::toString).orElse("absent"),
                    "it belongs to \"validatorselectionmode\": \"contract\", and that to it");
        }
        boolean wasContract = config.validatorContract().isPresent();
        if (!given.isEmpty() && (toContract || (wasContract && !toHeaders))) {
            throw row.wrong(
                    "validators",
                    given.size() + " addresses",
                    "a contract names the validators here: add \"validatorselectionmode\":"
                            + " \"blockheader\", or remove them");
        }
        if (!given.isEmpty() && byTime && (wasContract || start(row) >= TIMESTAMP_LEAST)) {
            throw row.wrong(
                    "block",
                    Long.toString(start(row)),
                    "after a fork by time this is a timestamp, but validators begin at a height:"
                            + " use a height before that of the fork");
        }
        if (!given.isEmpty()) {
            validators.put(start(row), given);
        }
        if (toHeaders) {
            return config.withValidatorContract(Optional.empty());
        }
        return toContract ? config.withValidatorContract(contract) : config;
    }

    /// The rules of a block of this height and timestamp, in seconds.
    public QbftConfig at(long number, long timestamp) {
        for (Row row : rows) {
            if (row.holds(number, timestamp)) {
                return row.config;
            }
        }
        return first;
    }

    public QbftConfig of(Header header) {
        return at(header.number(), header.timestamp());
    }

    /// The rules of the block after `parent`, as far as they are known before it has a timestamp:
    /// who its validators are, and when it is due.
    public QbftConfig after(Header parent) {
        return at(parent.number() + 1, parent.timestamp());
    }

    /// Least time between `parent` and the next block: where the period changes within it, the
    /// longer one.
    public long periodMillisAfter(Header parent) {
        long period = after(parent).blockPeriodMillis();
        long due = parent.timestamp() + period / 1000;
        return Math.max(period, at(parent.number() + 1, due).blockPeriodMillis());
    }

    /// Who names the validators is the same from genesis on: headers, or one contract.
    public boolean hasOneSelection() {
        return rows.stream()
                .allMatch(row -> row.config.validatorContract().equals(first.validatorContract()));
    }

    public HeaderVotes headerVotes() {
        return new HeaderVotes(first.epochLength(), validators);
    }

    /// What an operator may not expect: rows that a height was meant in, and that Besu reads as
    /// timestamps that are long over.
    public List<String> notes(long genesisTimestamp) {
        return rows.stream()
                .filter(row -> row.byTime && row.start <= genesisTimestamp)
                .map(
                        row ->
                                "transitions.qbft: block "
                                        + row.start
                                        + " stands after a fork by time, where Besu reads it as a"
                                        + " timestamp: what it changes holds from the first block"
                                        + " on (validators: from that height); for a height, begin"
                                        + " those forks at the genesis timestamp, not at 0")
                .toList();
    }
}
