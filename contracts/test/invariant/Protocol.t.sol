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
import {Reentrant} from "../mocks/Reentrant.sol";
import {Campaign} from "./Moves.sol";
import {ProtocolHandler} from "./ProtocolHandler.sol";

/// @notice What holds after any sequence of moves.
contract ProtocolInvariants is Campaign {
    Jobs private constant jobs = Jobs(SystemAddresses.JOBS);
    Proofs private constant proofs = Proofs(SystemAddresses.PROOFS);
    Staking private constant staking = Staking(SystemAddresses.STAKING);
    Rewards private constant rewards = Rewards(payable(SystemAddresses.REWARDS));

    ProtocolHandler private _handler;
    uint256 private _coinsWei;

    function setUp() external {
        _handler = new ProtocolHandler();
        _handler.setUp();
        (_coinsWei,) = _handler.coinsWei();
        bytes4[] memory moves = new bytes4[](57);
        moves[0] = ProtocolHandler.create.selector;
        moves[1] = ProtocolHandler.fund.selector;
        moves[2] = ProtocolHandler.cancel.selector;
        moves[3] = ProtocolHandler.accept.selector;
        moves[4] = ProtocolHandler.settle.selector;
        moves[5] = ProtocolHandler.reject.selector;
        moves[6] = ProtocolHandler.expire.selector;
        moves[7] = ProtocolHandler.release.selector;
        moves[8] = ProtocolHandler.withdrawFees.selector;
        moves[9] = ProtocolHandler.commit.selector;
        moves[10] = ProtocolHandler.open.selector;
        moves[11] = ProtocolHandler.deliver.selector;
        moves[12] = ProtocolHandler.challenge.selector;
        moves[13] = ProtocolHandler.answer.selector;
        moves[14] = ProtocolHandler.descend.selector;
        moves[15] = ProtocolHandler.askRuling.selector;
        moves[16] = ProtocolHandler.resolve.selector;
        moves[17] = ProtocolHandler.withdrawBond.selector;
        moves[18] = ProtocolHandler.claim.selector;
        moves[19] = ProtocolHandler.sweep.selector;
        moves[20] = ProtocolHandler.tally.selector;
        moves[21] = ProtocolHandler.addStake.selector;
        moves[22] = ProtocolHandler.requestExit.selector;
        moves[23] = ProtocolHandler.withdrawStake.selector;
        moves[24] = ProtocolHandler.withdrawCredit.selector;
        moves[25] = ProtocolHandler.slashDoubleSeal.selector;
        moves[26] = ProtocolHandler.blocks.selector;
        // What jobs live on comes more often.
        bytes4[10] memory often = [
            ProtocolHandler.create.selector,
            ProtocolHandler.accept.selector,
            ProtocolHandler.commit.selector,
            ProtocolHandler.open.selector,
            ProtocolHandler.settle.selector,
            ProtocolHandler.claim.selector,
            ProtocolHandler.addStake.selector,
            ProtocolHandler.blocks.selector,
            ProtocolHandler.blockWithVerdicts.selector,
            ProtocolHandler.blockWithVerdicts.selector
        ];
        for (uint256 i = 27; i < moves.length; ++i) {
            moves[i] = often[i % often.length];
        }
        _setUpCampaign(_handler, moves);
    }

    /// @dev One campaign checks everything: campaigns of one contract would repeat the same moves.
    function invariant_theBooksBalance() external view {
        _requireInvariants();
    }

    function _requireInvariants() internal view override {
        _jobsIsSolventAndPaysOnce();
        _stakeIsConserved();
        _bondsAreConserved();
        _rewardsIsSolventAndPaysOnce();
        _securedFeesAreThoseOfLiveJobs();
        (uint256 sumWei, uint256 mintedWei) = _handler.coinsWei();
        assertEq(sumWei, _coinsWei + mintedWei, "no coin is made or lost");
    }

    function _paths() internal pure override returns (bytes32[] memory paths) {
        paths = new bytes32[](37);
        paths[0] = "create";
        paths[1] = "fund";
        paths[2] = "cancel";
        paths[3] = "accept";
        paths[4] = "settle";
        paths[5] = "settle with hook";
        paths[6] = "reject";
        paths[7] = "reject after expiry";
        paths[8] = "reject an overturned commit";
        paths[9] = "refund despite its hook";
        paths[10] = "expire";
        paths[11] = "expire pays the provider";
        paths[12] = "expire pays the customer";
        paths[13] = "release";
        paths[14] = "withdraw fees";
        paths[15] = "commit";
        paths[16] = "open";
        paths[17] = "deliver";
        paths[18] = "challenge";
        paths[19] = "answer";
        paths[20] = "descend";
        paths[21] = "ask for a ruling";
        paths[22] = "resolve";
        paths[23] = "the challenger wins";
        paths[24] = "the provider wins";
        paths[25] = "no ruling came";
        paths[26] = "withdraw bond";
        paths[27] = "claim";
        paths[28] = "sweep";
        paths[29] = "tally";
        paths[30] = "tally an epoch";
        paths[31] = "add stake";
        paths[32] = "request exit";
        paths[33] = "withdraw stake";
        paths[34] = "withdraw finder's part";
        paths[35] = "slash a double seal";
        paths[36] = "the breaker";
    }

    /// @dev Jobs holds exactly the fees in escrow and what it owes; each account was credited what its jobs'
    /// outcomes say, once.
    function _jobsIsSolventAndPaysOnce() private view {
        uint256 owedWei;
        for (uint256 i; i < jobs.jobCount(); ++i) {
            IJobs.Job memory job = jobs.jobOf(jobs.jobAt(i));
            bool escrowed = job.state == IJobs.State.FUNDED || job.state == IJobs.State.SUBMITTED;
            if (escrowed) owedWei += job.feeWei;
        }
        for (uint256 i; i < 3; ++i) {
            address actor = _handler.actorAt(i);
            uint256 dueWei = jobs.balanceOf(actor);
            owedWei += dueWei;
            uint256 paidWei = actor.code.length == 0
                ? _handler.withdrawnWei(actor)
                : Reentrant(payable(actor)).receivedWei(address(jobs));
            assertEq(paidWei + dueWei, _handler.creditedWei(actor), "each job paid once");
        }
        assertEq(address(jobs).balance, owedWei, "jobs");
    }

    /// @dev What the contract holds is active, exiting or a finder's; and what an account brought in is active,
    /// exiting, slashed or back with it.
    function _stakeIsConserved() private view {
        uint256 owedWei;
        for (uint256 i; i < 4; ++i) {
            owedWei += _stakeOf(_handler.validatorAt(i), IStaking.Role.VALIDATOR);
        }
        for (uint256 i; i < 3; ++i) {
            owedWei += _stakeOf(_handler.actorAt(i), IStaking.Role.PROVIDER);
        }
        owedWei += 10 ether; // The provider of the base test, which does not play.
        assertEq(address(staking).balance, owedWei, "staking");
    }

    function _stakeOf(address account, IStaking.Role role) private view returns (uint256 heldWei) {
        IStaking.Stake memory stake = staking.stakeOf(account, role);
        heldWei = uint256(stake.stakeWei) + stake.exitingWei;
        // The reentrant account takes stakes out by itself.
        if (account.code.length == 0) {
            uint256 outWei = _handler.unstakedWei(account, role);
            assertEq(
                heldWei + stake.slashedWei + outWei, _handler.stakedWei(account, role), "stake"
            );
        }
        heldWei += staking.creditOf(account);
    }

    /// @dev Proofs holds exactly open bonds and refunds.
    function _bondsAreConserved() private view {
        uint256 owedWei;
        for (uint256 i; i < proofs.commitCount(); ++i) {
            owedWei += proofs.challengeOf(proofs.commitAt(i)).bondWei;
        }
        for (uint256 i; i < 3; ++i) {
            owedWei += proofs.balanceOf(_handler.actorAt(i));
        }
        assertEq(address(proofs).balance, owedWei, "proofs");
    }

    /// @dev Rewards can pay what it owes, pays no share twice, and for each provider what was credited is
    /// vested, locked, claimable, paid or slashed.
    function _rewardsIsSolventAndPaysOnce() private view {
        assertGe(address(rewards).balance, rewards.obligationsWei(), "solvent");
        for (uint256 i; i < 3; ++i) {
            address provider = _handler.actorAt(i);
            IRewards.Statement memory sums = rewards.statement(provider, 0, type(uint256).max);
            uint256 partsWei = sums.inWindowWei + sums.vestingWei + sums.claimableWei;
            assertEq(sums.earnedWei, partsWei + sums.paidWei + sums.slashedWei, "statement");
            assertEq(sums.paidWei, _handler.beneficiaryAt(i).balance, "each coin paid once");
            for (uint256 j; j < rewards.providerEntryCount(provider); ++j) {
                bytes32 commitId = rewards.providerEntry(provider, j);
                IRewards.Entry memory entry = rewards.entryOf(commitId);
                uint256 shareWei = rewards.shareOf(commitId);
                assertLe(entry.paidWei, shareWei, "at most the share");
                assertLe(shareWei, uint256(entry.burnWei) * 8000 / 10_000, "beta of the burn");
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
                if (job.provider != _handler.actorAt(a) || job.assignedHeight == 0) continue;
                bool live = job.state == IJobs.State.FUNDED || job.state == IJobs.State.SUBMITTED;
                if (live) leastWei += job.feeWei;
                if (live || job.state == IJobs.State.COMPLETED) mostWei += job.feeWei;
            }
            assertGe(jobs.securedWei(_handler.actorAt(a)), leastWei, "live jobs are secured");
            assertLe(jobs.securedWei(_handler.actorAt(a)), mostWei, "nothing else is");
        }
    }
}
