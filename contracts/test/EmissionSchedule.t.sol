// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EmissionSchedule} from "../src/EmissionSchedule.sol";
import {Test} from "./Test.sol";

/// @notice Gives the library's internal functions an address that can revert.
contract Schedules {
    function p1(uint256 base, uint256 interval, uint256 start, uint256 point) external pure returns (uint256) {
        return EmissionSchedule.halvingByHeightDown(base, interval, start, point);
    }

    function p1Sum(uint256 base, uint256 interval, uint256 start, uint256 from, uint256 to)
        external
        pure
        returns (uint256)
    {
        return EmissionSchedule.halvingByHeightSumDown(base, interval, start, from, to);
    }

    function p2(uint256 base, uint256 cap, uint256 issued) external pure returns (uint256) {
        return EmissionSchedule.halvingByIssuanceDown(base, cap, issued);
    }

    function p3(
        uint256[] calldata starts,
        uint256[] calldata rates,
        EmissionSchedule.Lookup lookup,
        uint256 period,
        uint256 point
    ) external pure returns (uint256) {
        return EmissionSchedule.tableRate(starts, rates, lookup, period, point);
    }

    function p4(uint256 base, uint256 num, uint256 den, uint256 interval, uint256 start, uint256 point)
        external
        pure
        returns (uint256)
    {
        return EmissionSchedule.stepwiseGeometricDownEach(base, num, den, interval, start, point);
    }

    function p5(uint256 base, uint256 num, uint256 den, uint256 epoch) external pure returns (uint256) {
        return EmissionSchedule.geometricQ128Down(base, num, den, epoch);
    }

    function p8(uint128 base, uint128 finalAmount, uint64 flatEnd, uint64 taperEnd, uint256 point)
        external
        pure
        returns (uint256)
    {
        return EmissionSchedule.linearTaperDown(base, finalAmount, flatEnd, taperEnd, point);
    }

    function p9(uint256 total, uint64 start, uint64 cliff, uint64 duration, uint256 point)
        external
        pure
        returns (uint256)
    {
        return EmissionSchedule.vestedDown(total, start, cliff, duration, point);
    }

    function p11(uint256 requested, EmissionSchedule.Caps calldata caps, bool lastPartial)
        external
        pure
        returns (uint256)
    {
        return EmissionSchedule.capped(requested, caps, lastPartial);
    }
}

contract EmissionScheduleTest is Test {
    Schedules internal schedules;
    string internal json;
    string internal row;

    function setUp() public {
        schedules = new Schedules();
    }

    function _param(string memory key) internal view returns (uint256) {
        return vm.parseUint(vm.parseJsonString(row, string.concat(".params.", key)));
    }

    function _list(string memory key) internal view returns (uint256[] memory numbers) {
        string[] memory texts = vm.parseJsonStringArray(row, string.concat(".params.", key));
        numbers = new uint256[](texts.length);
        for (uint256 i = 0; i < texts.length; i++) {
            numbers[i] = vm.parseUint(texts[i]);
        }
    }

    function _is(string memory one, string memory other) internal pure returns (bool) {
        return keccak256(bytes(one)) == keccak256(bytes(other));
    }

    function _amount(string memory primitive, uint256 point) internal view returns (uint256) {
        if (_is(primitive, "P1")) {
            return schedules.p1(_param("base"), _param("interval"), _param("start"), point);
        }
        if (_is(primitive, "P2")) return schedules.p2(_param("base"), _param("cap"), point);
        if (_is(primitive, "P3")) {
            bool end = _is(vm.parseJsonString(row, ".params.lookup"), "END");
            return schedules.p3(
                _list("starts"),
                _list("rates"),
                end ? EmissionSchedule.Lookup.END : EmissionSchedule.Lookup.START,
                _param("period"),
                point
            );
        }
        if (_is(primitive, "P4")) {
            return schedules.p4(
                _param("base"), _param("num"), _param("den"), _param("interval"), _param("start"), point
            );
        }
        if (_is(primitive, "P5")) {
            return schedules.p5(_param("base"), _param("num"), _param("den"), point);
        }
        if (_is(primitive, "P8")) {
            return schedules.p8(
                uint128(_param("base")),
                uint128(_param("final")),
                uint64(_param("flatEnd")),
                uint64(_param("taperEnd")),
                point
            );
        }
        if (_is(primitive, "P9")) {
            return schedules.p9(
                _param("total"),
                uint64(_param("start")),
                uint64(_param("cliff")),
                uint64(_param("duration")),
                point
            );
        }
        assertEq(primitive, "P11", "an unknown primitive");
        return schedules.p11(
            _param("requested"),
            EmissionSchedule.Caps(
                _param("cap"),
                _param("minted"),
                _param("capPeriod"),
                _param("mintedPeriod"),
                _param("capPayee"),
                _param("mintedPayee")
            ),
            _param("lastPartial") == 1
        );
    }

    function _cutComma(string memory line) internal pure {
        uint256 length = bytes(line).length;
        if (bytes(line)[length - 1] != ",") return;
        assembly ("memory-safe") {
            mstore(line, sub(length, 1))
        }
    }

    /// One vector a line: parsing the whole file for each field would be quadratic.
    function test_AgreesWithTheVectors() public {
        uint256 count;
        string memory path = "vectors/emission.json";
        for (string memory line = vm.readLine(path); bytes(line).length != 0; line = vm.readLine(path)) {
            if (bytes(line)[0] != "{") continue;
            _cutComma(line);
            row = line;
            string memory primitive = vm.parseJsonString(line, ".primitive");
            uint256 point = vm.parseUint(vm.parseJsonString(line, ".at"));
            uint256 amount = vm.parseUint(vm.parseJsonString(line, ".amount"));
            assertEq(_amount(primitive, point), amount, line);
            count++;
        }
        assertGe(count, 900, "vectors read");
    }

    function testFuzz_SumOfHalvingsIsTheSumOfItsPoints(
        uint256 base,
        uint256 interval,
        uint256 start,
        uint256 from,
        uint256 length
    ) public view {
        base = bound(base, 0, 1e30);
        interval = bound(interval, 1, 50);
        start = bound(start, 0, 300);
        from = bound(from, 0, 500);
        length = bound(length, 0, 300);
        uint256 sum;
        for (uint256 point = from; point < from + length; point++) {
            sum += schedules.p1(base, interval, start, point);
        }
        assertEq(schedules.p1Sum(base, interval, start, from, from + length), sum);
    }

    function test_SumOfAllBitcoinIsItsSupply() public view {
        assertEq(
            schedules.p1Sum(50e8, 210_000, 0, 0, type(uint256).max), 2_099_999_997_690_000
        );
    }

    function testFuzz_IssuanceHalvingNeverRises(uint256 cap, uint256 issued, uint256 more) public view {
        cap = bound(cap, 1, type(uint256).max);
        issued = bound(issued, 0, cap);
        more = bound(more, issued, type(uint256).max);
        assertLe(schedules.p2(1e30, cap, more), schedules.p2(1e30, cap, issued), "later is less");
    }

    function testFuzz_TaperStaysBetweenItsEnds(
        uint128 base,
        uint128 end,
        uint64 flatEnd,
        uint64 taperEnd,
        uint64 point
    ) public view {
        if (flatEnd > taperEnd) (flatEnd, taperEnd) = (taperEnd, flatEnd);
        uint256 amount = schedules.p8(base, end, flatEnd, taperEnd, point);
        assertLe(amount, base > end ? base : end, "above");
        assertGe(amount, base > end ? end : base, "below");
    }

    function testFuzz_VestingIsMonotonicAndEndsAtTheTotal(
        uint256 total,
        uint64 start,
        uint64 cliff,
        uint64 duration,
        uint256 point,
        uint256 later
    ) public view {
        duration = uint64(bound(duration, 1, type(uint64).max));
        point = bound(point, 0, 1 << 66);
        later = bound(later, point, 1 << 66);
        assertLe(
            schedules.p9(total, start, cliff, duration, point),
            schedules.p9(total, start, cliff, duration, later),
            "later is more"
        );
        uint256 last = uint256(start) + (cliff > duration ? cliff : duration);
        assertEq(schedules.p9(total, start, cliff, duration, last), total);
    }

    function testFuzz_CappedNeverPassesACap(uint256 requested, EmissionSchedule.Caps calldata caps)
        public
        view
    {
        uint256 amount = schedules.p11(requested, caps, true);
        assertLe(amount, requested, "requested");
        if (amount != 0) {
            assertLe(amount, caps.cap - caps.minted, "total");
            assertLe(amount, caps.capPeriod - caps.mintedPeriod, "period");
            assertLe(amount, caps.capPayee - caps.mintedPayee, "payee");
        }
        uint256 whole = schedules.p11(requested, caps, false);
        assertTrue(whole == 0 || whole == requested, "all or nothing");
    }

    function testFuzz_GeometricNeverRises(uint256 base, uint256 num, uint256 den, uint64 epoch) public view {
        den = bound(den, 1, type(uint256).max);
        num = bound(num, 0, den);
        uint256 now_ = schedules.p5(base, num, den, epoch);
        assertLe(now_, base, "above the base");
        assertEq(schedules.p5(base, num, den, 0), base, "epoch 0");
    }

    function test_P1RevertsForZeroInterval() public {
        vm.expectRevert(EmissionSchedule.ZeroInterval.selector);
        schedules.p1(1, 0, 0, 0);
    }

    function test_P1SumRevertsForZeroInterval() public {
        vm.expectRevert(EmissionSchedule.ZeroInterval.selector);
        schedules.p1Sum(1, 0, 0, 0, 1);
    }

    function test_P1SumRevertsForReversedRange() public {
        vm.expectRevert(abi.encodeWithSelector(EmissionSchedule.RangeReversed.selector, 2, 1));
        schedules.p1Sum(1, 1, 0, 2, 1);
    }

    function test_P3RevertsForUnequalColumns() public {
        vm.expectRevert(abi.encodeWithSelector(EmissionSchedule.TableLengthsDiffer.selector, 2, 1));
        schedules.p3(new uint256[](2), new uint256[](1), EmissionSchedule.Lookup.START, 1, 0);
    }

    function test_P3RevertsForEqualStarts() public {
        uint256[] memory starts = new uint256[](2);
        (starts[0], starts[1]) = (4, 4);
        vm.expectRevert(abi.encodeWithSelector(EmissionSchedule.TableNotAscending.selector, 1));
        schedules.p3(starts, new uint256[](2), EmissionSchedule.Lookup.START, 1, 9);
    }

    function test_P4RevertsForZeroIntervalOrDenominator() public {
        vm.expectRevert(EmissionSchedule.ZeroInterval.selector);
        schedules.p4(1, 1, 1, 0, 0, 0);
        vm.expectRevert(EmissionSchedule.ZeroInterval.selector);
        schedules.p4(1, 1, 0, 1, 0, 0);
    }

    function test_P4RevertsBeyondItsSteps() public {
        schedules.p4(1, 1, 1, 1, 0, 4096);
        vm.expectRevert(
            abi.encodeWithSelector(EmissionSchedule.TooManySteps.selector, 4097, 4096)
        );
        schedules.p4(1, 1, 1, 1, 0, 4097);
    }

    function test_P5RevertsForZeroDenominator() public {
        vm.expectRevert(EmissionSchedule.ZeroInterval.selector);
        schedules.p5(1, 0, 0, 1);
    }

    function test_P5RevertsForGrowth() public {
        vm.expectRevert(abi.encodeWithSelector(EmissionSchedule.RatioAboveOne.selector, 3, 2));
        schedules.p5(1, 3, 2, 1);
    }

    function test_P8RevertsForReversedTaper() public {
        vm.expectRevert(abi.encodeWithSelector(EmissionSchedule.TaperEndsEarly.selector, 3, 2));
        schedules.p8(1, 0, 3, 2, 0);
    }

    function test_P9RevertsForZeroDuration() public {
        vm.expectRevert(EmissionSchedule.ZeroInterval.selector);
        schedules.p9(1, 0, 0, 0, 0);
    }
}
