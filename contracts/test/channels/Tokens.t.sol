// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Assets} from "../../src/Assets.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {Signatures} from "../../src/Signatures.sol";
import {WrappedNative} from "../../src/WrappedNative.sol";
import {FeeToken} from "../mocks/Tokens.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

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
