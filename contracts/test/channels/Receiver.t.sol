// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Assets} from "../../src/Assets.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {Signatures} from "../../src/Signatures.sol";
import {KeyedWallet} from "../mocks/Wallets.sol";
import {Refuser} from "../mocks/Wallets.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

contract ChannelTest is ChannelsFixture {
    function setUp() public {
        _setUp(address(0xbeef), address(0));
        _deposit(100 ether);
    }

    function _voucher(uint128 max, uint128 total) internal view returns (IChannels.VoucherClaim memory) {
        return IChannels.VoucherClaim(
            IChannels.Voucher(config, max),
            _sign(AUTHORIZER_KEY, channels.getVoucherDigest(id, max)),
            total
        );
    }

    function _one(IChannels.VoucherClaim memory c)
        internal
        pure
        returns (IChannels.VoucherClaim[] memory claims)
    {
        claims = new IChannels.VoucherClaim[](1);
        claims[0] = c;
    }

    function _claim(uint128 max, uint128 total) internal {
        IChannels.VoucherClaim[] memory claims = _one(_voucher(max, total));
        vm.prank(receiver);
        channels.claim(claims);
    }

    function test_TypesAreX402s() public view {
        // As its typescript client computes them: EIP-712 with the domain "x402 Batch Settlement", version 1.
        bytes32 structHash = keccak256(abi.encode(channels.CHANNEL_CONFIG_TYPEHASH(), config));
        assertEq(id, keccak256(abi.encodePacked(hex"1901", _domain(), structHash)));
        assertEq(
            channels.VOUCHER_TYPEHASH(),
            keccak256("Voucher(bytes32 channelId,uint128 maxClaimableAmount)")
        );
    }

    function testFuzz_ClaimAndSettlePayTheReceiver(uint128 max, uint128 total) public {
        max = uint128(bound(max, 1, 100 ether));
        total = uint128(bound(total, 1, max));
        _claim(max, total);
        channels.settle(receiver, address(0));
        assertEq(receiver.balance, total);
        assertEq(channels.freeOf(id), 100 ether - total);
    }

    function test_VouchersAreCumulative() public {
        _claim(3 ether, 3 ether);
        _claim(3 ether, 3 ether);
        _claim(5 ether, 5 ether);
        _claim(4 ether, 4 ether);
        channels.settle(receiver, address(0));
        assertEq(receiver.balance, 5 ether);
    }

    function test_ReceiverAuthorizerClaims() public {
        IChannels.VoucherClaim[] memory claims = _one(_voucher(2 ether, 1 ether));
        vm.prank(vm.addr(RECEIVER_KEY));
        channels.claim(claims);
        (, uint128 claimed) = channels.channels(id);
        assertEq(claimed, 1 ether);
    }

    function test_ClaimRevertsForOthers() public {
        IChannels.VoucherClaim[] memory claims = _one(_voucher(2 ether, 1 ether));
        vm.expectRevert(
            abi.encodeWithSelector(IChannels.NotTheReceiver.selector, address(this), receiver)
        );
        channels.claim(claims);
    }

    function test_ClaimRevertsBeyondTheVoucher() public {
        IChannels.VoucherClaim[] memory claims = _one(_voucher(2 ether, 2 ether + 1));
        vm.prank(receiver);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.ClaimExceedsVoucher.selector, id, 2 ether + 1, 2 ether
            )
        );
        channels.claim(claims);
    }

    function test_ClaimRevertsBeyondTheBalance() public {
        IChannels.VoucherClaim[] memory claims = _one(_voucher(101 ether, 101 ether));
        vm.prank(receiver);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.ClaimExceedsBalance.selector, id, 101 ether, 100 ether
            )
        );
        channels.claim(claims);
    }

    function test_ClaimRevertsForWrongKey() public {
        IChannels.VoucherClaim memory c = _voucher(2 ether, 2 ether);
        c.signature = _sign(PAYER_KEY, channels.getVoucherDigest(id, 2 ether));
        IChannels.VoucherClaim[] memory claims = _one(c);
        vm.prank(receiver);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.claim(claims);
    }

    function test_PayerSignsWithoutAuthorizer() public {
        KeyedWallet wallet = new KeyedWallet(payer);
        config.payer = address(wallet);
        config.payerAuthorizer = address(0);
        id = channels.getChannelId(config);
        _deposit(5 ether);
        IChannels.VoucherClaim memory c = _voucher(2 ether, 2 ether);
        c.signature = _sign(PAYER_KEY, channels.getVoucherDigest(id, 2 ether));
        IChannels.VoucherClaim[] memory claims = _one(c);
        vm.prank(receiver);
        channels.claim(claims);
        (, uint128 claimed) = channels.channels(id);
        assertEq(claimed, 2 ether);
    }

    function test_ClaimWithSignatureTakesAnyCaller() public {
        IChannels.VoucherClaim[] memory claims = _one(_voucher(2 ether, 2 ether));
        channels.claimWithSignature(
            claims, _sign(RECEIVER_KEY, channels.getClaimBatchDigest(claims))
        );
        (uint128 credited,) = channels.receivers(receiver, address(0));
        assertEq(credited, 2 ether);
    }

    function test_ClaimWithSignatureOfTheReceiverWithoutAuthorizer() public {
        receiver = vm.addr(OTHER_KEY);
        _config(address(0));
        config.receiverAuthorizer = address(0);
        id = channels.getChannelId(config);
        _deposit(5 ether);
        IChannels.VoucherClaim[] memory claims = _one(_voucher(2 ether, 2 ether));
        channels.claimWithSignature(claims, _sign(OTHER_KEY, channels.getClaimBatchDigest(claims)));
        (uint128 credited,) = channels.receivers(receiver, address(0));
        assertEq(credited, 2 ether);
    }

    function test_ClaimWithSignatureRevertsForWrongKey() public {
        IChannels.VoucherClaim[] memory claims = _one(_voucher(2 ether, 2 ether));
        bytes memory signature = _sign(OTHER_KEY, channels.getClaimBatchDigest(claims));
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.claimWithSignature(claims, signature);
    }

    function test_ClaimWithSignatureRevertsForNothing() public {
        vm.expectRevert(IChannels.NoClaims.selector);
        channels.claimWithSignature(new IChannels.VoucherClaim[](0), "");
    }

    function test_ClaimWithSignatureRevertsForTwoAuthorizers() public {
        IChannels.VoucherClaim[] memory claims = new IChannels.VoucherClaim[](2);
        claims[0] = _voucher(2 ether, 2 ether);
        config.receiverAuthorizer = address(0xabc);
        claims[1] = _voucher(2 ether, 2 ether);
        bytes memory signature = _sign(RECEIVER_KEY, channels.getClaimBatchDigest(claims));
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.AuthorizersDiffer.selector, vm.addr(RECEIVER_KEY), address(0xabc)
            )
        );
        channels.claimWithSignature(claims, signature);
    }

    function test_ClaimRevertsForAFan() public {
        config.receiver = address(0);
        id = channels.getChannelId(config);
        IChannels.VoucherClaim[] memory claims = _one(_voucher(2 ether, 2 ether));
        vm.prank(vm.addr(RECEIVER_KEY));
        vm.expectRevert(abi.encodeWithSelector(IChannels.IsAFan.selector, id));
        channels.claim(claims);
    }

    function test_SettleRevertsForNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToSettle.selector, receiver));
        channels.settle(receiver, address(0));
    }

    function test_DepositRevertsForZero() public {
        vm.expectRevert(IChannels.ZeroAmount.selector);
        channels.deposit(config, 0);
    }

    function test_DepositRevertsWithoutPayer() public {
        config.payer = address(0);
        bytes32 other = channels.getChannelId(config);
        vm.deal(address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadConfig.selector, other));
        channels.deposit{value: 1}(config, 1);
    }

    function test_DepositRevertsForDelayOutsideBounds() public {
        vm.deal(address(this), 1);
        config.withdrawDelay = 15 minutes - 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.WithdrawDelayOutsideBounds.selector, 15 minutes - 1, 15 minutes, 30 days
            )
        );
        channels.deposit{value: 1}(config, 1);
        config.withdrawDelay = 30 days + 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.WithdrawDelayOutsideBounds.selector, 30 days + 1, 15 minutes, 30 days
            )
        );
        channels.deposit{value: 1}(config, 1);
    }

    function test_DepositRevertsForWrongValue() public {
        vm.deal(address(this), 1);
        _expectRevert(Assets.WrongValue.selector, 1, 2);
        channels.deposit{value: 1}(config, 2);
    }

    function testFuzz_WithdrawGivesBackWhatIsFree(uint128 claimed, uint128 asked) public {
        claimed = uint128(bound(claimed, 0, 100 ether - 1));
        asked = uint128(bound(asked, 1, type(uint128).max));
        if (claimed != 0) _claim(claimed, claimed);
        vm.prank(payer);
        channels.initiateWithdraw(config, asked);
        vm.warp(block.timestamp + DELAY);
        uint256 before = payer.balance;
        channels.finalizeWithdraw(config);
        uint256 free = 100 ether - claimed;
        assertEq(payer.balance - before, asked < free ? asked : free);
    }

    function test_ReceiverClaimsDuringTheDelay() public {
        vm.prank(payer);
        channels.initiateWithdraw(config, 100 ether);
        vm.warp(block.timestamp + DELAY - 1);
        _claim(60 ether, 60 ether);
        vm.warp(block.timestamp + 1);
        channels.finalizeWithdraw(config);
        assertEq(payer.balance, 940 ether);
    }

    function test_WithdrawalAskedForInAdvanceTakesNoLaterMoney() public {
        vm.prank(payer);
        channels.initiateWithdraw(config, type(uint128).max);
        vm.warp(block.timestamp + DELAY);
        _deposit(7 ether);
        channels.finalizeWithdraw(config);
        assertEq(channels.freeOf(id), 7 ether, "what came later waits for its own delay");
        assertEq(payer.balance, 993 ether, "the earlier money is back");
    }

    function test_ClaimsSinceTheRequestComeOutOfWhatWasAskedFor() public {
        vm.prank(payer);
        channels.initiateWithdraw(config, 100 ether);
        _claim(100 ether, 100 ether);
        _deposit(7 ether);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToWithdraw.selector, id));
        channels.finalizeWithdraw(config);
    }

    function test_RefundSinceTheRequestComesOutOfWhatWasAskedFor() public {
        vm.prank(payer);
        channels.initiateWithdraw(config, 100 ether);
        vm.prank(receiver);
        channels.refund(config, 100 ether);
        _deposit(7 ether);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToWithdraw.selector, id));
        channels.finalizeWithdraw(config);
    }

    function test_InitiateRevertsForAnEmptyChannel() public {
        config.salt = "empty";
        id = channels.getChannelId(config);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToWithdraw.selector, id));
        channels.initiateWithdraw(config, 1);
    }

    function test_FinalizeRevertsBeforeTheDelay() public {
        vm.prank(vm.addr(AUTHORIZER_KEY));
        channels.initiateWithdraw(config, 1);
        uint256 from = block.timestamp + DELAY;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.WithdrawalPending.selector, id, from));
        channels.finalizeWithdraw(config);
    }

    function test_FinalizeRevertsWithoutRequest() public {
        vm.expectRevert(abi.encodeWithSelector(IChannels.NoWithdrawal.selector, id));
        channels.finalizeWithdraw(config);
    }

    function test_FinalizeRevertsForNothing() public {
        vm.prank(payer);
        channels.initiateWithdraw(config, 1);
        _claim(100 ether, 100 ether);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToWithdraw.selector, id));
        channels.finalizeWithdraw(config);
    }

    function test_InitiateRevertsForOthersAndForZero() public {
        vm.expectRevert(
            abi.encodeWithSelector(IChannels.NotThePayer.selector, address(this), payer)
        );
        channels.initiateWithdraw(config, 1);
        vm.prank(payer);
        vm.expectRevert(IChannels.ZeroAmount.selector);
        channels.initiateWithdraw(config, 0);
    }

    function test_FinalizeRevertsWhenThePayerRefuses() public {
        Refuser refuser = new Refuser();
        config.payer = address(refuser);
        _deposit(1 ether);
        refuser.call(address(channels), abi.encodeCall(channels.initiateWithdraw, (config, 1 ether)));
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(
                Assets.NativeTransferFailed.selector, address(refuser), 1 ether
            )
        );
        channels.finalizeWithdraw(config);
    }

    function test_RefundIsAtOnce() public {
        vm.prank(receiver);
        channels.refund(config, 30 ether);
        assertEq(payer.balance, 930 ether);
        vm.prank(vm.addr(RECEIVER_KEY));
        channels.refund(config, 100 ether);
        assertEq(payer.balance, 1_000 ether);
    }

    function test_RefundRevertsForOthers() public {
        vm.expectRevert(
            abi.encodeWithSelector(IChannels.NotTheReceiver.selector, address(this), receiver)
        );
        channels.refund(config, 1);
    }

    function test_RefundRevertsForAFan() public {
        config.receiver = address(0);
        id = channels.getChannelId(config);
        vm.prank(vm.addr(RECEIVER_KEY));
        vm.expectRevert(abi.encodeWithSelector(IChannels.IsAFan.selector, id));
        channels.refund(config, 1);
    }

    function test_RefundWithSignatureOnce() public {
        bytes memory signature = _sign(RECEIVER_KEY, channels.getRefundDigest(id, 0, 1 ether));
        channels.refundWithSignature(config, 1 ether, 0, signature);
        assertEq(payer.balance, 901 ether);
        _expectRevert(IChannels.WrongNonce.selector, 0, 1);
        channels.refundWithSignature(config, 1 ether, 0, signature);
    }

    function test_RefundWithSignatureRevertsForWrongKey() public {
        bytes memory signature = _sign(OTHER_KEY, channels.getRefundDigest(id, 0, 1 ether));
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.refundWithSignature(config, 1 ether, 0, signature);
    }

    function test_MulticallClaimsAndSettles() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(channels.claim, (_one(_voucher(2 ether, 2 ether))));
        calls[1] = abi.encodeCall(channels.settle, (receiver, address(0)));
        vm.prank(receiver);
        channels.multicall(calls);
        assertEq(receiver.balance, 2 ether);
    }

    function test_GasOfAClaimAndOfAHundred() public {
        IChannels.VoucherClaim[] memory claims = new IChannels.VoucherClaim[](100);
        for (uint256 i = 0; i < 100; i++) {
            config.salt = bytes32(i + 1);
            id = channels.getChannelId(config);
            _deposit(1 ether);
            claims[i] = _voucher(1 ether, 0.5 ether);
        }
        IChannels.VoucherClaim[] memory first = _one(claims[0]);
        vm.prank(receiver);
        channels.claim(first);
        vm.snapshotGasLastCall("Channels", "claim, 1 voucher");
        vm.prank(receiver);
        channels.claim(claims);
        vm.snapshotGasLastCall("Channels", "claim, 100 vouchers of 100 channels");
        channels.settle(receiver, address(0));
        vm.snapshotGasLastCall("Channels", "settle");
        assertEq(receiver.balance, 50 ether);
    }
}
