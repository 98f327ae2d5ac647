// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Reason} from "../../src/Reason.sol";
import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {IJobs} from "../../src/interfaces/IJobs.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {IProofs} from "../../src/interfaces/IProofs.sol";
import {IRewards} from "../../src/interfaces/IRewards.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

/// @notice The bonded descent over a trace of 2^10 leaves: two steps, of eight levels and of two.
contract ChallengeTest is ProtocolTest {
    uint8 private constant DEPTH = 10;
    uint256 private constant LEAF = 777;
    address private constant CHALLENGER = address(0xCAFE);

    function setUp() public override {
        super.setUp();
        vm.deal(CHALLENGER, 100 ether);
    }

    function test_theDescentReachesTheLeafAndTheVotersRule() external {
        (bytes32 jobId, bytes32 commitId) = settled();
        _challenge(commitId);
        vm.snapshotGasLastCall("challenge", "challenge 1 open");
        _descendToLeaf(commitId);
        IProofs.Challenge memory game = proofs.challengeOf(commitId);
        assertEq(uint256(game.stage), uint256(IProofs.Stage.RULING), "stage");
        assertEq(game.index, LEAF, "index");
        assertEq(game.node, _leaf(LEAF), "leaf");
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.RULING), "due");
        _rule(commitId, false);
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.NOTHING), "given");

        proofs.resolve(commitId);
        vm.snapshotGasLastCall("challenge", "challenge 4 resolve");
        assertTrue(proofs.isOverturned(commitId), "overturned");
        assertEq(staking.providerStake(provider), 0, "stake");
        assertEq(staking.creditOf(CHALLENGER), PROVIDER_STAKE_WEI / 10, "finder");
        assertEq(proofs.balanceOf(CHALLENGER), BOND_WEI, "bond");
        proofs.withdraw(CHALLENGER);
        assertEq(CHALLENGER.balance, 100 ether);
        vm.expectRevert(abi.encodeWithSelector(IProofs.NothingToWithdraw.selector, CHALLENGER));
        proofs.withdraw(CHALLENGER);

        closeEpoch();
        toHeight(proofs.challengeDeadline(commitId) + 1);
        vm.expectRevert(abi.encodeWithSelector(IRewards.Forfeited.selector, commitId));
        rewards.claim(commitId);
        rewards.sweep(commitId);
        assertEq(CHALLENGER.balance, 100 ether + 0.04 ether, "a tenth of the reward too");
        jobs.release(jobId);
    }

    function test_anUpheldCommitBurnsTheBond() external {
        (, bytes32 commitId) = settled();
        uint256 windowEnd = proofs.challengeDeadline(commitId);
        uint256 opened_ = block.number;
        _challenge(commitId);
        _descendToLeaf(commitId);
        _rule(commitId, true);
        uint256 burned = SystemAddresses.BURN.balance;
        proofs.resolve(commitId);
        assertEq(SystemAddresses.BURN.balance - burned, BOND_WEI, "burned");
        assertFalse(proofs.isOverturned(commitId), "stands");
        assertFalse(proofs.isChallenged(commitId), "over");
        assertEq(
            proofs.challengeDeadline(commitId), windowEnd + block.number - opened_, "window extended"
        );
        assertEq(staking.providerStake(provider), PROVIDER_STAKE_WEI);
        _challenge(commitId);
        assertEq(proofs.challengeOf(commitId).rulingIndex, 1, "the next ruling decides the next");
        vm.expectRevert(
            abi.encodeWithSelector(
                IProofs.TurnNotOver.selector, block.number, block.number + STEP_BLOCKS
            )
        );
        proofs.resolve(commitId);
    }

    function test_aSilentProviderLoses() external {
        (, bytes32 commitId) = settled();
        _challenge(commitId);
        nextBlocks(STEP_BLOCKS);
        vm.expectRevert(
            abi.encodeWithSelector(IProofs.TurnNotOver.selector, block.number, block.number)
        );
        proofs.resolve(commitId);
        nextBlock();
        bytes32[] memory hashes = _answerAt(0, 8);
        vm.expectRevert(
            abi.encodeWithSelector(IProofs.TurnOver.selector, block.number, block.number - 1)
        );
        proofs.answer(commitId, hashes);
        proofs.resolve(commitId);
        assertTrue(proofs.isOverturned(commitId));
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IProofs.NotChallengeable.selector, commitId));
        proofs.challenge{value: BOND_WEI}(commitId, DEPTH);
    }

    function test_aSilentChallengerLosesItsBond() external {
        (, bytes32 commitId) = settled();
        _challenge(commitId);
        proofs.answer(commitId, _answerAt(0, 8));
        nextBlocks(STEP_BLOCKS + 1);
        proofs.resolve(commitId);
        assertFalse(proofs.isOverturned(commitId), "stands");
        assertEq(proofs.balanceOf(CHALLENGER), 0, "no refund");
        vm.expectRevert(
            abi.encodeWithSelector(IProofs.WrongStage.selector, commitId, IProofs.Stage.NONE)
        );
        proofs.resolve(commitId);
    }

    function test_aRulingThatNeverComesVoidsTheChallenge() external {
        (, bytes32 commitId) = settled();
        vm.prank(CHALLENGER);
        proofs.challenge{value: BOND_WEI}(commitId, 0);
        uint256 deadline = block.number + 16 * STEP_BLOCKS;
        toHeight(deadline - 1);
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.RULING), "last chance");
        toHeight(deadline);
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.NOTHING), "too late");
        nextBlock();
        proofs.resolve(commitId);
        assertEq(proofs.balanceOf(CHALLENGER), BOND_WEI, "nobody's fault");
        assertFalse(proofs.isOverturned(commitId), "stands");
    }

    function test_theProviderMayContestTheDepth() external {
        (, bytes32 commitId) = settled();
        vm.prank(CHALLENGER);
        proofs.challenge{value: BOND_WEI}(commitId, 30);
        vm.expectRevert(abi.encodeWithSelector(IProofs.NotTheProvider.selector, address(this)));
        proofs.askRuling(commitId);
        vm.prank(provider);
        proofs.askRuling(commitId);
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.RULING));
        _rule(commitId, true);
        proofs.resolve(commitId);
        assertEq(staking.providerStake(provider), PROVIDER_STAKE_WEI);
    }

    function test_rewardsAndStakeWaitForTheChallenge() external {
        (bytes32 jobId, bytes32 commitId) = settled();
        toHeight(proofs.challengeDeadline(commitId));
        _challenge(commitId);
        nextBlocks(3);
        assertEq(rewards.claimable(commitId), 0, "blocked");
        vm.expectRevert(abi.encodeWithSelector(IRewards.UnderChallenge.selector, commitId));
        rewards.claim(commitId);
        vm.expectRevert(abi.encodeWithSelector(IJobs.StillSecured.selector, jobId));
        jobs.release(jobId);
        assertEq(rewards.statement(provider, 0, 1).inWindowWei, 0.4 ether, "in window");
    }

    function test_settlementWaitsAndAnOverturnedJobRefunds() external {
        (bytes32 jobId, bytes32 commitId) = judged(true, Reason.NONE);
        _challenge(commitId);
        vm.expectRevert(abi.encodeWithSelector(IJobs.NoVerdict.selector, jobId));
        jobs.settle(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobs.VerdictIsPass.selector, jobId));
        jobs.reject(jobId);
        nextBlocks(STEP_BLOCKS + 1);
        proofs.resolve(commitId);
        vm.expectRevert(
            abi.encodeWithSelector(IJobs.VerdictIsFail.selector, jobId, Reason.CHALLENGED)
        );
        jobs.settle(jobId);
        uint256 slashed = SystemAddresses.BURN.balance;
        jobs.reject(jobId);
        assertEq(SystemAddresses.BURN.balance, slashed, "slashed once");
        assertEq(jobs.balanceOf(customer), FEE_WEI, "refund");
    }

    function test_openingNeedsAPassTheBondAndTheWindow() external {
        (, bytes32 commitId) = opened();
        vm.startPrank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IProofs.NotChallengeable.selector, commitId));
        proofs.challenge{value: BOND_WEI}(commitId, DEPTH);
        vm.expectRevert(
            abi.encodeWithSelector(IProofs.UnknownCommit.selector, bytes32(uint256(1)))
        );
        proofs.challenge{value: BOND_WEI}(bytes32(uint256(1)), DEPTH);
        vm.stopPrank();
        (, commitId) = settled();
        vm.startPrank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IProofs.WrongBond.selector, 1, BOND_WEI));
        proofs.challenge{value: 1}(commitId, DEPTH);
        vm.expectRevert(abi.encodeWithSelector(IProofs.DepthTooLarge.selector, 41));
        proofs.challenge{value: BOND_WEI}(commitId, 41);
        vm.stopPrank();
        uint256 last = proofs.challengeDeadline(commitId);
        toHeight(last + 1);
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IProofs.NotChallengeable.selector, commitId));
        proofs.challenge{value: BOND_WEI}(commitId, DEPTH);
    }

    function test_oneChallengeAtATime() external {
        (, bytes32 commitId) = settled();
        _challenge(commitId);
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IProofs.AlreadyChallenged.selector, commitId));
        proofs.challenge{value: BOND_WEI}(commitId, DEPTH);
    }

    function test_answersMustHashToTheNode() external {
        (, bytes32 commitId) = settled();
        _challenge(commitId);
        vm.expectRevert(abi.encodeWithSelector(IProofs.WrongCount.selector, 4, 256));
        proofs.answer(commitId, new bytes32[](4));
        bytes32[] memory hashes = _answerAt(0, 8);
        hashes[17] ^= bytes32(uint256(1));
        vm.expectPartialRevert(IProofs.WrongNode.selector);
        proofs.answer(commitId, hashes);
        vm.prank(CHALLENGER);
        vm.expectRevert(
            abi.encodeWithSelector(IProofs.WrongStage.selector, commitId, IProofs.Stage.PROVIDER)
        );
        proofs.descend(commitId, 0, 0, new bytes32[](8));
    }

    function test_aDescentMustFollowThePath() external {
        (, bytes32 commitId) = settled();
        _challenge(commitId);
        bytes32[] memory hashes = _answerAt(0, 8);
        proofs.answer(commitId, hashes);
        bytes32[] memory path = _pathIn(hashes, 5);
        vm.expectRevert(abi.encodeWithSelector(IProofs.NotTheChallenger.selector, address(this)));
        proofs.descend(commitId, 5, hashes[5], path);
        vm.startPrank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IProofs.WrongCount.selector, 7, 8));
        proofs.descend(commitId, 5, hashes[5], new bytes32[](7));
        vm.expectRevert(abi.encodeWithSelector(IProofs.WrongCount.selector, 256, 256));
        proofs.descend(commitId, 256, hashes[5], path);
        vm.expectPartialRevert(IProofs.WrongNode.selector);
        proofs.descend(commitId, 6, hashes[5], path);
        vm.expectPartialRevert(IProofs.WrongNode.selector);
        proofs.descend(commitId, 5, hashes[6], path);
        proofs.descend(commitId, 5, hashes[5], path);
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(IProofs.WrongStage.selector, commitId, IProofs.Stage.PROVIDER)
        );
        proofs.descend(commitId, 0, 0, new bytes32[](2));
    }

    function traceRoot() internal pure override returns (bytes32) {
        return _nodeAt(0, 0);
    }

    function _challenge(bytes32 commitId) private {
        vm.prank(CHALLENGER);
        proofs.challenge{value: BOND_WEI}(commitId, DEPTH);
    }

    function _descendToLeaf(bytes32 commitId) private {
        bytes32[] memory hashes = _answerAt(0, 8);
        proofs.answer(commitId, hashes);
        vm.snapshotGasLastCall("challenge", "challenge 2 answer of 256");
        bytes32[] memory path = _pathIn(hashes, LEAF >> 2);
        vm.prank(CHALLENGER);
        proofs.descend(commitId, LEAF >> 2, hashes[LEAF >> 2], path);
        vm.snapshotGasLastCall("challenge", "challenge 3 descend");
        nextBlock();
        hashes = _answerAt(LEAF >> 2, 2);
        proofs.answer(commitId, hashes);
        path = _pathIn(hashes, LEAF & 3);
        vm.prank(CHALLENGER);
        proofs.descend(commitId, LEAF & 3, hashes[LEAF & 3], path);
    }

    function _rule(bytes32 commitId, bool pass) private {
        nextVerdicts.push(IPrologue.Verdict(commitId, pass, Reason.CHALLENGED, 0));
        nextBlock();
    }

    /// @dev The nodes `levels` below node `index`: of the root for eight levels, of level eight for two.
    function _answerAt(uint256 index, uint256 levels) private pure returns (bytes32[] memory hashes) {
        uint256 top = levels == 8 ? 0 : 8;
        hashes = new bytes32[](1 << levels);
        for (uint256 i; i < hashes.length; ++i) {
            hashes[i] = _nodeAt(top + levels, (index << levels) | i);
        }
    }

    function _pathIn(bytes32[] memory hashes, uint256 child) private pure returns (bytes32[] memory path) {
        uint256 levels;
        while (1 << levels < hashes.length) ++levels;
        path = new bytes32[](levels);
        bytes32[] memory level = new bytes32[](hashes.length);
        for (uint256 i; i < hashes.length; ++i) {
            level[i] = hashes[i];
        }
        for (uint256 l; l < levels; ++l) {
            path[l] = level[(child >> l) ^ 1];
            for (uint256 i; i < level.length >> (l + 1); ++i) {
                level[i] = _node(level[2 * i], level[2 * i + 1]);
            }
        }
    }

    /// @dev A tree whose four leaves under each node of level eight are distinct, the rest computed upward.
    function _nodeAt(uint256 level, uint256 index) private pure returns (bytes32) {
        if (level == DEPTH) return _leaf(index);
        return _node(_nodeAt(level + 1, 2 * index), _nodeAt(level + 1, 2 * index + 1));
    }

    function _leaf(uint256 index) private pure returns (bytes32) {
        return bytes32(index + 1);
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(1), left, right));
    }
}
