package org.assay.chain;

import java.util.Optional;
import org.assay.primitives.Address;

/// `config.qbft` of a genesis file, as Besu reads it. Periods in milliseconds.
public record QbftConfig(
        long epochLength,
        long blockPeriodMillis,
        long emptyBlockPeriodMillis,
        long requestTimeoutMillis,
        Optional<Address> validatorContract) {

    static QbftConfig parse(ConfigReader config) {
        long seconds = config.longWithin("blockperiodseconds", 1, 1, 86_400);
        long millis =
                config.longWithin(
                        "blockperiodmilliseconds",
                        config.longWithin("xblockperiodmilliseconds", 0, 0, 86_400_000),
                        0,
                        86_400_000);
        return new QbftConfig(
                config.longWithin("epochlength", 30_000, 1, Long.MAX_VALUE),
                millis > 0 ? millis : seconds * 1000,
                config.longWithin("emptyblockperiodseconds", 0, 0, 86_400) * 1000,
                config.longWithin("requesttimeoutseconds", 1, 1, 86_400) * 1000,
                config.address("validatorcontractaddress"));
    }
}
