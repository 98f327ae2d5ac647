// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jobs} from "../../src/Jobs.sol";
import {Payment} from "../../src/Payment.sol";
import {Reason} from "../../src/Reason.sol";
import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {IJobHook} from "../../src/interfaces/IJobHook.sol";
import {IJobs} from "../../src/interfaces/IJobs.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

/// @notice The way in: create, fund, cancel, accept.
contract JobsIntakeTest is ProtocolTest {
    function test_createWithTheFeeIsFunded() external {
        vm.prank(customer);
        bytes32 jobId = jobs.create{value: FEE_WEI}(request());
        IJobs.Job memory job = jobs.jobOf(jobId);
        assertEq(uint256(job.state), uint256(IJobs.State.FUNDED), "state");
        assertEq(job.customer, customer);
        assertEq(job.feeWei, FEE_WEI);
        assertEq(jobId, keccak256(abi.encode(block.chainid, customer, uint256(0))), "id");
        assertEq(jobs.nonceOf(customer), 1);
        assertEq(jobs.jobAt(0), jobId);
        assertEq(jobs.jobCount(), 1);
    }

    function test_createWithoutTheFeeIsOpenUntilFunded() external {
        vm.prank(customer);
        bytes32 jobId = jobs.create(request());
        assertEq(uint256(jobs.jobOf(jobId).state), uint256(IJobs.State.OPEN), "open");
        vm.expectRevert(abi.encodeWithSelector(IJobs.WrongFee.selector, 1, FEE_WEI));
        jobs.fund{value: 1}(jobId);
        jobs.fund{value: FEE_WEI}(jobId);
        assertEq(uint256(jobs.jobOf(jobId).state), uint256(IJobs.State.FUNDED), "funded");
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.FUNDED)
        );
        jobs.fund{value: FEE_WEI}(jobId);
    }

    function test_anOpenJobCannotBeFundedAfterItsExpiry() external {
        IJobs.Request memory asked = request();
        bytes32 jobId = jobs.create(asked);
        vm.roll(asked.expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobs.JobExpired.selector, jobId, asked.expiry));
        jobs.fund{value: FEE_WEI}(jobId);
    }

    function test_createRefusesWhatCannotBeDone() external {
        IJobs.Request memory asked = request();
        asked.templateId = bytes32(uint256(1));
        vm.expectRevert(abi.encodeWithSelector(IJobs.UnknownTemplate.selector, asked.templateId));
        jobs.create(asked);
        asked = request();
        asked.rows = 0;
        vm.expectRevert(IJobs.EmptyJob.selector);
        jobs.create(asked);
        asked = request();
        asked.seqs = 0;
        vm.expectRevert(IJobs.EmptyJob.selector);
        jobs.create(asked);
        asked = request();
        asked.feeWei = 0;
        vm.expectRevert(IJobs.FeeMissing.selector);
        jobs.create(asked);
        asked = request();
        asked.expiry = uint64(block.number);
        vm.expectRevert(abi.encodeWithSelector(IJobs.ExpiryInThePast.selector, block.number));
        jobs.create(asked);
        asked = request();
        vm.expectRevert(abi.encodeWithSelector(IJobs.WrongFee.selector, FEE_WEI + 1, FEE_WEI));
        jobs.create{value: FEE_WEI + 1}(asked);
    }

    function test_viewsAndMovesRefuseUnknownJobs() external {
        bytes32 id = bytes32(uint256(7));
        bytes memory reason = abi.encodeWithSelector(IJobs.UnknownJob.selector, id);
        vm.expectRevert(reason);
        jobs.jobOf(id);
        vm.expectRevert(reason);
        jobs.fund{value: 1}(id);
        vm.expectRevert(reason);
        jobs.cancel(id);
        vm.expectRevert(reason);
        jobs.accept(id);
        vm.expectRevert(reason);
        jobs.submit(id, "");
        vm.expectRevert(reason);
        jobs.settle(id);
        vm.expectRevert(reason);
        jobs.reject(id);
        vm.expectRevert(reason);
        jobs.expire(id);
        vm.expectRevert(reason);
        jobs.release(id);
    }

    function test_theCustomerTakesBackWhatNobodyAccepted() external {
        vm.startPrank(customer);
        bytes32 openId = jobs.create(request());
        bytes32 fundedId = jobs.create{value: FEE_WEI}(request());
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotTheCustomer.selector, address(this)));
        jobs.cancel(openId);
        vm.startPrank(customer);
        jobs.cancel(openId);
        assertEq(jobs.balanceOf(customer), 0, "nothing was paid");
        jobs.cancel(fundedId);
        assertEq(jobs.balanceOf(customer), FEE_WEI, "the fee");
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, fundedId, IJobs.State.REJECTED)
        );
        jobs.cancel(fundedId);
    }

    function test_anAcceptedJobCannotBeCancelled() external {
        bytes32 jobId = acceptedJob();
        vm.prank(customer);
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.FUNDED)
        );
        jobs.cancel(jobId);
    }

    function test_theFirstProviderGetsAJobForAnyone() external {
        bytes32 jobId = acceptedJob();
        IJobs.Job memory job = jobs.jobOf(jobId);
        assertEq(job.provider, provider);
        assertEq(job.assignedHeight, block.number);
        assertEq(jobs.securedWei(provider), FEE_WEI);
        vm.prank(provider);
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.FUNDED)
        );
        jobs.accept(jobId);
    }

    function test_aNamedProviderIsTheOnlyOne() external {
        IJobs.Request memory asked = request();
        asked.provider = address(0x99);
        bytes32 jobId = jobs.create{value: FEE_WEI}(asked);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotTheProvider.selector, provider));
        jobs.accept(jobId);
        asked.provider = provider;
        jobId = jobs.create{value: FEE_WEI}(asked);
        vm.prank(provider);
        jobs.accept(jobId);
    }

    function test_acceptRefusesOpenAndLateJobs() external {
        IJobs.Request memory asked = request();
        bytes32 jobId = jobs.create(asked);
        vm.startPrank(provider);
        vm.expectRevert(abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.OPEN));
        jobs.accept(jobId);
        vm.stopPrank();
        jobs.fund{value: FEE_WEI}(jobId);
        vm.roll(asked.expiry + 1);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(IJobs.JobExpired.selector, jobId, asked.expiry));
        jobs.accept(jobId);
    }

    function testFuzz_theStakeAnswersForAllAcceptedFees(uint128 fee) external {
        uint128 feeWei = uint128(bound(fee, 1, 100 ether));
        IJobs.Request memory asked = request();
        asked.feeWei = feeWei;
        vm.deal(address(this), feeWei);
        bytes32 jobId = jobs.create{value: feeWei}(asked);
        uint256 neededWei = uint256(feeWei) * 22_000 / 10_000;
        vm.prank(provider);
        if (neededWei > PROVIDER_STAKE_WEI) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IJobs.StakeTooSmall.selector, provider, PROVIDER_STAKE_WEI, neededWei
                )
            );
        }
        jobs.accept(jobId);
    }

    function test_anAccountWithoutStakeCannotAccept() external {
        bytes32 jobId = jobs.create{value: FEE_WEI}(request());
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobs.StakeTooSmall.selector, address(this), 0, uint256(FEE_WEI) * 22 / 10
            )
        );
        jobs.accept(jobId);
    }

    function test_onlyProofsMarksSubmitted() external {
        bytes32 jobId = acceptedJob();
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotAllowed.selector, address(this)));
        jobs.markSubmitted(jobId, bytes32(uint256(1)), 0);
    }

    function test_constructorRefusesWrongParts() external {
        vm.expectRevert(IJobs.BadConstructor.selector);
        new Jobs(IJobs.Params(10_001, 0, 1));
        vm.expectRevert(IJobs.BadConstructor.selector);
        new Jobs(IJobs.Params(10_000, 0, 0));
        new Jobs(IJobs.Params(10_000, 0, 1));
    }
}

/// @notice The way out: submit, settle, reject, expire, release, withdraw.
contract JobsOutcomeTest is ProtocolTest {
    function test_answersMustHashToTheOutputRoot() external {
        bytes32 jobId = acceptedJob();
        vm.prank(provider);
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.FUNDED)
        );
        jobs.submit(jobId, ANSWERS);
        bytes memory encoded = encodeCommit(jobId);
        vm.startPrank(provider);
        proofs.commit(encoded);
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.AnswersDiffer.selector, sha256(ANSWERS), sha256("x"))
        );
        jobs.submit(jobId, "x");
        vm.expectRevert(abi.encodeWithSelector(IJobs.AnswersTooLong.selector, 4097));
        jobs.submit(jobId, new bytes(4097));
        jobs.submit(jobId, ANSWERS);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotTheProvider.selector, address(this)));
        jobs.submit(jobId, ANSWERS);
    }

    function test_settleNeedsAPassVerdict() external {
        (bytes32 jobId,) = committed();
        vm.expectRevert(abi.encodeWithSelector(IJobs.NoVerdict.selector, jobId));
        jobs.settle(jobId);
        (jobId,) = judged(false, Reason.BAD_GLUE);
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.VerdictIsFail.selector, jobId, Reason.BAD_GLUE)
        );
        jobs.settle(jobId);
    }

    function test_settleIsForSubmittedJobsOnly() external {
        bytes32 jobId = acceptedJob();
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.FUNDED)
        );
        jobs.settle(jobId);
        (jobId,) = settled();
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.COMPLETED)
        );
        jobs.settle(jobId);
    }

    function testFuzz_settleSplitsTheFeeExactly(uint128 fee) external {
        uint128 feeWei = uint128(bound(fee, 1, 4 ether));
        IJobs.Request memory asked = request();
        asked.feeWei = feeWei;
        vm.prank(customer);
        bytes32 jobId = jobs.create{value: feeWei}(asked);
        vm.prank(provider);
        jobs.accept(jobId);
        bytes memory encoded = encodeCommit(jobId);
        vm.prank(provider);
        bytes32 commitId = proofs.commit(encoded);
        nextVerdicts.push(IPrologue.Verdict(commitId, true, Reason.NONE, 5));
        nextBlock();
        jobs.settle(jobId);
        assertEq(SystemAddresses.BURN.balance, feeWei / 2, "the burn rounds down");
        assertEq(jobs.balanceOf(provider) + SystemAddresses.BURN.balance, feeWei, "nothing is lost");
        assertEq(address(jobs).balance, jobs.balanceOf(provider), "solvent");
        assertEq(rewards.entryOf(commitId).burnWei, feeWei / 2, "the burn that backs the mint");
    }

    function test_rejectNeedsAFailVerdict() external {
        (bytes32 jobId,) = committed();
        vm.expectRevert(abi.encodeWithSelector(IJobs.NoVerdict.selector, jobId));
        jobs.reject(jobId);
        (jobId,) = judged(true, Reason.NONE);
        vm.expectRevert(abi.encodeWithSelector(IJobs.VerdictIsPass.selector, jobId));
        jobs.reject(jobId);
        jobs.settle(jobId);
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.COMPLETED)
        );
        jobs.reject(jobId);
    }

    function test_rejectTakesPendingRewardsFirst() external {
        (, bytes32 good) = settled();
        nextBlock();
        (bytes32 bad,) = judged(false, Reason.BAD_ROW);
        jobs.reject(bad);
        closeEpoch();
        assertEq(rewards.claimable(good), 0, "forfeited");
        assertEq(jobs.securedWei(provider), FEE_WEI, "the first job's fee is still in its window");
    }

    function test_aVerdictOlderThanTheRingHasNoFinder() external {
        (bytes32 jobId,) = judged(false, Reason.BAD_ROW);
        vm.roll(block.number + 8192);
        vm.prank(block.coinbase, block.coinbase);
        prologue.prologue("", nextCertificates, nextVerdicts, row);
        jobs.reject(jobId);
        assertEq(SystemAddresses.BURN.balance, PROVIDER_STAKE_WEI, "all of it burns");
    }

    function test_anUnansweredJobExpiresToItsCustomer() external {
        bytes32 jobId = acceptedJob();
        uint256 expiry = jobs.jobOf(jobId).expiry;
        vm.roll(expiry);
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotExpired.selector, jobId));
        jobs.expire(jobId);
        vm.roll(expiry + 1);
        jobs.expire(jobId);
        assertEq(jobs.balanceOf(customer), FEE_WEI, "refund");
        assertEq(jobs.securedWei(provider), 0, "freed");
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.EXPIRED)
        );
        jobs.expire(jobId);
    }

    function test_anOpenJobExpiresWithNothingToPay() external {
        IJobs.Request memory asked = request();
        bytes32 jobId = jobs.create(asked);
        vm.roll(asked.expiry + 1);
        jobs.expire(jobId);
        assertEq(jobs.balanceOf(address(this)), 0);
    }

    function test_aStalledJobPaysTheProviderThatWasReady() external {
        (bytes32 jobId, bytes32 commitId) = opened();
        nextCertificates.push(IPrologue.Certificate(commitId, sidecarRootOf(commitId), ""));
        nextBlock();
        uint256 expiry = jobs.jobOf(jobId).expiry;
        vm.roll(proofs.commitOf(commitId).height + STALL_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotExpired.selector, jobId));
        jobs.expire(jobId);
        vm.roll(expiry + 1);
        jobs.expire(jobId);
        assertEq(jobs.balanceOf(provider), FEE_WEI / 2, "less the burned part");
        assertEq(SystemAddresses.BURN.balance, FEE_WEI / 2);
    }

    function test_aStalledJobPaysTheCustomerIfTheProviderWasNotReady() external {
        (bytes32 jobId, bytes32 commitId) = opened();
        nextCertificates.push(IPrologue.Certificate(commitId, bytes32(uint256(9)), ""));
        nextBlock();
        vm.roll(jobs.jobOf(jobId).expiry + 1);
        jobs.expire(jobId);
        assertEq(jobs.balanceOf(customer), FEE_WEI, "another sidecar is none");
    }

    function test_aSubmittedJobWaitsOutItsStallBlocks() external {
        IJobs.Request memory asked = request();
        asked.expiry = uint64(block.number + 2);
        vm.prank(customer);
        bytes32 jobId = jobs.create{value: FEE_WEI}(asked);
        vm.prank(provider);
        jobs.accept(jobId);
        bytes memory encoded = encodeCommit(jobId);
        vm.prank(provider);
        bytes32 commitId = proofs.commit(encoded);
        uint256 height = block.number;
        vm.roll(height + STALL_BLOCKS);
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotExpired.selector, jobId));
        jobs.expire(jobId);
        vm.roll(height + STALL_BLOCKS + 1);
        nextVerdicts.push(IPrologue.Verdict(commitId, false, Reason.WITHHELD, 0));
        vm.prank(block.coinbase, block.coinbase);
        prologue.prologue("", nextCertificates, nextVerdicts, row);
        vm.expectRevert(abi.encodeWithSelector(IJobs.NotExpired.selector, jobId));
        jobs.expire(jobId);
    }

    function test_aLateFailVerdictStillSlashes() external {
        (bytes32 jobId, bytes32 commitId) = opened();
        vm.roll(jobs.jobOf(jobId).expiry + 1);
        jobs.expire(jobId);
        nextVerdicts.push(IPrologue.Verdict(commitId, false, Reason.BAD_ROW, 0));
        nextBlock();
        jobs.reject(jobId);
        assertEq(staking.providerStake(provider), 0, "slashed");
        assertEq(jobs.balanceOf(customer), FEE_WEI, "refunded once");
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.WrongState.selector, jobId, IJobs.State.REJECTED)
        );
        jobs.reject(jobId);
    }

    function test_theStakeIsFreedAfterTheWindow() external {
        (bytes32 jobId, bytes32 commitId) = settled();
        assertEq(jobs.securedWei(provider), FEE_WEI);
        toHeight(proofs.challengeDeadline(commitId));
        vm.expectRevert(abi.encodeWithSelector(IJobs.StillSecured.selector, jobId));
        jobs.release(jobId);
        nextBlock();
        jobs.release(jobId);
        assertEq(jobs.securedWei(provider), 0);
        vm.expectRevert(abi.encodeWithSelector(IJobs.StillSecured.selector, jobId));
        jobs.release(jobId);
    }

    function test_balancesArePulledOnceByAnyoneForTheirOwner() external {
        settled();
        uint256 before = provider.balance;
        jobs.withdraw(provider);
        assertEq(provider.balance - before, FEE_WEI / 2);
        vm.expectRevert(abi.encodeWithSelector(IJobs.NothingToWithdraw.selector, provider));
        jobs.withdraw(provider);
    }

    function test_aCustomerThatRefusesItsRefundBlocksNobody() external {
        bytes32 jobId = jobs.create{value: FEE_WEI}(request());
        vm.roll(block.number + 101);
        jobs.expire(jobId);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, address(this)));
        jobs.withdraw(address(this));
        assertEq(jobs.balanceOf(address(this)), FEE_WEI, "still credited");
    }

    function test_gasFromOpenToComplete() external {
        vm.prank(customer);
        bytes32 jobId = jobs.create{value: FEE_WEI}(request());
        vm.snapshotGasLastCall("jobs", "job 1 create and fund");
        vm.prank(provider);
        jobs.accept(jobId);
        vm.snapshotGasLastCall("jobs", "job 2 accept");
        bytes memory encoded = encodeCommit(jobId);
        vm.prank(provider);
        bytes32 commitId = proofs.commit(encoded);
        vm.snapshotGasLastCall("jobs", "job 3 commit");
        while (proofs.auditHeight(commitId) == 0) nextBlock();
        toHeight(proofs.auditHeight(commitId) + 4);
        vm.prank(provider);
        proofs.open(encodeOpen(commitId));
        vm.snapshotGasLastCall("jobs", "job 4 open");
        nextCertificates.push(IPrologue.Certificate(commitId, sidecarRootOf(commitId), ""));
        nextVerdicts.push(IPrologue.Verdict(commitId, true, Reason.NONE, 1000));
        nextBlock();
        jobs.settle(jobId);
        vm.snapshotGasLastCall("jobs", "job 5 settle");
        vm.prank(provider);
        jobs.submit(jobId, ANSWERS);
        vm.snapshotGasLastCall("jobs", "job 6 submit answers");
        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        rewards.claim(commitId);
        vm.snapshotGasLastCall("jobs", "job 7 claim, first of the epoch");
    }
}

contract RecordingHook is IJobHook {
    uint256 public jobId;
    bytes4 public selector;
    bytes public encoded;

    function afterAction(uint256 jobId_, bytes4 selector_, bytes calldata encoded_) external {
        (jobId, selector, encoded) = (jobId_, selector_, encoded_);
    }
}

contract HostileHook is IJobHook {
    function afterAction(uint256, bytes4, bytes calldata) external pure {
        while (true) {}
    }
}

/// @notice Hooks hear of outcomes and can stop none.
contract JobsHookTest is ProtocolTest {
    function test_aHookHearsOfSettlement() external {
        RecordingHook hook = new RecordingHook();
        bytes32 jobId = _judgedWithHook(address(hook), true);
        // Too little gas for the hook stops the caller instead of the hook: no amount settles without it.
        bool refused;
        bool done;
        for (uint256 gas_ = 150_000; !done; gas_ += 5_000) {
            bytes memory answer;
            (done, answer) = address(jobs).call{gas: gas_}(abi.encodeCall(IJobs.settle, (jobId)));
            refused = refused || (answer.length >= 4 && bytes4(answer) == IJobs.GasTooLow.selector);
        }
        assertTrue(refused, "too little gas");
        assertEq(hook.jobId(), uint256(jobId));
        assertEq(bytes32(hook.selector()), IJobs.settle.selector);
        assertEq(hook.encoded(), abi.encode(jobs.jobOf(jobId).commitId, uint8(0)), "encoded");
    }

    function test_aHostileHookCannotBlockARefund() external {
        HostileHook hook = new HostileHook();
        bytes32 jobId = _judgedWithHook(address(hook), false);
        vm.expectEmit(address(jobs));
        emit IJobs.HookFailed(jobId, address(hook));
        jobs.reject(jobId);
        assertEq(jobs.balanceOf(customer), FEE_WEI);
    }

    function _judgedWithHook(address hook, bool pass) private returns (bytes32 jobId) {
        IJobs.Request memory asked = request();
        asked.hook = hook;
        vm.prank(customer);
        jobId = jobs.create{value: FEE_WEI}(asked);
        vm.prank(provider);
        jobs.accept(jobId);
        bytes memory encoded = encodeCommit(jobId);
        vm.prank(provider);
        bytes32 commitId = proofs.commit(encoded);
        nextVerdicts.push(
            IPrologue.Verdict(commitId, pass, pass ? Reason.NONE : Reason.BAD_OUTPUT, 5)
        );
        nextBlock();
    }
}
