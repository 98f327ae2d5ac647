// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment} from "../../src/Payment.sol";
import {Reason} from "../../src/Reason.sol";
import {Rewards} from "../../src/Rewards.sol";
import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {IRewards} from "../../src/interfaces/IRewards.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

contract RewardsTest is ProtocolTest {
    uint256 private constant SHARE_WEI = 0.4 ether;

    function test_onlyJobsRecords() external {
        vm.expectRevert(abi.encodeWithSelector(IRewards.NotAllowed.selector, address(this)));
        rewards.record(bytes32(uint256(1)), 0, provider, provider, 1, 1, 1);
    }

    function test_aCommitIsRecordedOnce() external {
        _record(1, 1, 1);
        vm.prank(address(jobs));
        vm.expectRevert(
            abi.encodeWithSelector(IRewards.AlreadyRecorded.selector, bytes32(uint256(1)))
        );
        rewards.record(bytes32(uint256(1)), 0, provider, provider, 1, 1, 1);
    }

    function test_anEpochTakesItsEntriesAndNoMore() external {
        for (uint256 i = 1; i <= 2048; ++i) {
            _record(i, 1, 1 ether);
        }
        vm.prank(address(jobs));
        vm.expectRevert(abi.encodeWithSelector(IRewards.EpochFull.selector, 1));
        rewards.record(bytes32(uint256(9999)), 0, provider, provider, 1, 1, 1);
        assertEq(rewards.epochEntryCount(1), 2048);
        toHeight(EPOCH_BLOCKS + 1);
        _record(9999, 1, 1 ether);

        uint256 shareWei = allowanceWei / 2048;
        assertEq(rewards.mintFor(1), 2048 * (shareWei - shareWei % 1 gwei), "floors to gwei");
        assertEq(rewards.tally(1000), 0, "not all");
        assertEq(rewards.tally(1000), 0, "not all");
        assertEq(rewards.tally(1000), 1, "all");
        assertEq(rewards.cumulativeMintWei(), rewards.mintFor(1), "the same sum");
        assertEq(rewards.tally(1000), 1, "the second is open");
    }

    function test_aLongEpochMustBeTalliedFirst() external {
        for (uint256 i = 1; i <= 300; ++i) {
            _record(i, 1, 1 ether);
        }
        (, bytes32 commitId) = settled();
        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        uint64 epoch = rewards.entryOf(commitId).epoch;
        vm.expectRevert(abi.encodeWithSelector(IRewards.NotTallied.selector, epoch));
        rewards.claim(commitId);
        rewards.tally(300);
        rewards.claim(commitId);
    }

    function testFuzz_theMintIsTheSumOfShares(uint64[5] memory units, uint96[5] memory burns, uint96 allowance)
        external
    {
        allowanceWei = allowance;
        uint256 sumUnits;
        for (uint256 i; i < 5; ++i) {
            _record(i + 1, units[i], burns[i]);
            sumUnits += units[i];
        }
        assertEq(rewards.epochWorkUnits(1), sumUnits);
        assertEq(rewards.mintFor(1), 0, "open");
        closeEpoch();
        uint256 sumWei;
        for (uint256 i; i < 5; ++i) {
            uint256 shareWei = rewards.shareOf(bytes32(i + 1));
            assertLe(shareWei, uint256(burns[i]) * 8000 / 10_000, "beta of its burn");
            if (sumUnits != 0) {
                assertLe(shareWei, uint256(allowance) * units[i] / sumUnits, "its part of the pool");
            }
            assertEq(shareWei % 1 gwei, 0, "gwei");
            sumWei += shareWei;
        }
        assertEq(rewards.mintFor(1), sumWei);
        assertLe(sumWei, allowance, "never above the schedule");
        rewards.tally(10);
        assertEq(rewards.obligationsWei(), sumWei);
        assertGe(address(rewards).balance, sumWei, "solvent");
    }

    function test_epochsCountFromOneAndEndAtMultiples() external view {
        assertEq(rewards.epochOf(0), 0);
        assertEq(rewards.epochOf(1), 1);
        assertEq(rewards.epochOf(EPOCH_BLOCKS), 1);
        assertEq(rewards.epochOf(EPOCH_BLOCKS + 1), 2);
    }

    function test_claimingWaitsForTheEpoch() external {
        _record(1, 1, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IRewards.EpochNotClosed.selector, 1));
        rewards.claim(bytes32(uint256(1)));
        // Closed by its last block's prologue, but that block may still add entries.
        toHeight(EPOCH_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(IRewards.EpochNotClosed.selector, 1));
        rewards.claim(bytes32(uint256(1)));
        assertEq(rewards.tally(10), 0, "not yet");
        _record(2, 1, 1 ether);
        nextBlock();
        assertEq(rewards.tally(10), 1);
        assertEq(rewards.mintFor(1), 2 * 0.8 ether, "with the late one");
    }

    function test_claimingWaitsForTheMint() external {
        (, bytes32 commitId) = settled();
        mints = false;
        uint64 epoch = closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRewards.NotMintedYet.selector, epoch, SHARE_WEI, 0)
        );
        rewards.claim(commitId);
        assertEq(rewards.claimable(commitId), SHARE_WEI / 4, "vested all the same");
        vm.deal(address(this), 1 ether);
        (bool ok,) = address(rewards).call{value: SHARE_WEI}("");
        assertTrue(ok, "anyone may pay in");
        rewards.claim(commitId);
    }

    function test_anEpochThatTheBreakerStoppedBlocksNoOther() external {
        _record(1, 1, 1 ether);
        toHeight(EPOCH_BLOCKS);
        row.halted = true;
        nextBlock();
        row.halted = false;
        assertEq(rewards.shareOf(bytes32(uint256(1))), 0, "nothing was minted for it");
        (, bytes32 commitId) = settled();
        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        rewards.claim(commitId);
    }

    function test_partsVestOnTheirBlocksAndTheLastTakesTheRemainder() external {
        allowanceWei = 7 gwei;
        (, bytes32 commitId) = settled();
        closeEpoch();
        uint256 end = proofs.challengeDeadline(commitId);
        toHeight(end);
        vm.expectRevert(abi.encodeWithSelector(IRewards.NothingToClaim.selector, commitId));
        rewards.claim(commitId);
        uint256 partWei = uint256(7 gwei) / 4;
        for (uint256 i; i < 3; ++i) {
            toHeight(end + 1 + 5 * i);
            rewards.claim(commitId);
            assertEq(beneficiary.balance, partWei * (i + 1), "a part");
            vm.expectRevert(abi.encodeWithSelector(IRewards.NothingToClaim.selector, commitId));
            rewards.claim(commitId);
        }
        toHeight(end + 15);
        assertEq(rewards.claimable(commitId), 0);
        toHeight(end + 16);
        rewards.claim(commitId);
        assertEq(beneficiary.balance, 7 gwei, "everything");
        assertEq(rewards.entryOf(commitId).paidWei, 7 gwei);
        toHeight(end + 100);
        vm.expectRevert(abi.encodeWithSelector(IRewards.NothingToClaim.selector, commitId));
        rewards.claim(commitId);
    }

    function test_aBeneficiaryThatRefusesKeepsItsClaim() external {
        vm.prank(provider);
        staking.setBeneficiary(address(staking));
        (, bytes32 commitId) = settled();
        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, address(staking)));
        rewards.claim(commitId);
        assertEq(rewards.entryOf(commitId).paidWei, 0);
    }

    function test_aForfeitTakesWhatIsNotPaid() external {
        (, bytes32 commitId) = settled();
        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        rewards.claim(commitId);
        vm.expectRevert(abi.encodeWithSelector(IRewards.NotForfeited.selector, commitId));
        rewards.sweep(commitId);
        vm.expectRevert(abi.encodeWithSelector(IRewards.NotAllowed.selector, address(this)));
        rewards.forfeit(provider, customer);
        vm.prank(address(jobs));
        rewards.forfeit(provider, address(0x99));
        nextBlocks(20);
        vm.expectRevert(abi.encodeWithSelector(IRewards.Forfeited.selector, commitId));
        rewards.claim(commitId);
        uint256 burnedBefore = SystemAddresses.BURN.balance;
        rewards.sweep(commitId);
        uint256 leftWei = SHARE_WEI * 3 / 4;
        assertEq(SystemAddresses.BURN.balance - burnedBefore, leftWei * 9 / 10, "burned");
        assertEq(address(0x99).balance, leftWei / 10, "finder");
        vm.expectRevert(abi.encodeWithSelector(IRewards.NothingToClaim.selector, commitId));
        rewards.sweep(commitId);
        assertEq(rewards.obligationsWei(), 0);
        assertEq(address(rewards).balance, 0);
    }

    function test_aFinderThatRefusesLosesItsPart() external {
        (, bytes32 commitId) = settled();
        closeEpoch();
        vm.prank(address(jobs));
        rewards.forfeit(provider, address(staking));
        uint256 burnedBefore = SystemAddresses.BURN.balance;
        rewards.sweep(commitId);
        assertEq(SystemAddresses.BURN.balance - burnedBefore, SHARE_WEI, "all burned");
    }

    function test_withoutAFinderEverythingBurns() external {
        (, bytes32 commitId) = settled();
        closeEpoch();
        vm.prank(address(proofs));
        rewards.forfeit(provider, address(0));
        rewards.sweep(commitId);
        assertEq(address(rewards).balance, 0);
    }

    function test_workAfterAForfeitCountsAgain() external {
        vm.prank(address(jobs));
        rewards.forfeit(provider, customer);
        nextBlock();
        (, bytes32 commitId) = settled();
        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        rewards.claim(commitId);
    }

    function test_theStatementAddsUpAtEveryStage() external {
        (, bytes32 commitId) = settled();
        IRewards.Statement memory sums = rewards.statement(provider, 0, 100);
        assertEq(sums.earnedWei, 0, "open epoch");
        closeEpoch();
        _assertStatement(SHARE_WEI, 0, 0, 0, 0);
        uint256 end = proofs.challengeDeadline(commitId);
        toHeight(end + 1);
        _assertStatement(0, SHARE_WEI * 3 / 4, SHARE_WEI / 4, 0, 0);
        rewards.claim(commitId);
        _assertStatement(0, SHARE_WEI * 3 / 4, 0, SHARE_WEI / 4, 0);
        vm.prank(address(jobs));
        rewards.forfeit(provider, customer);
        _assertStatement(0, 0, 0, SHARE_WEI / 4, SHARE_WEI * 3 / 4);
        assertEq(rewards.providerEntryCount(provider), 1);
        assertEq(rewards.providerEntry(provider, 0), commitId);
        sums = rewards.statement(provider, 1, 5);
        assertEq(sums.earnedWei, 0, "past the end");
        sums = rewards.statement(provider, 0, 0);
        assertEq(sums.earnedWei, 0, "none asked for");
    }

    function test_viewsRefuseUnknownEntries() external {
        bytes32 id = bytes32(uint256(5));
        bytes memory reason = abi.encodeWithSelector(IRewards.UnknownEntry.selector, id);
        vm.expectRevert(reason);
        rewards.entryOf(id);
        vm.expectRevert(reason);
        rewards.shareOf(id);
        vm.expectRevert(reason);
        rewards.claimable(id);
        vm.expectRevert(reason);
        rewards.claim(id);
        vm.expectRevert(reason);
        rewards.sweep(id);
    }

    function test_anEntryKeepsItsFields() external {
        (bytes32 jobId, bytes32 commitId) = settled();
        IRewards.Entry memory entry = rewards.entryOf(commitId);
        assertEq(entry.jobId, jobId);
        assertEq(entry.provider, provider);
        assertEq(entry.beneficiary, beneficiary);
        assertEq(entry.workUnits, 1000);
        assertEq(entry.burnWei, FEE_WEI / 2);
        assertEq(entry.verdictHeight, prologue.verdictOf(commitId).height);
        assertEq(rewards.epochEntry(entry.epoch, 0), commitId);
    }

    function test_workWithoutUnitsHasNoShare() external {
        _record(1, 0, 1 ether);
        closeEpoch();
        assertEq(rewards.shareOf(bytes32(uint256(1))), 0);
        assertEq(rewards.mintFor(1), 0);
    }

    function test_constructorRefusesParamsWithoutMeaning() external {
        vm.expectRevert(IRewards.BadConstructor.selector);
        new Rewards(IRewards.Params(0, 1, 1, 0, 0, 1));
        vm.expectRevert(IRewards.BadConstructor.selector);
        new Rewards(IRewards.Params(1, 0, 1, 0, 0, 1));
        vm.expectRevert(IRewards.BadConstructor.selector);
        new Rewards(IRewards.Params(1, 1, 1, 0, 0, 10_001));
        vm.expectRevert(IRewards.BadConstructor.selector);
        new Rewards(IRewards.Params(1, 1, 1, 10_001, 0, 1));
    }

    function test_withoutPartBlocksAllVestsAtOnce() external {
        place(
            address(rewards),
            abi.encodePacked(
                type(Rewards).creationCode, abi.encode(IRewards.Params(EPOCH_BLOCKS, 4, 0, 0, 0, 8000))
            )
        );
        (, bytes32 commitId) = settled();
        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        rewards.claim(commitId);
        assertEq(beneficiary.balance, SHARE_WEI);
    }

    function _holdBack(uint32 bps, uint64 forBlocks) private {
        IRewards.Params memory params = IRewards.Params(EPOCH_BLOCKS, 4, 5, bps, forBlocks, 8000);
        place(address(rewards), abi.encodePacked(type(Rewards).creationCode, abi.encode(params)));
    }

    function test_heldBackPartComesInOnePieceWhenItsTimeIsOver() external {
        _holdBack(2500, 30);
        (, bytes32 commitId) = settled();
        closeEpoch();
        uint256 start = proofs.challengeDeadline(commitId) + 1;
        uint256 heldWei = SHARE_WEI / 4;
        uint256 restWei = SHARE_WEI - heldWei;
        toHeight(start);
        assertEq(rewards.claimable(commitId), restWei / 4);
        toHeight(start + 15);
        assertEq(rewards.claimable(commitId), restWei);
        rewards.claim(commitId);
        toHeight(start + 29);
        assertEq(rewards.claimable(commitId), 0);
        vm.expectRevert(abi.encodeWithSelector(IRewards.NothingToClaim.selector, commitId));
        rewards.claim(commitId);
        _assertStatement(0, heldWei, 0, restWei, 0);
        toHeight(start + 30);
        assertEq(rewards.claimable(commitId), heldWei);
        rewards.claim(commitId);
        assertEq(beneficiary.balance, SHARE_WEI);
    }

    function test_slashTakesTheHeldBackPart() external {
        _holdBack(2500, 30);
        (, bytes32 commitId) = settled();
        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 16);
        rewards.claim(commitId);
        vm.prank(address(proofs));
        rewards.forfeit(provider, address(0));
        toHeight(block.number + 30);
        assertEq(rewards.claimable(commitId), 0);
        uint256 burned = SystemAddresses.BURN.balance;
        rewards.sweep(commitId);
        assertEq(SystemAddresses.BURN.balance - burned, SHARE_WEI / 4);
    }

    function testFuzz_HoldBackAndPartsAddUp(uint16 bps, uint8 forBlocks, uint8 step) external {
        _holdBack(uint32(bound(bps, 0, 10_000)), forBlocks);
        (, bytes32 commitId) = settled();
        closeEpoch();
        uint256 start = proofs.challengeDeadline(commitId) + 1;
        uint256 before;
        for (uint256 age; age <= 256; age += uint256(step) + 1) {
            toHeight(start + age);
            uint256 now_ = rewards.claimable(commitId);
            assertGe(now_, before, "vesting never falls");
            assertLe(now_, SHARE_WEI, "never above the share");
            before = now_;
        }
        toHeight(start + 300);
        assertEq(rewards.claimable(commitId), SHARE_WEI);
    }

    function _record(uint256 id, uint64 units, uint256 burnWei) private {
        vm.prank(address(jobs));
        rewards.record(
            bytes32(id), bytes32(0), provider, beneficiary, units, burnWei, uint64(block.number)
        );
    }

    function _assertStatement(
        uint256 inWindowWei,
        uint256 vestingWei,
        uint256 claimableWei,
        uint256 paidWei,
        uint256 slashedWei
    ) private view {
        IRewards.Statement memory sums = rewards.statement(provider, 0, 100);
        assertEq(sums.earnedWei, SHARE_WEI, "earned");
        assertEq(sums.inWindowWei, inWindowWei, "in window");
        assertEq(sums.vestingWei, vestingWei, "vesting");
        assertEq(sums.claimableWei, claimableWei, "claimable");
        assertEq(sums.paidWei, paidWei, "paid");
        assertEq(sums.slashedWei, slashedWei, "slashed");
    }
}
