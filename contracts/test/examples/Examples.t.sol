// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HalvingToken} from "../../examples/HalvingToken.sol";
import {ProofPaidJob} from "../../examples/ProofPaidJob.sol";
import {AgentWalletFactory} from "../../src/AgentWalletFactory.sol";
import {IAgentWallet} from "../../src/interfaces/IAgentWallet.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

/// @notice The examples of `examples/README.md`, on the chain of the protocol tests.
contract ExamplesTest is ProtocolTest {
    function test_aJobEscrowThatPaysOnAProof() external {
        ProofPaidJob buyer = new ProofPaidJob();
        bytes32 jobId = buyer.ask{value: FEE_WEI}(templateId, INPUT_ROOT, 16, uint64(block.number + 90));
        bytes32 commitId = _work(jobId);
        vm.expectRevert(abi.encodeWithSelector(ProofPaidJob.NotDone.selector, jobId));
        buyer.bring(jobId, ANSWERS);
        nextVerdicts.push(IPrologue.Verdict(commitId, true, 0, 1));
        nextBlock();
        jobs.settle(jobId);
        assertTrue(buyer.isCompleted(jobId), "the hook was called");
        vm.expectRevert(abi.encodeWithSelector(ProofPaidJob.WrongAnswers.selector, sha256(ANSWERS)));
        buyer.bring(jobId, "no");
        buyer.bring(jobId, ANSWERS);
        assertEq(buyer.answersOf(jobId), ANSWERS, "kept");
        vm.expectRevert(abi.encodeWithSelector(ProofPaidJob.NotJobs.selector, address(this)));
        buyer.afterAction(uint256(jobId), bytes4(0), "");
    }

    function test_aFakeIsRefundedToTheContract() external {
        ProofPaidJob buyer = new ProofPaidJob();
        bytes32 jobId = buyer.ask{value: FEE_WEI}(templateId, INPUT_ROOT, 16, uint64(block.number + 90));
        bytes32 commitId = _work(jobId);
        nextVerdicts.push(IPrologue.Verdict(commitId, false, 6, 0));
        nextBlock();
        jobs.reject(jobId);
        assertFalse(buyer.isCompleted(jobId), "rejected");
        jobs.withdraw(address(buyer));
        assertEq(address(buyer).balance, FEE_WEI, "whole fee");
    }

    function test_aTokenWithItsOwnHalving() external {
        HalvingToken token = new HalvingToken(customer);
        vm.expectRevert(abi.encodeWithSelector(HalvingToken.NothingDue.selector, block.number));
        token.emitDue();
        uint256 start = block.number;
        for (uint256 i = 1; i <= 50; ++i) {
            vm.roll(start + 1000 * i);
            assertEq(token.emitDue(), 10_000 ether, "before the halving");
        }
        assertEq(token.totalSupply(), 500_000 ether, "half of the cap");
        vm.roll(start + 50_001);
        assertEq(token.emitDue(), 5 ether, "after it");
        vm.roll(start + 60_000);
        token.emitDue();
        assertEq(token.lastHeight(), start + 51_001, "older blocks wait");
        assertEq(token.balanceOf(customer), token.totalSupply());
    }

    function test_anAgentWithAnAllowanceBuysWork() external {
        AgentWalletFactory factory = new AgentWalletFactory();
        ProofPaidJob buyer = new ProofPaidJob();
        IAgentWallet.Policy memory policy;
        policy.perTransactionWei = FEE_WEI;
        policy.perDayWei = 2 * FEE_WEI;
        policy.expiry = uint64(block.timestamp + 1 days);
        policy.permissions = new IAgentWallet.Permission[](1);
        policy.permissions[0] = IAgentWallet.Permission(address(buyer), ProofPaidJob.ask.selector);
        IAgentWallet wallet = IAgentWallet(
            factory.create{value: 10 ether}(address(this), customer, policy, bytes32(0))
        );
        bytes memory call_ =
            abi.encodeCall(ProofPaidJob.ask, (templateId, INPUT_ROOT, 16, uint64(block.number + 90)));
        vm.startPrank(customer);
        wallet.execute(address(buyer), FEE_WEI, call_);
        wallet.execute(address(buyer), FEE_WEI, call_);
        vm.expectPartialRevert(IAgentWallet.AboveDayLimit.selector);
        wallet.execute(address(buyer), FEE_WEI, call_);
        vm.expectPartialRevert(IAgentWallet.NotAllowed.selector);
        wallet.execute(address(jobs), 0, abi.encodeCall(jobs.withdraw, (customer)));
        vm.stopPrank();
        wallet.kill();
        vm.prank(customer);
        vm.expectRevert(IAgentWallet.WalletKilled.selector);
        wallet.execute(address(buyer), 1, call_);
        assertEq(jobs.jobCount(), 2);
    }

    function _work(bytes32 jobId) private returns (bytes32) {
        vm.prank(provider);
        jobs.accept(jobId);
        bytes memory encoded = encodeCommit(jobId);
        vm.prank(provider);
        return proofs.commit(encoded);
    }
}
