// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment} from "../../src/Payment.sol";
import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

contract StakeTest is ProtocolTest {
    IStaking.Role private constant PROVIDER = IStaking.Role.PROVIDER;

    function test_aProviderRegistersOnceWithItsMinimum() external {
        address other = address(0x77);
        vm.deal(other, 100 ether);
        vm.startPrank(other);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakeTooSmall.selector, 1, PROVIDER_STAKE_WEI)
        );
        staking.registerProvider{value: 1}(other);
        staking.registerProvider{value: PROVIDER_STAKE_WEI}(address(0));
        assertEq(staking.beneficiaryOf(other), other, "itself");
        vm.expectRevert(abi.encodeWithSelector(IStaking.AlreadyRegistered.selector, other));
        staking.registerProvider{value: PROVIDER_STAKE_WEI}(other);
    }

    function test_theBeneficiaryCanBeChangedByTheProviderOnly() external {
        vm.prank(customer);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NotRegistered.selector, customer));
        staking.setBeneficiary(customer);
        vm.startPrank(provider);
        staking.setBeneficiary(customer);
        assertEq(staking.beneficiaryOf(provider), customer);
        staking.setBeneficiary(address(0));
        assertEq(staking.beneficiaryOf(provider), provider);
    }

    function testFuzz_stakeGrowsByWhatIsAdded(uint96 wei_) external {
        vm.deal(provider, wei_);
        vm.prank(provider);
        staking.addStake{value: wei_}(PROVIDER);
        assertEq(staking.providerStake(provider), uint256(PROVIDER_STAKE_WEI) + wei_);
    }

    function test_nobodyElseAddsStake() external {
        vm.deal(customer, 1);
        vm.prank(customer);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NotRegistered.selector, customer));
        staking.addStake{value: 1}(PROVIDER);
    }

    function test_validatorsAddStakeToo() external {
        vm.deal(validators[0], 1 ether);
        vm.prank(validators[0]);
        staking.addStake{value: 1 ether}(IStaking.Role.VALIDATOR);
        assertEq(
            staking.stakeOf(validators[0], IStaking.Role.VALIDATOR).stakeWei,
            uint256(VALIDATOR_STAKE_WEI) + 1 ether
        );
    }

    function test_anExitLeavesNothingOrTheMinimum() external {
        vm.startPrank(provider);
        vm.expectRevert(abi.encodeWithSelector(IStaking.InsufficientStake.selector, 0, PROVIDER_STAKE_WEI));
        staking.requestExit(PROVIDER, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.InsufficientStake.selector, PROVIDER_STAKE_WEI + 1, PROVIDER_STAKE_WEI
            )
        );
        staking.requestExit(PROVIDER, uint256(PROVIDER_STAKE_WEI) + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.StakeTooSmall.selector, PROVIDER_STAKE_WEI - 1, PROVIDER_STAKE_WEI
            )
        );
        staking.requestExit(PROVIDER, 1);
        staking.requestExit(PROVIDER, PROVIDER_STAKE_WEI);
        assertEq(staking.providerStake(provider), 0);
    }

    function testFuzz_whatExitsComesBackAfterItsDelay(uint96 extra) external {
        uint256 extraWei = bound(extra, 1, type(uint96).max);
        vm.deal(provider, extraWei);
        vm.startPrank(provider);
        staking.addStake{value: extraWei}(PROVIDER);
        staking.requestExit(PROVIDER, extraWei);
        uint256 exitHeight = block.number + EXIT_BLOCKS;
        vm.roll(exitHeight - 1);
        vm.expectRevert(abi.encodeWithSelector(IStaking.ExitPending.selector, provider, exitHeight));
        staking.withdraw(PROVIDER);
        vm.roll(exitHeight);
        staking.withdraw(PROVIDER);
        assertEq(provider.balance, extraWei);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NothingToWithdraw.selector, provider));
        staking.withdraw(PROVIDER);
    }

    function test_onlyJobsAndProofsSlash() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.NotAllowed.selector, address(this)));
        staking.slashProvider(provider, 10_000, address(0));
        vm.prank(address(proofs));
        staking.slashProvider(provider, 1, address(0));
    }

    function testFuzz_aSlashTakesTheExitingPartToo(uint96 extra, uint16 bps) external {
        uint256 extraWei = bound(extra, 1, type(uint96).max);
        uint256 part = bound(bps, 1, 10_000);
        vm.deal(provider, extraWei);
        vm.startPrank(provider);
        staking.addStake{value: extraWei}(PROVIDER);
        staking.requestExit(PROVIDER, extraWei);
        vm.stopPrank();
        uint256 totalWei = uint256(PROVIDER_STAKE_WEI) + extraWei;
        vm.prank(address(jobs));
        uint256 slashedWei = staking.slashProvider(provider, part, customer);
        assertEq(slashedWei, totalWei * part / 10_000, "floor of the part");
        IStaking.Stake memory stake = staking.stakeOf(provider, PROVIDER);
        assertEq(stake.stakeWei + stake.exitingWei, totalWei - slashedWei, "rest");
        assertEq(stake.slashedWei, slashedWei, "book");
        assertEq(staking.creditOf(customer), slashedWei / 10, "finder");
        assertEq(SystemAddresses.BURN.balance, slashedWei - slashedWei / 10, "burn");
    }

    function test_aSlashIsAtMostEverything() external {
        vm.startPrank(address(jobs));
        vm.expectRevert(abi.encodeWithSelector(IStaking.InsufficientStake.selector, 10_001, 10_000));
        staking.slashProvider(provider, 10_001, customer);
        assertEq(staking.slashProvider(customer, 10_000, customer), 0, "nothing to take");
    }

    function test_aFindersCreditIsPulledOnce() external {
        vm.prank(address(jobs));
        staking.slashProvider(provider, 10_000, address(0x99));
        staking.withdrawCredit(address(0x99));
        assertEq(address(0x99).balance, PROVIDER_STAKE_WEI / 10);
        vm.expectRevert(abi.encodeWithSelector(IStaking.NothingToWithdraw.selector, address(0x99)));
        staking.withdrawCredit(address(0x99));
    }

    function test_aReceiverThatRefusesKeepsItsCredit() external {
        vm.prank(address(jobs));
        staking.slashProvider(provider, 10_000, address(this));
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, address(this)));
        staking.withdrawCredit(address(this));
        assertEq(staking.creditOf(address(this)), PROVIDER_STAKE_WEI / 10);
    }

    function test_refusesMoreThanItsBooksHold() external {
        vm.deal(provider, uint256(type(uint128).max) + 1);
        vm.prank(provider);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.StakeTooLarge.selector, uint256(type(uint128).max) + PROVIDER_STAKE_WEI
            )
        );
        staking.addStake{value: type(uint128).max}(PROVIDER);
    }

    function test_aSlashedProviderTopsUpToTheMinimum() external {
        vm.prank(address(jobs));
        staking.slashProvider(provider, 5000, customer);
        assertEq(staking.providerStake(provider), 0, "below the minimum counts as none");
        vm.startPrank(provider);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.StakeTooSmall.selector, PROVIDER_STAKE_WEI / 2 + 1, PROVIDER_STAKE_WEI
            )
        );
        staking.addStake{value: 1}(PROVIDER);
        staking.addStake{value: PROVIDER_STAKE_WEI / 2}(PROVIDER);
        assertEq(staking.providerStake(provider), PROVIDER_STAKE_WEI);
    }
}
