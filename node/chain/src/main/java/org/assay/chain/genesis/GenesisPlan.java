package org.assay.chain.genesis;

import java.util.List;
import java.util.SortedMap;
import org.assay.primitives.Address;
import org.assay.primitives.Bytes;
import org.assay.primitives.UInt256;

/// What a founder decides. Blocks, seconds, wei; `emission` is a policy object's JSON or a
/// preset's name in quotes.
public record GenesisPlan(
        long chainId,
        long timestamp,
        long gasLimit,
        Timing timing,
        List<Validator> validators,
        SortedMap<Address, UInt256> balances,
        List<Bytes> templates,
        String emission,
        Address treasury,
        Work work) {

    /// `blsKey` compressed, 48 bytes; `balanceWei` pays the first prologues.
    public record Validator(Address address, Bytes blsKey, UInt256 stakeWei, UInt256 balanceWei) {}

    public record Timing(long blockPeriodSeconds, long requestTimeoutSeconds, long epochBlocks) {}

    /// Parameters of the work contracts; see `contracts/README.md`.
    public record Work(
            long exitDelayBlocks,
            UInt256 minValidatorStakeWei,
            UInt256 minProviderStakeWei,
            int burnBps,
            int stakePerValueBps,
            long stallBlocks,
            long openBlocks,
            long attestationBlocks,
            long challengeWindowBlocks,
            long challengeStepBlocks,
            UInt256 challengeBondWei,
            int vestingParts,
            long vestingPartBlocks,
            int holdBackBps,
            long holdBackBlocks,
            int betaBps,
            int workUnitLog2) {

        private static final UInt256 COIN = UInt256.of(1_000_000_000_000_000_000L);

        /// For a network of one-second blocks: a day to challenge, rewards vest over a week.
        public static final Work STANDARD =
                new Work(
                        604_800,
                        COIN.multiply(UInt256.of(1_000)),
                        COIN.multiply(UInt256.of(10)),
                        5_000,
                        22_000,
                        7_200,
                        600,
                        120,
                        86_400,
                        600,
                        COIN,
                        7,
                        86_400,
                        0,
                        0,
                        8_000,
                        30);

        /// Everything in seconds, so that a person can watch it: for `demo`, `dev` and tests.
        public static final Work QUICK =
                new Work(
                        200,
                        COIN.multiply(UInt256.of(1_000)),
                        COIN.multiply(UInt256.of(10)),
                        5_000,
                        22_000,
                        60,
                        20,
                        8,
                        6,
                        4,
                        COIN,
                        2,
                        2,
                        0,
                        0,
                        8_000,
                        20);
    }
}
