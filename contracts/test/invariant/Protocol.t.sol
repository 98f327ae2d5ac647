// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jobs} from "../../src/Jobs.sol";
import {Proofs} from "../../src/Proofs.sol";
import {Rewards} from "../../src/Rewards.sol";
import {Staking} from "../../src/Staking.sol";
import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {IJobs} from "../../src/interfaces/IJobs.sol";
import {IRewards} from "../../src/interfaces/IRewards.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {Test} from "../Test.sol";
import {ProtocolHandler} from "./ProtocolHandler.sol";

/// @notice What holds after any sequence of moves.
contract ProtocolInvariants is Test {
    Jobs private constant jobs = Jobs(SystemAddresses.JOBS);
    Proofs private constant proofs = Proofs(SystemAddresses.PROOFS);
    Staking private constant staking = Staking(SystemAddresses.STAKING);
    Rewards private constant rewards = Rewards(payable(SystemAddresses.REWARDS));

    ProtocolHandler private _handler;

    function setUp() external {
        _handler = new ProtocolHandler();
        _handler.setUp();
        bytes4[] memory moves = new bytes4[](26);
        moves[0] = ProtocolHandler.create.selector;
        moves[1] = ProtocolHandler.fund.selector;
        moves[2] = ProtocolHandler.cancel.selector;
        moves[3] = ProtocolHandler.accept.selector;
        moves[4] = ProtocolHandler.commit.selector;
        moves[5] = ProtocolHandler.open.selector;
        moves[6] = ProtocolHandler.blockWithVerdicts.selector;
        moves[7] = ProtocolHandler.blocks.selector;
        moves[8] = ProtocolHandler.settle.selector;
        moves[9] = ProtocolHandler.reject.selector;
        moves[10] = ProtocolHandler.expire.selector;
        moves[11] = ProtocolHandler.release.selector;
        moves[12] = ProtocolHandler.withdrawFees.selector;
        moves[13] = ProtocolHandler.claim.selector;
        moves[14] = ProtocolHandler.sweep.selector;
        moves[15] = ProtocolHandler.tally.selector;
        moves[16] = ProtocolHandler.challenge.selector;
        moves[17] = ProtocolHandler.askRuling.selector;
        moves[18] = ProtocolHandler.resolve.selector;
        moves[19] = ProtocolHandler.withdrawBond.selector;
        moves[20] = ProtocolHandler.addStake.selector;
        moves[21] = ProtocolHandler.requestExit.selector;
        moves[22] = ProtocolHandler.withdrawStake.selector;
        moves[23] = ProtocolHandler.withdrawCredit.selector;
        moves[24] = ProtocolHandler.blockWithVerdicts.selector;
        moves[25] = ProtocolHandler.blockWithVerdicts.selector;
        targetContract(address(_handler));
        targetSelector(address(_handler), moves);
    }

    /// @dev One campaign checks everything after each move.
    function invariant_theBooksBalance() external view {
        _jobsHoldsEscrowAndCredits();
        _stakingHoldsStakesAndCredits();
        _proofsHoldsBonds();
        _rewardsIsSolventAndPaysOnce();
        _securedFeesAreThoseOfLiveJobs();
    }

    /// @notice The moves are tried by an account that holds nothing: forge gives senders a balance of its own.
    function targetSenders() external pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = address(0x5E4D);
    }

    /// @dev Jobs holds exactly the fees in escrow and what it owes.
    function _jobsHoldsEscrowAndCredits() private view {
        uint256 owedWei;
        for (uint256 i; i < jobs.jobCount(); ++i) {
            IJobs.Job memory job = jobs.jobOf(jobs.jobAt(i));
            bool escrowed = job.state == IJobs.State.FUNDED || job.state == IJobs.State.SUBMITTED;
            if (escrowed) owedWei += job.feeWei;
        }
        for (uint256 i; i < 3; ++i) {
            owedWei += jobs.balanceOf(_handler.actors(i));
        }
        assertEq(address(jobs).balance, owedWei, "jobs");
    }

    /// @dev Stake is conserved: what the contract holds is active, exiting or a finder's.
    function _stakingHoldsStakesAndCredits() private view {
        uint256 owedWei;
        for (uint256 i; i < 4; ++i) {
            address validator = _handler.validatorAt(i);
            owedWei += staking.stakeOf(validator, IStaking.Role.VALIDATOR).stakeWei;
            owedWei += staking.creditOf(validator);
        }
        owedWei += _providerStake(0xF000) + _providerStake(0xF001) + _providerStake(0xF002);
        owedWei += 10 ether; // The provider of the base test, which does not play.
        assertEq(address(staking).balance, owedWei, "staking");
    }

    /// @dev Proofs holds exactly open bonds and refunds.
    function _proofsHoldsBonds() private view {
        uint256 owedWei;
        for (uint256 i; i < proofs.commitCount(); ++i) {
            owedWei += proofs.challengeOf(proofs.commitAt(i)).bondWei;
        }
        for (uint256 i; i < 3; ++i) {
            owedWei += proofs.balanceOf(_handler.actors(i));
        }
        assertEq(address(proofs).balance, owedWei, "proofs");
    }

    /// @dev Rewards can pay what it owes, pays no share twice, and its statements add up.
    function _rewardsIsSolventAndPaysOnce() private view {
        assertGe(address(rewards).balance, rewards.obligationsWei(), "solvent");
        for (uint256 i; i < 3; ++i) {
            address provider = _handler.actors(i);
            IRewards.Statement memory sums = rewards.statement(provider, 0, type(uint256).max);
            uint256 partsWei = sums.inWindowWei + sums.vestingWei + sums.claimableWei;
            assertEq(sums.earnedWei, partsWei + sums.paidWei + sums.slashedWei, "statement");
            assertEq(sums.paidWei, _handler.beneficiaryAt(i).balance, "each coin paid once");
            for (uint256 j; j < rewards.providerEntryCount(provider); ++j) {
                bytes32 commitId = rewards.providerEntry(provider, j);
                IRewards.Entry memory entry = rewards.entryOf(commitId);
                assertLe(entry.paidWei, rewards.shareOf(commitId), "at most the share");
                assertLe(
                    rewards.shareOf(commitId), uint256(entry.burnWei) * 8000 / 10_000, "beta of the burn"
                );
            }
        }
    }

    /// @dev A provider's secured fees are those of its accepted jobs that are not over.
    function _securedFeesAreThoseOfLiveJobs() private view {
        for (uint256 a; a < 3; ++a) {
            uint256 leastWei;
            uint256 mostWei;
            for (uint256 i; i < jobs.jobCount(); ++i) {
                IJobs.Job memory job = jobs.jobOf(jobs.jobAt(i));
                if (job.provider != _handler.actors(a) || job.assignedHeight == 0) continue;
                bool live = job.state == IJobs.State.FUNDED || job.state == IJobs.State.SUBMITTED;
                if (live) leastWei += job.feeWei;
                if (live || job.state == IJobs.State.COMPLETED) mostWei += job.feeWei;
            }
            assertGe(jobs.securedWei(_handler.actors(a)), leastWei, "live jobs are secured");
            assertLe(jobs.securedWei(_handler.actors(a)), mostWei, "nothing else is");
        }
    }

    function _providerStake(uint160 account) private view returns (uint256) {
        IStaking.Stake memory stake = staking.stakeOf(address(account), IStaking.Role.PROVIDER);
        return uint256(stake.stakeWei) + stake.exitingWei + staking.creditOf(address(account));
    }
}
