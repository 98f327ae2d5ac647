package org.assay.chain;

import java.util.Optional;
import org.assay.primitives.Address;
import org.assay.primitives.UInt256;

/// `config.qbft` of a genesis file, as Besu reads it, or what [QbftSchedule] has made of it by
/// some block. Periods in seconds and milliseconds, as they are named; `fastPeriodMillis` 0:
/// none. `blockRewardWei` and the fees go to `miningBeneficiary`, to the proposer where there is
/// none.
public record QbftConfig(
        long epochLength,
        long blockPeriodSeconds,
        long fastPeriodMillis,
        long emptyBlockPeriodMillis,
        long requestTimeoutMillis,
        Optional<Address> validatorContract,
        UInt256 blockRewardWei,
        Optional<Address> miningBeneficiary) {
    private static final long DAY_SECONDS = 86_400;

    /// Of a network without transactions of a gas limit of their own, and begun as QBFT.
    static QbftConfig parse(ConfigReader config) {
        config.refuse("pertxgaslimit", "not there yet: transactions keep to EIP-7825's limit");
        QbftConfig standard =
                new QbftConfig(
                        config.longWithin("epochlength", 30_000, 1, Long.MAX_VALUE),
                        1,
                        0,
                        0,
                        config.longWithin("requesttimeoutseconds", 1, 1, DAY_SECONDS) * 1000,
                        config.address("validatorcontractaddress"),
                        UInt256.ZERO,
                        Optional.empty());
        return standard.with(config);
    }

    /// With those of the periods, reward and beneficiary that `row` names.
    QbftConfig with(ConfigReader row) {
        long emptySeconds =
                row.longWithin(
                        "emptyblockperiodseconds",
                        row.longWithin(
                                "xemptyblockperiodseconds",
                                emptyBlockPeriodMillis / 1000,
                                0,
                                DAY_SECONDS),
                        0,
                        DAY_SECONDS);
        return new QbftConfig(
                epochLength,
                row.longWithin("blockperiodseconds", blockPeriodSeconds, 1, DAY_SECONDS),
                row.longWithin(
                        "blockperiodmilliseconds",
                        row.longWithin(
                                "xblockperiodmilliseconds",
                                fastPeriodMillis,
                                0,
                                DAY_SECONDS * 1000),
                        0,
                        DAY_SECONDS * 1000),
                emptySeconds * 1000,
                requestTimeoutMillis,
                validatorContract,
                row.number("blockreward").orElse(blockRewardWei),
                beneficiary(row));
    }

    /// An empty word takes an earlier one away.
    private Optional<Address> beneficiary(ConfigReader row) {
        Optional<String> word = row.text("miningbeneficiary").map(String::trim);
        if (word.isEmpty()) {
            return miningBeneficiary;
        }
        return word.get().isEmpty() ? Optional.empty() : row.address("miningbeneficiary");
    }

    QbftConfig withValidatorContract(Optional<Address> contract) {
        return new QbftConfig(
                epochLength,
                blockPeriodSeconds,
                fastPeriodMillis,
                emptyBlockPeriodMillis,
                requestTimeoutMillis,
                contract,
                blockRewardWei,
                miningBeneficiary);
    }

    public long blockPeriodMillis() {
        return fastPeriodMillis > 0 ? fastPeriodMillis : blockPeriodSeconds * 1000;
    }
}
