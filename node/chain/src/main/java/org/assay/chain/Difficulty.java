package org.assay.chain;

import java.math.BigInteger;
import org.assay.evm.Fork;
import org.assay.primitives.UInt256;
import org.assay.primitives.block.Header;

/// What difficulty a proof-of-work block must state (YP §4.4.4 with EIP-2, EIP-100 and the delays
/// of the bomb: EIP-649, 1234, 2384, 3554, 4345, 5133).
final class Difficulty {
    private static final BigInteger MIN = BigInteger.valueOf(131_072);
    private static final BigInteger BOUND_DIVISOR = BigInteger.valueOf(2_048);
    private static final long BOMB_PERIOD_BLOCKS = 100_000;
    private static final long FRONTIER_SECONDS = 13;
    private static final long HOMESTEAD_SECONDS = 10;
    private static final long BYZANTIUM_SECONDS = 9;
    private static final long LEAST_STEP = -99;

    private Difficulty() {}

    /// Of the child of `parent` at `timestamp` under `fork`.
    static UInt256 ofChild(ForkSchedule forks, Header parent, long timestamp, Fork fork) {
        long number = parent.number() + 1;
        BigInteger before = parent.difficulty().toBigInteger();
        long seconds = timestamp - parent.timestamp();
        BigInteger change =
                before.divide(BOUND_DIVISOR)
                        .multiply(BigInteger.valueOf(step(fork, parent, seconds)));
        BigInteger difficulty =
                before.add(change)
                        .max(MIN)
                        .add(bomb(Math.max(0, number - forks.bombDelayBlocks(number))));
        return UInt256.of(difficulty);
    }

    private static long step(Fork fork, Header parent, long seconds) {
        if (fork.isAtLeast(Fork.BYZANTIUM)) {
            long most = parent.ommersHash().equals(Header.NO_OMMERS) ? 1 : 2;
            return Math.max(most - seconds / BYZANTIUM_SECONDS, LEAST_STEP);
        }
        if (fork.isAtLeast(Fork.HOMESTEAD)) {
            return Math.max(1 - seconds / HOMESTEAD_SECONDS, LEAST_STEP);
        }
        return seconds < FRONTIER_SECONDS ? 1 : -1;
    }

    private static BigInteger bomb(long number) {
        long period = number / BOMB_PERIOD_BLOCKS;
        return period > 1
                ? BigInteger.ONE.shiftLeft((int) Math.min(period - 2, 255))
                : BigInteger.ZERO;
    }
}
