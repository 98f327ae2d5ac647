// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Reason} from "../../src/Reason.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

contract Relay {
    function pass(address to, bytes calldata call_) external {
        (bool ok, bytes memory answer) = to.call(call_);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

contract PrologueTest is ProtocolTest {
    bytes32 private constant COMMIT = bytes32(uint256(0xC0));

    function test_mixChainsTheReveals() external {
        bytes32 before = prologue.mix(block.number);
        nextBlock();
        assertEq(
            prologue.mix(block.number),
            keccak256(abi.encodePacked(before, abi.encode(block.number))),
            "mix = keccak(mix_prev, reveal)"
        );
        assertEq(prologue.coinbaseAt(block.number), block.coinbase);
    }

    function test_refusesAnyoneButTheCoinbase() external {
        vm.roll(block.number + 1);
        vm.prank(customer, customer);
        vm.expectRevert(abi.encodeWithSelector(IPrologue.NotTheProposer.selector, customer));
        prologue.prologue("", nextCertificates, nextVerdicts, row);
    }

    function test_refusesTheCoinbaseThroughAContract() external {
        vm.roll(block.number + 1);
        Relay relay = new Relay();
        bytes memory call_ =
            abi.encodeCall(IPrologue.prologue, ("", nextCertificates, nextVerdicts, row));
        vm.coinbase(address(relay));
        vm.expectRevert(abi.encodeWithSelector(IPrologue.NotTheProposer.selector, address(relay)));
        relay.pass(address(prologue), call_);
    }

    function test_refusesASecondPrologueInABlock() external {
        vm.prank(block.coinbase, block.coinbase);
        vm.expectRevert(abi.encodeWithSelector(IPrologue.PrologueRepeated.selector, block.number));
        prologue.prologue("", nextCertificates, nextVerdicts, row);
    }

    function test_takesTheMostCertificatesAndRefusesOneMore() external {
        for (uint256 i; i < 64; ++i) {
            nextCertificates.push(IPrologue.Certificate(bytes32(i + 1), COMMIT, ""));
        }
        nextBlock();
        (bytes32 root, uint64 height) = prologue.certificateOf(bytes32(uint256(64)));
        assertEq(root, COMMIT);
        assertEq(height, block.number);
        for (uint256 i; i < 65; ++i) {
            nextCertificates.push(IPrologue.Certificate(bytes32(i + 100), COMMIT, ""));
        }
        _expectRefusal(abi.encodeWithSelector(IPrologue.TooManyCertificates.selector, 65), "");
    }

    function test_takesTheMostVerdictsAndRefusesOneMore() external {
        for (uint256 i; i < 64; ++i) {
            nextVerdicts.push(IPrologue.Verdict(bytes32(i + 1), true, Reason.NONE, 1));
        }
        nextBlock();
        assertEq(prologue.verdictOf(bytes32(uint256(64))).height, block.number);
        for (uint256 i; i < 65; ++i) {
            nextVerdicts.push(IPrologue.Verdict(bytes32(i + 100), true, Reason.NONE, 1));
        }
        _expectRefusal(abi.encodeWithSelector(IPrologue.TooManyVerdicts.selector, 65), "");
    }

    function test_refusesALongReveal() external {
        _expectRefusal(
            abi.encodeWithSelector(IPrologue.RevealTooLong.selector, 97), new bytes(97)
        );
    }

    function test_refusesALedgerBeyond128Bits() external {
        row.burnedWei = uint256(type(uint128).max) + 1;
        _expectRefusal(
            abi.encodeWithSelector(IPrologue.LedgerOverflow.selector, row.burnedWei), ""
        );
        row.burnedWei = type(uint128).max;
        nextBlock();
        assertEq(prologue.ledger().burnedWei, type(uint128).max);
    }

    function test_firstCertificateWins() external {
        nextCertificates.push(IPrologue.Certificate(COMMIT, bytes32(uint256(1)), ""));
        nextCertificates.push(IPrologue.Certificate(COMMIT, bytes32(uint256(2)), ""));
        nextBlock();
        uint256 first = block.number;
        nextCertificates.push(IPrologue.Certificate(COMMIT, bytes32(uint256(3)), ""));
        nextBlock();
        (bytes32 root, uint64 height) = prologue.certificateOf(COMMIT);
        assertEq(root, bytes32(uint256(1)));
        assertEq(height, first);
    }

    function test_firstVerdictWins() external {
        nextVerdicts.push(IPrologue.Verdict(COMMIT, false, Reason.BAD_ROW, 7));
        nextVerdicts.push(IPrologue.Verdict(COMMIT, true, Reason.NONE, 8));
        nextBlock();
        uint256 first = block.number;
        nextVerdicts.push(IPrologue.Verdict(COMMIT, true, Reason.NONE, 9));
        nextBlock();
        IPrologue.VerdictRecord memory verdict = prologue.verdictOf(COMMIT);
        assertFalse(verdict.pass, "pass");
        assertEq(verdict.reason, Reason.BAD_ROW);
        assertEq(verdict.workUnits, 7);
        assertEq(verdict.height, first);
    }

    function test_rulingsAreCountedAndLeaveTheVerdict() external {
        nextVerdicts.push(IPrologue.Verdict(COMMIT, true, Reason.NONE, 7));
        nextVerdicts.push(IPrologue.Verdict(COMMIT, false, Reason.CHALLENGED, 0));
        nextVerdicts.push(IPrologue.Verdict(COMMIT, true, Reason.CHALLENGED, 0));
        nextBlock();
        IPrologue.RulingRecord memory ruling = prologue.rulingOf(COMMIT);
        assertEq(ruling.count, 2);
        assertTrue(ruling.pass);
        assertEq(ruling.height, block.number);
        assertTrue(prologue.verdictOf(COMMIT).pass, "the verdict stays");
    }

    function test_anUnknownCommitHasNoFacts() external view {
        assertEq(prologue.verdictOf(COMMIT).height, 0);
        assertEq(prologue.rulingOf(COMMIT).count, 0);
        (bytes32 root, uint64 height) = prologue.certificateOf(COMMIT);
        assertEq(root, 0);
        assertEq(height, 0);
    }

    function test_anEpochIsClosedOnce() external {
        toHeight(2);
        row.closedEpoch = 3;
        row.closedEpochAllowanceWei = 5 ether;
        nextBlock();
        row.closedEpoch = 3;
        row.closedEpochAllowanceWei = 6 ether;
        nextBlock();
        (uint256 wei_, bool closed) = prologue.epochAllowance(3);
        assertEq(wei_, 5 ether);
        assertTrue(closed);
        (, closed) = prologue.epochAllowance(0);
        assertFalse(closed, "0 closes nothing");
    }

    function test_aHaltedMintEmptiesItsEpochOnly() external {
        toHeight(EPOCH_BLOCKS);
        row.halted = true;
        nextBlock();
        (uint256 wei_, bool closed) = prologue.epochAllowance(1);
        assertEq(wei_, 0, "not minted");
        assertTrue(closed, "closed all the same");
        toHeight(2 * EPOCH_BLOCKS);
        row.halted = false;
        nextBlock();
        row.halted = true;
        nextBlocks(2);
        (wei_,) = prologue.epochAllowance(2);
        assertEq(wei_, allowanceWei, "minted before the halt");
    }

    function testFuzz_theLedgerRowComesBackAsItWent(IPrologue.LedgerRow memory sent) external {
        sent.mintedWei = uint128(sent.mintedWei);
        sent.burnedWei = uint128(sent.burnedWei);
        sent.recycledWei = uint128(sent.recycledWei);
        sent.notEmittedWei = uint128(sent.notEmittedWei);
        sent.lockedWei = uint128(sent.lockedWei);
        sent.remainderWei = uint128(sent.remainderWei);
        sent.epochAccruedWei = uint128(sent.epochAccruedWei);
        sent.closedEpochAllowanceWei = uint128(sent.closedEpochAllowanceWei);
        vm.roll(block.number + 1);
        vm.prank(block.coinbase, block.coinbase);
        prologue.prologue("", nextCertificates, nextVerdicts, sent);
        assertEq(abi.encode(prologue.ledger()), abi.encode(sent), "row");
    }

    function test_theRingHoldsItsHeightsAndNoMore() external {
        bytes32 first = prologue.mix(1);
        // The ring is indexed by height, so heights may be skipped here as they cannot be on a chain.
        vm.roll(8192);
        vm.prank(block.coinbase, block.coinbase);
        prologue.prologue("", nextCertificates, nextVerdicts, row);
        assertEq(prologue.mix(1), first, "8191 back");
        vm.expectRevert(abi.encodeWithSelector(IPrologue.HeightNotHeld.selector, 0));
        prologue.mix(0);
        vm.expectRevert(abi.encodeWithSelector(IPrologue.HeightNotHeld.selector, 8193));
        prologue.coinbaseAt(8193);
    }

    function test_distinctHeightWaitsForBlocksAndForCoinbases() external {
        uint256 from = block.number;
        assertEq(prologue.distinctHeight(from, 2, 2), 0, "nothing yet");
        address[] memory four = validators;
        delete validators;
        validators.push(four[0]);
        nextBlocks(5);
        assertEq(prologue.distinctHeight(from, 2, 1), from + 2, "one coinbase is enough");
        assertEq(prologue.distinctHeight(from, 2, 2), 0, "one coinbase is not two");
        validators.push(four[1]);
        nextBlocks(2);
        uint256 height = prologue.distinctHeight(from, 2, 2);
        assertTrue(height > from + 5 && height <= from + 7);
        assertTrue(prologue.coinbaseAt(height) != prologue.coinbaseAt(from + 1), "the second coinbase");
        assertEq(prologue.distinctHeight(from, 7, 2), from + 7, "blocks bind");
        vm.expectRevert(abi.encodeWithSelector(IPrologue.TooManyDistinct.selector, 129));
        prologue.distinctHeight(from, 2, 129);
    }

    function test_gasOfAPrologue() external {
        nextBlocks(3);
        nextBlock();
        vm.snapshotGasLastCall("prologue", "prologue, no entries");
        nextCertificates.push(IPrologue.Certificate(COMMIT, COMMIT, new bytes(195)));
        nextBlock();
        vm.snapshotGasLastCall("prologue", "prologue, one certificate of three seals");
        nextVerdicts.push(IPrologue.Verdict(COMMIT, true, Reason.NONE, 7));
        nextBlock();
        vm.snapshotGasLastCall("prologue", "prologue, one verdict");
    }

    function _expectRefusal(bytes memory reason, bytes memory reveal) private {
        vm.roll(block.number + 1);
        vm.prank(block.coinbase, block.coinbase);
        vm.expectRevert(reason);
        prologue.prologue(reveal, nextCertificates, nextVerdicts, row);
    }
}
