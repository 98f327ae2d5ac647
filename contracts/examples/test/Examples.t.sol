// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentWallet} from "assay/interfaces/IAgentWallet.sol";
import {IJobs} from "assay/interfaces/IJobs.sol";
import {SystemAddresses} from "assay/SystemAddresses.sol";
import {ProtocolFacts} from "assay-test/mocks/Protocol.sol";
import {Test} from "assay-test/Test.sol";
import {Allowance} from "../src/Allowance.sol";
import {HalvingToken} from "../src/HalvingToken.sol";
import {ProofEscrow} from "../src/ProofEscrow.sol";

/// @notice The examples on an EVM without a chain: `Jobs` and `Proofs` say what the test tells them.
contract ExamplesTest is Test {
    address internal provider = address(0x9a);

    function _fact(IJobs.State state, uint256 challengeDeadline, bool overturned) internal {
        ProtocolFacts jobs = ProtocolFacts(SystemAddresses.JOBS);
        ProtocolFacts proofs = ProtocolFacts(SystemAddresses.PROOFS);
        vm.etch(address(jobs), type(ProtocolFacts).runtimeCode);
        vm.etch(address(proofs), type(ProtocolFacts).runtimeCode);
        IJobs.Job memory job;
        job.provider = provider;
        job.templateId = "model";
        job.inputRoot = "input";
        job.state = state;
        job.commitId = "commit";
        jobs.setJob("job", job);
        proofs.setChallenge("commit", challengeDeadline, false, overturned);
    }

    receive() external payable {}

    function test_EscrowPaysOnAProof() public {
        ProofEscrow escrow = new ProofEscrow();
        vm.deal(address(this), 5 ether);
        uint256 id = escrow.offer{value: 5 ether}("model", "input", uint64(block.timestamp + 1 days));
        vm.roll(100);

        _fact(IJobs.State.SUBMITTED, 0, false);
        vm.expectRevert(
            abi.encodeWithSelector(
                ProofEscrow.NotCompleted.selector, bytes32("job"), IJobs.State.SUBMITTED
            )
        );
        escrow.pay(id, "job");

        _fact(IJobs.State.COMPLETED, 100, false);
        vm.expectRevert(abi.encodeWithSelector(ProofEscrow.NotFinal.selector, bytes32("job"), 100));
        escrow.pay(id, "job");

        vm.roll(101);
        _fact(IJobs.State.COMPLETED, 100, true);
        vm.expectRevert(abi.encodeWithSelector(ProofEscrow.Overturned.selector, bytes32("job")));
        escrow.pay(id, "job");

        _fact(IJobs.State.COMPLETED, 100, false);
        escrow.pay(id, "job");
        assertEq(provider.balance, 5 ether);
        vm.expectRevert(abi.encodeWithSelector(ProofEscrow.NoBounty.selector, id));
        escrow.pay(id, "job");
    }

    function test_EscrowRefundsAfterItsDeadline() public {
        ProofEscrow escrow = new ProofEscrow();
        vm.deal(address(this), 5 ether);
        uint64 deadline = uint64(block.timestamp + 1 days);
        uint256 id = escrow.offer{value: 5 ether}("model", "input", deadline);
        vm.expectRevert(abi.encodeWithSelector(ProofEscrow.NotYet.selector, deadline));
        escrow.refund(id);
        vm.warp(deadline);
        escrow.refund(id);
        assertEq(address(this).balance, 5 ether);
    }

    function test_TokenHalves() public {
        vm.roll(1_000);
        HalvingToken token = new HalvingToken(50e18, 10, address(0xbeef));
        assertEq(token.rewardAt(1_001), 50e18);
        assertEq(token.rewardAt(1_011), 25e18);
        vm.roll(1_010);
        token.mint();
        assertEq(token.totalSupply(), 500e18);
        vm.roll(1_025);
        token.mint();
        assertEq(token.balanceOf(address(0xbeef)), 500e18 + 250e18 + 5 * 12.5e18);
        vm.roll(1_000_000);
        token.mint();
        assertEq(token.totalSupply(), token.supplyMax());
    }

    function test_AgentHasAnAllowance() public {
        vm.warp(1_000_000);
        string memory json =
            vm.readFile("resources/org/assay/contracts/AgentWalletFactory.json");
        vm.etch(
            SystemAddresses.AGENT_WALLET_FACTORY, vm.parseJsonBytes(json, ".deployedBytecode")
        );
        address agent = address(0xa6e47);
        address service = address(0x5e);
        vm.deal(address(this), 10 ether);
        IAgentWallet wallet =
            Allowance.create(address(this), agent, service, 1 ether, 2 ether, 30 days, 10 ether);

        vm.startPrank(agent);
        wallet.execute(service, 1 ether, "");
        wallet.execute(service, 1 ether, "");
        vm.expectPartialRevert(IAgentWallet.AboveDayLimit.selector);
        wallet.execute(service, 1 wei, "");
        vm.expectPartialRevert(IAgentWallet.NotAllowed.selector);
        wallet.execute(agent, 1 wei, "");
        vm.stopPrank();

        wallet.kill();
        vm.warp(block.timestamp + 1 days);
        vm.prank(agent);
        vm.expectRevert(IAgentWallet.WalletKilled.selector);
        wallet.execute(service, 1 ether, "");
        wallet.executeAsOwner(address(this), 8 ether, "");
        assertEq(address(this).balance, 8 ether);
        assertEq(wallet.sequence(), 3);
    }
}
