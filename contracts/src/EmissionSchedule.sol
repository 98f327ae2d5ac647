// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title How much may be created, as pure integer functions
/// @notice The schedule primitives of the chain's emission engine, so that a token launched here can halve,
/// taper and vest by the same rules. `vectors/emission.json` holds what the Java engine and these
/// functions agree on. Every result is rounded down; where a rule rounds more than once it says so.
library EmissionSchedule {
    /// @notice Where in a period the table is looked up.
    enum Lookup {
        START,
        END
    }

    /// @notice What P11 bounds a mint by; an uncapped dimension has cap `type(uint256).max`.
    struct Caps {
        uint256 cap;
        uint256 minted;
        uint256 capPeriod;
        uint256 mintedPeriod;
        uint256 capPayee;
        uint256 mintedPayee;
    }

    /// @notice A period, a duration or a denominator of zero.
    error ZeroInterval();
    /// @notice A table whose columns differ in length.
    error TableLengthsDiffer(uint256 starts, uint256 rates);
    /// @notice `starts[index]` is not above the one before it.
    error TableNotAscending(uint256 index);
    /// @notice More steps than `STEPS_MAX`; keep the rate of an earlier step and go on from there.
    error TooManySteps(uint256 steps, uint256 limit);
    /// @notice A decay factor above one.
    error RatioAboveOne(uint256 num, uint256 den);
    /// @notice A taper that ends before it starts.
    error TaperEndsEarly(uint256 flatEnd, uint256 taperEnd);
    /// @notice Blocks or seconds counted backwards.
    error RangeReversed(uint256 from, uint256 to);

    /// @notice Most steps that one call of P4 walks.
    uint256 internal constant STEPS_MAX = 4096;

    uint256 private constant Q128 = 1 << 128;

    /// @notice P1, halving by height or time: `base >> era`, era = floor((point − start) / interval); 0 before
    /// `start` and from era 256.
    function halvingByHeightDown(uint256 base, uint256 interval, uint256 start, uint256 point)
        internal
        pure
        returns (uint256)
    {
        if (interval == 0) revert ZeroInterval();
        if (point < start) return 0;
        uint256 era = (point - start) / interval;
        return era > 255 ? 0 : base >> era;
    }

    /// @notice P1 summed over the points `from` (inclusive) to `to` (exclusive): what blocks that nobody minted
    /// for add up to. Each point's amount is rounded down, their sum is exact. At most 256 steps, whatever
    /// the range.
    function halvingByHeightSumDown(
        uint256 base,
        uint256 interval,
        uint256 start,
        uint256 from,
        uint256 to
    ) internal pure returns (uint256 sum) {
        if (interval == 0) revert ZeroInterval();
        if (to < from) revert RangeReversed(from, to);
        if (from < start) from = start;
        while (from < to) {
            uint256 era = (from - start) / interval;
            if (era > 255 || base >> era == 0) break;
            uint256 left = interval - ((from - start) % interval); // Points of the era that are still to come.
            uint256 points = left < to - from ? left : to - from;
            sum += points * (base >> era);
            from += points;
        }
    }

    /// @notice P2, halving by issuance: `base >> k` with the largest k such that (cap − issued)·2^k ≤ cap; the
    /// threshold belongs to the lower reward. 0 from the cap on.
    function halvingByIssuanceDown(uint256 base, uint256 cap, uint256 issued)
        internal
        pure
        returns (uint256)
    {
        if (issued >= cap) return 0;
        // (cap − issued)·2^k ≤ cap  ⇔  2^k ≤ floor(cap / (cap − issued)).
        return base >> Math.log2(cap / (cap - issued));
    }

    /// @notice P3, explicit table: the rate of the last start at or before the lookup point, which is `point`
    /// (`START`) or `point + period` (`END`); 0 before the first.
    /// @dev Checks the whole table, so its cost grows with the table and with nothing else.
    function tableRate(
        uint256[] memory starts,
        uint256[] memory rates,
        Lookup lookup,
        uint256 period,
        uint256 point
    ) internal pure returns (uint256 rate) {
        if (starts.length != rates.length) revert TableLengthsDiffer(starts.length, rates.length);
        uint256 looked = lookup == Lookup.END ? point + period : point;
        for (uint256 i = 0; i < starts.length; i++) {
            if (i != 0 && starts[i] <= starts[i - 1]) revert TableNotAscending(i);
            if (starts[i] <= looked) rate = rates[i];
        }
    }

    /// @notice P4, stepwise geometric: `base` times num/den for each full `interval` since `start`, rounded
    /// down at every step; 0 before `start`.
    function stepwiseGeometricDownEach(
        uint256 base,
        uint256 num,
        uint256 den,
        uint256 interval,
        uint256 start,
        uint256 point
    ) internal pure returns (uint256 rate) {
        if (interval == 0 || den == 0) revert ZeroInterval();
        if (point < start) return 0;
        uint256 steps = (point - start) / interval;
        rate = base;
        for (uint256 step = 0; step < steps && rate != 0; step++) {
            if (step == STEPS_MAX) revert TooManySteps(steps, STEPS_MAX);
            rate = Math.mulDiv(rate, num, den);
        }
    }

    /// @notice P5, geometric on a fixed base: `base`·(num/den)^epoch, the power in Q.128 by binary powering
    /// from the lowest bit, every product rounded down, the result rounded down once more.
    function geometricQ128Down(uint256 base, uint256 num, uint256 den, uint256 epoch)
        internal
        pure
        returns (uint256)
    {
        if (den == 0) revert ZeroInterval();
        if (num > den) revert RatioAboveOne(num, den);
        uint256 factor = Q128;
        uint256 square = Math.mulDiv(num, Q128, den);
        for (uint256 rest = epoch; rest != 0 && factor != 0; rest >>= 1) {
            if (rest & 1 == 1) factor = Math.mulDiv(factor, square, Q128);
            square = Math.mulDiv(square, square, Q128);
        }
        return Math.mulDiv(base, factor, Q128);
    }

    /// @notice P8, flat then linear: `base` up to `flatEnd`, `finalAmount` from `taperEnd`, the straight line
    /// between them rounded down; it may fall or rise.
    function linearTaperDown(
        uint128 base,
        uint128 finalAmount,
        uint64 flatEnd,
        uint64 taperEnd,
        uint256 point
    ) internal pure returns (uint256) {
        if (taperEnd < flatEnd) revert TaperEndsEarly(flatEnd, taperEnd);
        if (point >= taperEnd && point > flatEnd) return finalAmount;
        if (point <= flatEnd) return base;
        // 2^128·2^64·2 < 2^256: no overflow.
        return (uint256(base) * (taperEnd - point) + uint256(finalAmount) * (point - flatEnd))
            / (taperEnd - flatEnd);
    }

    /// @notice P9, fixed pool with a cliff: what is released by `point`; nothing before start + cliff, all from
    /// start + duration, between them total·(point − start)/duration rounded down.
    function vestedDown(uint256 total, uint64 start, uint64 cliff, uint64 duration, uint256 point)
        internal
        pure
        returns (uint256)
    {
        if (duration == 0) revert ZeroInterval();
        if (point < uint256(start) + cliff) return 0;
        if (point >= uint256(start) + duration) return total;
        return Math.mulDiv(total, point - start, duration);
    }

    /// @notice P11, caps: `requested` if all three caps have room for it; else the room that is left if
    /// `lastPartial`, else 0.
    function capped(uint256 requested, Caps memory caps, bool lastPartial)
        internal
        pure
        returns (uint256)
    {
        uint256 room = Math.min(
            Math.min(
                Math.saturatingSub(caps.cap, caps.minted),
                Math.saturatingSub(caps.capPeriod, caps.mintedPeriod)
            ),
            Math.saturatingSub(caps.capPayee, caps.mintedPayee)
        );
        if (requested <= room) return requested;
        return lastPartial ? room : 0;
    }
}
