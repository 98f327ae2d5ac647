// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Reason} from "../src/Reason.sol";
import {SystemAddresses} from "../src/SystemAddresses.sol";
import {IJobs} from "../src/interfaces/IJobs.sol";
import {IStaking} from "../src/interfaces/IStaking.sol";
import {ProtocolTest} from "./ProtocolTest.sol";

/// @notice From a job to its coin, and from a fake to its slash.
contract MainPathTest is ProtocolTest {
    function test_passedWorkIsPaidRewardedAndVested() external {
        (bytes32 jobId, bytes32 commitId) = settled();
        assertEq(uint256(jobs.jobOf(jobId).state), uint256(IJobs.State.COMPLETED), "state");
        assertEq(jobs.balanceOf(provider), FEE_WEI / 2, "the provider's part");
        assertEq(SystemAddresses.BURN.balance, FEE_WEI / 2, "the burned part");

        closeEpoch();
        assertEq(rewards.shareOf(commitId), FEE_WEI / 2 * 8000 / 10_000, "beta of the burn");
        toHeight(proofs.challengeDeadline(commitId));
        assertEq(rewards.claimable(commitId), 0, "inside the window");
        nextBlock();
        rewards.claim(commitId);
        assertEq(beneficiary.balance, 0.1 ether, "a quarter");
        nextBlocks(15);
        rewards.claim(commitId);
        assertEq(beneficiary.balance, 0.4 ether, "all of it");
        assertEq(rewards.obligationsWei(), 0, "nothing is owed");

        jobs.withdraw(provider);
        assertEq(address(jobs).balance, 0, "nothing is left");
    }

    function test_refusedWorkIsRefundedAndSlashed() external {
        (bytes32 jobId,) = judged(false, Reason.BAD_ROW);
        address finder = block.coinbase;
        jobs.reject(jobId);
        assertEq(uint256(jobs.jobOf(jobId).state), uint256(IJobs.State.REJECTED), "state");
        assertEq(jobs.balanceOf(customer), FEE_WEI, "the fee goes back");
        assertEq(staking.providerStake(provider), 0, "the stake is gone");
        assertEq(SystemAddresses.BURN.balance, PROVIDER_STAKE_WEI * 9 / 10, "nine tenths burn");
        assertEq(staking.creditOf(finder), PROVIDER_STAKE_WEI / 10, "a tenth to the finder");
        assertEq(staking.stakeOf(provider, IStaking.Role.PROVIDER).slashedWei, PROVIDER_STAKE_WEI, "book");
    }

    function test_answersReachTheCustomerOnChain() external {
        (bytes32 jobId,) = settled();
        vm.prank(provider);
        jobs.submit(jobId, ANSWERS);
    }
}
