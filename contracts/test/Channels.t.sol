// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Assets} from "../src/Assets.sol";
import {Channels} from "../src/Channels.sol";
import {IChannels} from "../src/interfaces/IChannels.sol";
import {Signatures} from "../src/Signatures.sol";
import {SumTree} from "../src/SumTree.sol";
import {WrappedNative} from "../src/WrappedNative.sol";
import {FeeToken, PlainToken} from "./mocks/Tokens.sol";
import {KeyedWallet, Refuser} from "./mocks/Wallets.sol";
import {PayoutTree} from "./PayoutTree.sol";
import {Test} from "./Test.sol";

/// @notice What the tests of both kinds of channel share.
abstract contract ChannelsFixture is Test {
    uint256 internal constant PAYER_KEY = 0xa11ce;
    uint256 internal constant AUTHORIZER_KEY = 0xaa;
    uint256 internal constant RECEIVER_KEY = 0xbb;
    uint256 internal constant OTHER_KEY = 0xcc;
    uint40 internal constant DELAY = 1 hours;

    Channels internal channels;
    address internal payer;
    address internal receiver;
    IChannels.ChannelConfig internal config;
    bytes32 internal id;

    function _setUp(address receiver_, address token) internal {
        channels = new Channels();
        payer = vm.addr(PAYER_KEY);
        receiver = receiver_;
        vm.deal(payer, 1_000 ether);
        vm.warp(1_000_000);
        _config(token);
    }

    function _config(address token) internal {
        config = IChannels.ChannelConfig(
            payer,
            vm.addr(AUTHORIZER_KEY),
            receiver,
            receiver == address(0) ? address(0) : vm.addr(RECEIVER_KEY),
            token,
            DELAY,
            "salt"
        );
        id = channels.getChannelId(config);
    }

    function _deposit(uint128 amount) internal {
        vm.prank(payer);
        channels.deposit{value: amount}(config, amount);
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _domain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("x402 Batch Settlement"),
                keccak256("1"),
                block.chainid,
                address(channels)
            )
        );
    }

    function _signStruct(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return _sign(key, keccak256(abi.encodePacked(hex"1901", _domain(), structHash)));
    }

    function _expectRevert(bytes4 selector, uint256 one, uint256 two) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, one, two));
    }

    /// What the transaction that makes the last call with `input` costs: EIP-2028 calldata, EIP-7623 floor.
    function _transactionGas(uint256 callGas, bytes memory input) internal pure returns (uint256) {
        uint256 tokens;
        for (uint256 i = 0; i < input.length; i++) {
            tokens += input[i] == 0 ? 1 : 4;
        }
        uint256 whole = 21_000 + 4 * tokens + callGas;
        uint256 floor = 21_000 + 10 * tokens;
        return whole > floor ? whole : floor;
    }
}

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

contract TokenChannelTest is ChannelsFixture {
    WrappedNative internal token;

    function setUp() public {
        token = new WrappedNative();
        _setUp(address(0xbeef), address(token));
        vm.prank(payer);
        token.deposit{value: 100 ether}();
    }

    function test_DepositTakesTheCallersTokens() public {
        vm.startPrank(payer);
        token.approve(address(channels), 5 ether);
        channels.deposit(config, 5 ether);
        vm.stopPrank();
        assertEq(channels.freeOf(id), 5 ether);
        assertEq(token.balanceOf(address(channels)), 5 ether);
    }

    function _authorize(uint256 value, uint256 salt) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
                payer,
                address(channels),
                value,
                0,
                type(uint256).max,
                keccak256(abi.encode(id, salt))
            )
        );
        return _sign(
            PAYER_KEY, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash))
        );
    }

    function testFuzz_ThirdPartyOpensWithTheClientsAuthorization(uint128 amount, uint256 salt) public {
        amount = uint128(bound(amount, 1, 100 ether));
        bytes memory signature = _authorize(amount, salt);
        channels.depositWithAuthorization(config, amount, 0, type(uint256).max, salt, signature);
        assertEq(channels.freeOf(id), amount);
    }

    function test_AuthorizationServesItsChannelOnly() public {
        bytes memory signature = _authorize(1 ether, 1);
        config.payerAuthorizer = address(this);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.depositWithAuthorization(config, 1 ether, 0, type(uint256).max, 1, signature);
    }

    function _signDeposit(uint256 key, uint128 amount, uint256 nonce, uint256 deadline)
        internal
        view
        returns (bytes memory)
    {
        return _signStruct(
            key, keccak256(abi.encode(channels.DEPOSIT_TYPEHASH(), id, amount, nonce, deadline))
        );
    }

    function test_ThirdPartyOpensWithTheClientsSignatureAndAllowance() public {
        vm.prank(payer);
        token.approve(address(channels), 10 ether);
        bytes memory signature = _signDeposit(PAYER_KEY, 5 ether, 0, block.timestamp);
        channels.depositWithSignature(config, 5 ether, block.timestamp, signature);
        assertEq(channels.freeOf(id), 5 ether);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.depositWithSignature(config, 5 ether, block.timestamp, signature);
    }

    function test_DepositWithSignatureRevertsForWrongKey() public {
        bytes memory signature = _signDeposit(AUTHORIZER_KEY, 5 ether, 0, block.timestamp);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.depositWithSignature(config, 5 ether, block.timestamp, signature);
    }

    function test_DepositWithSignatureRevertsAfterDeadline() public {
        _expectRevert(
            IChannels.SignatureExpired.selector, block.timestamp - 1, block.timestamp
        );
        channels.depositWithSignature(config, 5 ether, block.timestamp - 1, "");
    }

    function test_DepositWithSignatureRevertsForTheNativeToken() public {
        config.token = address(0);
        id = channels.getChannelId(config);
        bytes memory signature = _signDeposit(PAYER_KEY, 5 ether, 0, block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadConfig.selector, id));
        channels.depositWithSignature(config, 5 ether, block.timestamp, signature);
    }

    function test_DepositRevertsForATokenWithAFee() public {
        FeeToken fee = new FeeToken();
        fee.mint(address(this), 10);
        fee.approve(address(channels), 10);
        config.token = address(fee);
        vm.expectRevert(
            abi.encodeWithSelector(Assets.UnexpectedAmount.selector, address(fee), 9, 10)
        );
        channels.deposit(config, 10);
    }

    function test_DepositRevertsWithValue() public {
        vm.deal(address(this), 1);
        _expectRevert(Assets.WrongValue.selector, 1, 0);
        channels.deposit{value: 1}(config, 10);
    }
}

contract FanTest is ChannelsFixture {
    function setUp() public {
        _setUp(address(0), address(0));
        _deposit(100 ether);
    }

    function _claimOf(address payee, uint128 max) internal view returns (IChannels.PayeeClaim memory) {
        return IChannels.PayeeClaim(
            payee, max, _sign(AUTHORIZER_KEY, channels.getPayeeVoucherDigest(id, payee, max))
        );
    }

    function _claim(address payee, uint128 max) internal {
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = _claimOf(payee, max);
        channels.claimPayees(config, claims);
    }

    function _packed(address payee, uint128 max) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(AUTHORIZER_KEY, channels.getPayeeVoucherDigest(id, payee, max));
        return abi.encodePacked(payee, max, r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function _settle(address payee) internal {
        address[] memory payees = new address[](1);
        payees[0] = payee;
        channels.settlePayees(config, payees);
    }

    function testFuzz_ManyPayeesFromOneDeposit(uint128[4] memory amounts) public {
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](4);
        address[] memory payees = new address[](4);
        uint256 total;
        for (uint256 i = 0; i < 4; i++) {
            amounts[i] = uint128(bound(amounts[i], 1, 25 ether));
            payees[i] = address(uint160(0x2000 + i));
            claims[i] = _claimOf(payees[i], amounts[i]);
            total += amounts[i];
        }
        channels.claimPayees(config, claims);
        channels.settlePayees(config, payees);
        for (uint256 i = 0; i < 4; i++) {
            assertEq(payees[i].balance, amounts[i]);
        }
        assertEq(channels.freeOf(id), 100 ether - total);
    }

    function test_VouchersAreCumulativeAPayee() public {
        _claim(address(1001), 3 ether);
        _claim(address(1001), 3 ether);
        _claim(address(1001), 2 ether);
        _claim(address(1001), 4 ether);
        _settle(address(1001));
        assertEq(address(1001).balance, 4 ether);
    }

    function testFuzz_PackedClaimsEqualPlainOnes(uint128 one, uint128 two) public {
        one = uint128(bound(one, 1, 50 ether));
        two = uint128(bound(two, 1, 50 ether));
        channels.claimPacked(
            config,
            bytes.concat(_packed(address(1001), one), _packed(address(1002), two), _packed(address(1001), one))
        );
        assertEq(channels.lineOf(id, address(1001)).claimed, one);
        assertEq(channels.lineOf(id, address(1002)).claimed, two);
        (, uint128 claimed) = channels.channels(id);
        assertEq(claimed, uint256(one) + two);
    }

    function test_ClaimRevertsBeyondTheFreeBalance() public {
        _claim(address(1001), 60 ether);
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = _claimOf(address(1002), 41 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.ClaimExceedsBalance.selector, id, 41 ether, 40 ether
            )
        );
        channels.claimPayees(config, claims);
    }

    function test_ClaimRevertsForWrongKey() public {
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = _claimOf(address(1001), 1 ether);
        claims[0].payee = address(1002);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.claimPayees(config, claims);
    }

    function test_PackedClaimRevertsForWrongKey() public {
        bytes memory packed = _packed(address(1001), 1 ether);
        packed[19] ^= 0x01;
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.claimPacked(config, packed);
        packed = _packed(address(1001), 1 ether);
        packed[40] ^= 0xff;
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.claimPacked(config, packed);
    }

    function test_PackedClaimRevertsForBadLength() public {
        vm.expectRevert(abi.encodeWithSelector(IChannels.BadPackedLength.selector, 99));
        channels.claimPacked(config, new bytes(99));
    }

    function test_ClaimRevertsForAnAmountBeyondALine() public {
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = _claimOf(address(1001), 1 << 120);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AmountTooLarge.selector, 1 << 120));
        channels.claimPayees(config, claims);
    }

    function test_ClaimRevertsForAChannel() public {
        config.receiver = address(0xbeef);
        id = channels.getChannelId(config);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NotAFan.selector, id));
        channels.claimPayees(config, new IChannels.PayeeClaim[](0));
    }

    function test_SettleRevertsForNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToSettle.selector, address(1001)));
        _settle(address(1001));
    }

    function test_ReservationHoldsAgainstOthersAndThePayer() public {
        vm.prank(payer);
        channels.reserve(config, address(1001), 40 ether, uint40(block.timestamp + 1 days));
        _claim(address(1002), 60 ether);
        vm.prank(payer);
        channels.initiateWithdraw(config, 100 ether);
        vm.warp(block.timestamp + DELAY);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingToWithdraw.selector, id));
        channels.finalizeWithdraw(config);
        _claim(address(1001), 40 ether);
        _settle(address(1001));
        assertEq(address(1001).balance, 40 ether);
        assertEq(channels.reservedOf(id), 0);
    }

    function testFuzz_ClaimsUseTheReservationFirst(uint128 guaranteed, uint128 claimed) public {
        guaranteed = uint128(bound(guaranteed, 1, 100 ether));
        claimed = uint128(bound(claimed, 1, 100 ether));
        vm.prank(vm.addr(AUTHORIZER_KEY));
        channels.reserve(config, address(1001), guaranteed, uint40(block.timestamp + 1));
        _claim(address(1001), claimed);
        assertEq(channels.reservedOf(id), guaranteed > claimed ? guaranteed - claimed : 0);
        assertEq(
            channels.freeOf(id), 100 ether - (guaranteed > claimed ? guaranteed : claimed)
        );
    }

    function test_ReservationGrowsByItsDifference() public {
        vm.startPrank(payer);
        channels.reserve(config, address(1001), 10 ether, uint40(block.timestamp + 1 days));
        channels.reserve(config, address(1001), 30 ether, uint40(block.timestamp + 1 days));
        vm.stopPrank();
        assertEq(channels.reservedOf(id), 30 ether);
        assertEq(channels.reservationOf(id, address(1001)).guaranteed, 30 ether);
    }

    function test_ReserveWithSignature() public {
        uint40 expiry = uint40(block.timestamp + 1 days);
        bytes32 structHash = keccak256(
            abi.encode(channels.RESERVE_TYPEHASH(), id, address(1001), uint128(10 ether), expiry)
        );
        bytes memory signature = _signStruct(AUTHORIZER_KEY, structHash);
        channels.reserveWithSignature(config, address(1001), 10 ether, expiry, signature);
        assertEq(channels.reservedOf(id), 10 ether);
        signature = _signStruct(OTHER_KEY, structHash);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.reserveWithSignature(config, address(1001), 10 ether, expiry, signature);
    }

    function test_ReserveRevertsForOthers() public {
        vm.expectRevert(
            abi.encodeWithSelector(IChannels.NotThePayer.selector, address(this), payer)
        );
        channels.reserve(config, address(1001), 1, uint40(block.timestamp + 1));
    }

    function test_ReserveRevertsWhenItFalls() public {
        vm.startPrank(payer);
        channels.reserve(config, address(1001), 10, uint40(block.timestamp + 1 days));
        _expectRevert(IChannels.ReservationFell.selector, 10, 10);
        channels.reserve(config, address(1001), 10, uint40(block.timestamp + 1 days));
    }

    function test_ReserveRevertsForAnEarlierExpiry() public {
        vm.startPrank(payer);
        _expectRevert(IChannels.ExpiryTooEarly.selector, block.timestamp, block.timestamp + 1);
        channels.reserve(config, address(1001), 10, uint40(block.timestamp));
        channels.reserve(config, address(1001), 10, uint40(block.timestamp + 9));
        _expectRevert(IChannels.ExpiryTooEarly.selector, block.timestamp + 8, block.timestamp + 9);
        channels.reserve(config, address(1001), 11, uint40(block.timestamp + 8));
    }

    function test_ReserveRevertsBeyondTheFreeBalance() public {
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.ClaimExceedsBalance.selector, id, 101 ether, 100 ether
            )
        );
        channels.reserve(config, address(1001), 101 ether, uint40(block.timestamp + 1));
    }

    function test_ReleaseAfterExpiry() public {
        uint40 expiry = uint40(block.timestamp + 1 days);
        vm.prank(payer);
        channels.reserve(config, address(1001), 10 ether, expiry);
        _claim(address(1001), 4 ether);
        _expectRevert(IChannels.NotExpired.selector, expiry, block.timestamp);
        channels.release(config, address(1001));
        vm.warp(expiry);
        channels.release(config, address(1001));
        assertEq(channels.freeOf(id), 96 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingReserved.selector, id));
        channels.release(config, address(1001));
        // A claim after that draws on the free balance, and a new reservation starts above the old one.
        _claim(address(1001), 6 ether);
        vm.prank(payer);
        channels.reserve(config, address(1001), 11 ether, expiry + 1);
        assertEq(channels.reservedOf(id), 5 ether);
    }

    // Batches.

    function _batch(uint256 count)
        internal
        pure
        returns (address[] memory payees, uint128[] memory sums)
    {
        payees = new address[](count);
        sums = new uint128[](count);
        for (uint256 i = 0; i < count; i++) {
            payees[i] = address(uint160(0x10000 + i));
            sums[i] = uint128(1 + i % 7) * 1e12;
        }
    }

    function _signBatch(uint256 key, PayoutTree.Node memory root, uint40 expiry)
        internal
        view
        returns (bytes memory)
    {
        return _signStruct(
            key, keccak256(abi.encode(channels.BATCH_TYPEHASH(), id, root.hash, root.sum, expiry))
        );
    }

    function _settleBatch(uint256 count) internal returns (PayoutTree.Node memory root, uint40 expiry) {
        (address[] memory payees, uint128[] memory sums) = _batch(count);
        root = PayoutTree.root(payees, sums);
        expiry = uint40(block.timestamp + 7 days);
        bytes memory signature = _signBatch(AUTHORIZER_KEY, root, expiry);
        channels.settleBatch(config, root.hash, root.sum, expiry, signature);
    }

    function testFuzz_BatchPaysEachLeafOnce(uint256 count, uint256 pick) public {
        count = bound(count, 1, 20);
        pick = bound(pick, 0, count - 1);
        (PayoutTree.Node memory root,) = _settleBatch(count);
        (address[] memory payees, uint128[] memory sums) = _batch(count);
        bytes memory proof = PayoutTree.proof(payees, sums, pick);
        channels.collect(config, root.hash, uint32(pick), payees[pick], sums[pick], proof);
        assertEq(payees[pick].balance, sums[pick]);
        assertTrue(channels.isCollected(id, root.hash, uint32(pick)));
        assertEq(channels.reservedOf(id), root.sum - sums[pick]);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AlreadyPaid.selector, root.hash, pick));
        channels.collect(config, root.hash, uint32(pick), payees[pick], sums[pick], proof);
    }

    function test_CollectRevertsForAnotherAmount() public {
        (PayoutTree.Node memory root,) = _settleBatch(5);
        (address[] memory payees, uint128[] memory sums) = _batch(5);
        bytes memory proof = PayoutTree.proof(payees, sums, 1);
        vm.expectRevert(abi.encodeWithSelector(SumTree.NotInRoot.selector, root.hash, root.sum));
        channels.collect(config, root.hash, 1, payees[1], sums[1] + 1, proof);
    }

    function test_CollectRevertsForAnUnknownBatch() public {
        vm.expectRevert(abi.encodeWithSelector(SumTree.NotInRoot.selector, bytes32("root"), 0));
        channels.collect(config, "root", 1, address(1001), 0, "");
    }

    function test_SettleBatchRevertsWhenRepeated() public {
        (PayoutTree.Node memory root, uint40 expiry) = _settleBatch(5);
        bytes memory signature = _signBatch(AUTHORIZER_KEY, root, expiry);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BatchExists.selector, id, root.hash));
        channels.settleBatch(config, root.hash, root.sum, expiry, signature);
    }

    function test_SettleBatchRevertsForWrongKey() public {
        PayoutTree.Node memory root = PayoutTree.Node("root", 1);
        uint40 expiry = uint40(block.timestamp + 7 days);
        bytes memory signature = _signBatch(OTHER_KEY, root, expiry);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        channels.settleBatch(config, "root", 1, expiry, signature);
    }

    function test_SettleBatchRevertsForAShortLife() public {
        uint40 expiry = uint40(block.timestamp + 7 days - 1);
        _expectRevert(IChannels.ExpiryTooEarly.selector, expiry, uint256(expiry) + 1);
        channels.settleBatch(config, "root", 1, expiry, "");
    }

    function test_SettleBatchRevertsForNothing() public {
        vm.expectRevert(IChannels.ZeroAmount.selector);
        channels.settleBatch(config, "root", 0, 0, "");
    }

    function test_SettleBatchRevertsBeyondTheFreeBalance() public {
        PayoutTree.Node memory root = PayoutTree.Node("root", 101 ether);
        uint40 expiry = uint40(block.timestamp + 7 days);
        bytes memory signature = _signBatch(AUTHORIZER_KEY, root, expiry);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChannels.ClaimExceedsBalance.selector, id, 101 ether, 100 ether
            )
        );
        channels.settleBatch(config, "root", 101 ether, expiry, signature);
    }

    function test_ReleaseBatchAfterExpiry() public {
        (PayoutTree.Node memory root, uint40 expiry) = _settleBatch(5);
        (address[] memory payees, uint128[] memory sums) = _batch(5);
        bytes memory proof = PayoutTree.proof(payees, sums, 1);
        channels.collect(config, root.hash, 1, payees[1], sums[1], proof);
        _expectRevert(IChannels.NotExpired.selector, expiry, block.timestamp);
        channels.releaseBatch(config, root.hash);
        vm.warp(expiry);
        channels.releaseBatch(config, root.hash);
        assertEq(channels.freeOf(id), 100 ether - sums[1]);
        assertEq(channels.batchOf(id, root.hash).paid, root.sum);
        vm.expectRevert(abi.encodeWithSelector(IChannels.NothingReserved.selector, id));
        channels.releaseBatch(config, root.hash);
        proof = PayoutTree.proof(payees, sums, 2);
        vm.expectRevert(abi.encodeWithSelector(IChannels.AlreadyPaid.selector, root.hash, 2));
        channels.collect(config, root.hash, 2, payees[2], sums[2], proof);
    }

    // What fits in a transaction of 2^24 gas (EIP-7825).

    function _claimLines(uint256 first, uint256 count, uint128 max)
        internal
        returns (uint256 transactionGas)
    {
        bytes memory packed;
        bytes[] memory parts = new bytes[](count);
        for (uint256 i = 0; i < count; i++) {
            parts[i] = _packed(address(uint160(0x30000 + first + i)), max);
        }
        packed = _concat(parts);
        vm.cool(address(channels)); // As a transaction of its own finds it.
        uint256 before = gasleft();
        channels.claimPacked(config, packed);
        uint256 used = before - gasleft();
        return _transactionGas(used, abi.encodeCall(channels.claimPacked, (config, packed)));
    }

    function _concat(bytes[] memory parts) internal pure returns (bytes memory whole) {
        whole = new bytes(parts.length * 100);
        for (uint256 i = 0; i < parts.length; i++) {
            bytes memory part = parts[i];
            assembly ("memory-safe") {
                mcopy(add(add(whole, 32), mul(i, 100)), add(part, 32), 100)
            }
        }
    }

    function test_GasOfPackedClaims() public {
        _claimLines(0, 1, 1e12);
        vm.snapshotGasLastCall("Channels", "claimPacked, 1 fresh line");
        _claimLines(100, 100, 1e12);
        vm.snapshotGasLastCall("Channels", "claimPacked, 100 fresh lines");
        _claimLines(100, 100, 2e12);
        vm.snapshotGasLastCall("Channels", "claimPacked, 100 known lines");
    }

    /// Ten vouchers for each of 1,000 payees: the last of each stands for all ten.
    function test_TenThousandVouchersSettleInTwoTransactions() public {
        uint256 signed;
        for (uint256 i = 0; i < 1_000; i++) {
            for (uint128 n = 1; n < 10; n++) {
                _packed(address(uint160(0x30000 + i)), n * 1e12);
                signed++;
            }
        }
        for (uint256 half = 0; half < 2; half++) {
            uint256 used = _claimLines(half * 500, 500, 10e12);
            signed += 500;
            assertLe(used, 1 << 24, "gas of a transaction");
        }
        assertEq(signed, 10_000);
        (, uint128 claimed) = channels.channels(id);
        assertEq(claimed, 1_000 * 10e12);
    }

    /// 10,000 payees, one signature: the first transaction settles all, and any other pays one of them.
    function test_TenThousandPayeesSettleInOneTransaction() public {
        (address[] memory payees, uint128[] memory sums) = _batch(10_000);
        PayoutTree.Node memory root = PayoutTree.root(payees, sums);
        uint40 expiry = uint40(block.timestamp + 7 days);
        bytes memory signature = _signBatch(AUTHORIZER_KEY, root, expiry);
        channels.settleBatch(config, root.hash, root.sum, expiry, signature);
        vm.snapshotGasLastCall("Channels", "settleBatch, 10,000 payees");
        bytes memory proof = PayoutTree.proof(payees, sums, 9_876);
        channels.collect(config, root.hash, 9_876, payees[9_876], sums[9_876], proof);
        vm.snapshotGasLastCall("Channels", "collect, of 10,000 payees");
        assertLe(proof.length, 2_000, "bytes of proof");
        assertEq(payees[9_876].balance, sums[9_876]);
    }

    /// The most known lines that one transaction brings up to date, for the record in README.
    function test_MostLinesInATransaction() public {
        _claimLines(0, 500, 1e12);
        _claimLines(500, 500, 1e12);
        _claimLines(1_000, 100, 1e12);
        uint256 used = _claimLines(0, 1_100, 2e12);
        assertLe(used, 1 << 24, "gas of a transaction");
    }
}

/// @notice A channel, a fan and a token channel, and everybody's moves at random.
contract ChannelsHandler is Test {
    uint256 private constant KEY = 0xa11ce;
    Channels public immutable channels = new Channels();
    PlainToken public immutable token = new PlainToken();
    address private immutable _payer = vm.addr(KEY);
    address private constant RECEIVER = address(0xbeef);
    IChannels.ChannelConfig[3] private _configs;
    bytes32[3] private _ids;
    uint256[3] private _in;
    uint256[3] private _back;
    uint256 private _batches;
    bytes32[] private _roots;
    uint128[] private _amounts;
    mapping(address payee => uint256) private _due;

    constructor() {
        vm.warp(1_000_000);
        _configs[0] =
            IChannels.ChannelConfig(_payer, address(0), RECEIVER, address(0), address(0), 1 hours, "");
        _configs[1] =
            IChannels.ChannelConfig(_payer, address(0), address(0), address(0), address(0), 1 hours, "");
        _configs[2] = IChannels.ChannelConfig(
            _payer, address(0), RECEIVER, address(0), address(token), 1 hours, ""
        );
        for (uint256 i = 0; i < 3; i++) {
            _ids[i] = channels.getChannelId(_configs[i]);
        }
    }

    function _payee(uint256 seed) private pure returns (address) {
        return address(uint160(0x5000 + seed % 3));
    }

    function _sign(bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        return abi.encodePacked(r, s, v);
    }

    function deposit(uint256 which, uint256 amount) external {
        which %= 3;
        amount = bound(amount, 1, 1e24);
        if (which == 2) {
            token.mint(address(this), amount);
            token.approve(address(channels), amount);
            channels.deposit(_configs[2], uint128(amount));
        } else {
            vm.deal(address(this), amount);
            channels.deposit{value: amount}(_configs[which], uint128(amount));
        }
        _in[which] += amount;
    }

    function claim(bool ofToken, uint256 more) external {
        uint256 which = ofToken ? 2 : 0;
        (, uint128 claimed) = channels.channels(_ids[which]);
        uint128 total = uint128(claimed + bound(more, 0, channels.freeOf(_ids[which])));
        IChannels.VoucherClaim[] memory claims = new IChannels.VoucherClaim[](1);
        claims[0] = IChannels.VoucherClaim(
            IChannels.Voucher(_configs[which], total),
            _sign(channels.getVoucherDigest(_ids[which], total)),
            total
        );
        vm.prank(RECEIVER);
        channels.claim(claims);
    }

    function settle(bool ofToken) external {
        channels.settle(RECEIVER, ofToken ? address(token) : address(0));
    }

    function claimPayee(uint256 seed, uint256 more) external {
        address payee = _payee(seed);
        uint128 max = uint128(
            channels.lineOf(_ids[1], payee).claimed + bound(more, 0, channels.freeOf(_ids[1]) / 2 + 2)
        );
        IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
        claims[0] = IChannels.PayeeClaim(
            payee, max, _sign(channels.getPayeeVoucherDigest(_ids[1], payee, max))
        );
        channels.claimPayees(_configs[1], claims);
    }

    function settlePayee(uint256 seed) external {
        address[] memory payees = new address[](1);
        payees[0] = _payee(seed);
        channels.settlePayees(_configs[1], payees);
    }

    function reserve(uint256 seed, uint256 guaranteed, uint256 life) external {
        address payee = _payee(seed);
        IChannels.Reservation memory current = channels.reservationOf(_ids[1], payee);
        uint256 expiry = bound(life, 1, 2 days) + block.timestamp;
        uint128 next =
            uint128(current.guaranteed + bound(guaranteed, 1, channels.freeOf(_ids[1]) / 2 + 2));
        vm.prank(_payer);
        channels.reserve(
            _configs[1],
            payee,
            next,
            uint40(expiry < current.expiry ? current.expiry : expiry)
        );
    }

    function release(uint256 seed) external {
        channels.release(_configs[1], _payee(seed));
    }

    function settleBatch(uint256 amount) external {
        amount = bound(amount, 1, channels.freeOf(_ids[1]) / 2 + 2);
        PayoutTree.Node memory root =
            PayoutTree.leaf(uint32(_roots.length), _payee(amount), uint128(amount));
        uint40 expiry = uint40(block.timestamp + 7 days);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("x402 Batch Settlement"),
                keccak256("1"),
                block.chainid,
                address(channels)
            )
        );
        bytes32 structHash = keccak256(
            abi.encode(channels.BATCH_TYPEHASH(), _ids[1], root.hash, root.sum, expiry)
        );
        channels.settleBatch(
            _configs[1],
            root.hash,
            root.sum,
            expiry,
            _sign(keccak256(abi.encodePacked(hex"1901", domain, structHash)))
        );
        _roots.push(root.hash);
        _amounts.push(root.sum);
    }

    function collect(uint256 which) external {
        if (_roots.length == 0) return;
        which %= _roots.length;
        channels.collect(
            _configs[1], _roots[which], uint32(which), _payee(_amounts[which]), _amounts[which], ""
        );
        _due[_payee(_amounts[which])] += _amounts[which];
        _batches += _amounts[which];
    }

    function releaseBatch(uint256 which) external {
        if (_roots.length == 0) return;
        channels.releaseBatch(_configs[1], _roots[which % _roots.length]);
    }

    function withdraw(uint256 which, uint256 amount, uint256 wait) external {
        which %= 3;
        if (amount % 3 == 0) {
            vm.prank(_payer);
            channels.initiateWithdraw(_configs[which], uint128(bound(amount, 1, 1e24)));
            return;
        }
        vm.warp(block.timestamp + bound(wait, 0, 1 days));
        _finalize(which);
    }

    function refund(bool ofToken, uint256 amount) external {
        uint256 which = ofToken ? 2 : 0;
        uint256 before = _balanceOf(which, _payer);
        vm.prank(RECEIVER);
        channels.refund(_configs[which], uint128(bound(amount, 1, 1e24)));
        _back[which] += _balanceOf(which, _payer) - before;
    }

    function _finalize(uint256 which) private {
        uint256 before = _balanceOf(which, _payer);
        channels.finalizeWithdraw(_configs[which]);
        _back[which] += _balanceOf(which, _payer) - before;
    }

    function _balanceOf(uint256 which, address account) private view returns (uint256) {
        return which == 2 ? token.balanceOf(account) : account.balance;
    }

    function requireConserved() external view {
        uint256[3] memory open;
        for (uint256 i = 0; i < 3; i++) {
            (uint128 balance, uint128 claimed) = channels.channels(_ids[i]);
            assertEq(balance, _in[i] - _back[i], "deposits less refunds");
            assertLe(uint256(claimed) + channels.reservedOf(_ids[i]), balance, "overcommitted");
            open[i] = balance - claimed;
        }
        (uint128 native, uint128 nativePaid) = channels.receivers(RECEIVER, address(0));
        (uint128 tokens, uint128 tokensPaid) = channels.receivers(RECEIVER, address(token));
        uint256 lines;
        uint256 credited;
        uint256 outstanding;
        for (uint256 i = 0; i < 3; i++) {
            IChannels.Line memory line = channels.lineOf(_ids[1], _payee(i));
            lines += line.claimed;
            credited += line.claimed - line.settled;
            assertEq(_payee(i).balance, line.settled + _due[_payee(i)], "paid twice");
            uint256 guaranteed = channels.reservationOf(_ids[1], _payee(i)).guaranteed;
            if (line.reserved && guaranteed > line.claimed) outstanding += guaranteed - line.claimed;
        }
        for (uint256 i = 0; i < _roots.length; i++) {
            IChannels.Batch memory batch = channels.batchOf(_ids[1], _roots[i]);
            outstanding += batch.total - batch.paid;
        }
        assertEq(channels.reservedOf(_ids[1]), outstanding, "reservations");
        (, uint128 fanClaimed) = channels.channels(_ids[1]);
        assertEq(fanClaimed, lines + _batches, "the fan's claims");
        assertEq(RECEIVER.balance, nativePaid, "native paid");
        assertEq(token.balanceOf(RECEIVER), tokensPaid, "tokens paid");
        assertEq(
            address(channels).balance, open[0] + open[1] + credited + native - nativePaid, "native"
        );
        assertEq(token.balanceOf(address(channels)), open[2] + tokens - tokensPaid, "tokens");
    }
}

contract ChannelsInvariants is Test {
    ChannelsHandler internal handler;

    function setUp() public {
        handler = new ChannelsHandler();
        targetContract(address(handler));
    }

    function invariant_EveryUnitIsFreeReservedCreditedOrPaid() public view {
        handler.requireConserved();
    }
}
