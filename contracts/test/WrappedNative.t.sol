// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IWrappedNative} from "../src/interfaces/IWrappedNative.sol";
import {Signatures} from "../src/Signatures.sol";
import {WrappedNative} from "../src/WrappedNative.sol";
import {KeyedWallet, Refuser} from "./mocks/Wallets.sol";
import {Test} from "./Test.sol";

contract WrappedNativeTest is Test {
    uint256 internal constant KEY = 0xa11ce;
    uint256 internal constant OTHER_KEY = 0xb0b;
    bytes32 internal constant NONCE = keccak256("nonce");

    WrappedNative internal token;
    address internal owner;
    address internal payee = address(0xbeef);

    function setUp() public {
        token = new WrappedNative();
        owner = vm.addr(KEY);
        vm.deal(owner, 100 ether);
        vm.prank(owner);
        token.deposit{value: 10 ether}();
        vm.warp(1_000_000);
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
    }

    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(structHash));
        return abi.encodePacked(r, s, v);
    }

    function _transferHash(bytes32 typeHash, address from, uint256 value) internal view returns (bytes32) {
        return keccak256(abi.encode(typeHash, from, payee, value, 0, type(uint256).max, NONCE));
    }

    function _permitHash(address from, uint256 value, uint256 deadline) internal view returns (bytes32) {
        return keccak256(
            abi.encode(token.PERMIT_TYPEHASH(), from, payee, value, token.nonces(from), deadline)
        );
    }

    function test_TypeHashesAreThoseOfTheStandards() public view {
        // ERC-2612 and ERC-3009 publish these.
        assertEq(
            token.PERMIT_TYPEHASH(),
            0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9
        );
        assertEq(
            token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(),
            0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267
        );
        assertEq(
            token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(),
            0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8
        );
        assertEq(
            token.CANCEL_AUTHORIZATION_TYPEHASH(),
            0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429
        );
    }

    function testFuzz_DepositAndWithdrawAreOneToOne(uint256 amountWei, uint256 backWei) public {
        address account = address(0xcafe);
        amountWei = bound(amountWei, 0, 1e30);
        backWei = bound(backWei, 0, amountWei);
        vm.deal(account, amountWei);
        vm.prank(account);
        token.deposit{value: amountWei}();
        assertEq(token.balanceOf(account), amountWei);
        vm.prank(account);
        token.withdraw(backWei);
        assertEq(account.balance, backWei);
        assertEq(token.balanceOf(account), amountWei - backWei);
        assertEq(address(token).balance, token.totalSupply());
    }

    function test_PlainTransferWraps() public {
        vm.prank(owner);
        (bool sent,) = address(token).call{value: 1 ether}("");
        assertTrue(sent);
        assertEq(token.balanceOf(owner), 11 ether);
    }

    function test_DepositToAndWithdrawToNameAnotherAccount() public {
        vm.prank(owner);
        token.depositTo{value: 1 ether}(payee);
        assertEq(token.balanceOf(payee), 1 ether);
        vm.prank(owner);
        token.withdrawTo(payee, 2 ether);
        assertEq(payee.balance, 2 ether);
        assertEq(token.balanceOf(owner), 8 ether);
    }

    function test_WithdrawRevertsBeyondBalance() public {
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, owner, 10 ether, 11 ether
            )
        );
        token.withdraw(11 ether);
    }

    function test_WithdrawRevertsWhenRefused() public {
        Refuser refuser = new Refuser();
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(
                IWrappedNative.NativeTransferFailed.selector, address(refuser), 1 ether
            )
        );
        token.withdrawTo(address(refuser), 1 ether);
    }

    function testFuzz_PermitSetsAllowance(uint256 value) public {
        bytes32 structHash = _permitHash(owner, value, block.timestamp);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(structHash));
        token.permit(owner, payee, value, block.timestamp, v, r, s);
        assertEq(token.allowance(owner, payee), value);
        assertEq(token.nonces(owner), 1);
    }

    function test_PermitTakesContractSignature() public {
        KeyedWallet wallet = new KeyedWallet(owner);
        bytes memory signature = _sign(KEY, _permitHash(address(wallet), 7, block.timestamp));
        token.permit(address(wallet), payee, 7, block.timestamp, signature);
        assertEq(token.allowance(address(wallet), payee), 7);
    }

    function test_PermitTakesCompactSignature() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(_permitHash(owner, 7, block.timestamp)));
        bytes32 vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
        token.permit(owner, payee, 7, block.timestamp, abi.encodePacked(r, vs));
        assertEq(token.allowance(owner, payee), 7);
    }

    function test_PermitTakesKeyOfDelegatedAccount() public {
        bytes memory signature = _sign(KEY, _permitHash(owner, 7, block.timestamp));
        vm.etch(owner, abi.encodePacked(hex"ef0100", address(0xbeef)));
        token.permit(owner, payee, 7, block.timestamp, signature);
        assertEq(token.allowance(owner, payee), 7);
    }

    function test_PermitRevertsAfterDeadline() public {
        uint256 deadline = block.timestamp - 1;
        bytes memory signature = _sign(KEY, _permitHash(owner, 7, deadline));
        vm.expectRevert(
            abi.encodeWithSelector(IWrappedNative.PermitExpired.selector, deadline, block.timestamp)
        );
        token.permit(owner, payee, 7, deadline, signature);
    }

    function test_PermitRevertsForWrongKey() public {
        bytes memory signature = _sign(OTHER_KEY, _permitHash(owner, 7, block.timestamp));
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        token.permit(owner, payee, 7, block.timestamp, signature);
    }

    function test_PermitRevertsWhenRepeated() public {
        bytes memory signature = _sign(KEY, _permitHash(owner, 7, block.timestamp));
        token.permit(owner, payee, 7, block.timestamp, signature);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        token.permit(owner, payee, 7, block.timestamp, signature);
    }

    function test_PermitRevertsForZeroOwner() public {
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        token.permit(address(0), payee, 7, block.timestamp, new bytes(65));
    }

    function testFuzz_TransferWithAuthorizationMovesValue(uint256 value) public {
        value = bound(value, 0, 10 ether);
        bytes32 structHash = _transferHash(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), owner, value);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(structHash));
        vm.expectEmit(address(token));
        emit IWrappedNative.AuthorizationUsed(owner, NONCE);
        token.transferWithAuthorization(owner, payee, value, 0, type(uint256).max, NONCE, v, r, s);
        assertEq(token.balanceOf(payee), value);
        assertTrue(token.authorizationState(owner, NONCE));
    }

    function test_TransferWithAuthorizationTakesContractSignature() public {
        KeyedWallet wallet = new KeyedWallet(owner);
        vm.prank(owner);
        assertTrue(token.transfer(address(wallet), 5));
        bytes memory signature = _sign(
            KEY, _transferHash(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), address(wallet), 5)
        );
        token.transferWithAuthorization(
            address(wallet), payee, 5, 0, type(uint256).max, NONCE, signature
        );
        assertEq(token.balanceOf(payee), 5);
    }

    function test_TransferWithAuthorizationRevertsWhenRepeated() public {
        bytes memory signature =
            _sign(KEY, _transferHash(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), owner, 5));
        token.transferWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, signature);
        vm.expectRevert(
            abi.encodeWithSelector(
                IWrappedNative.AuthorizationUsedOrCanceled.selector, owner, NONCE
            )
        );
        token.transferWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, signature);
    }

    function test_TransferWithAuthorizationRevertsForWrongKey() public {
        bytes memory signature =
            _sign(OTHER_KEY, _transferHash(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), owner, 5));
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        token.transferWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, signature);
    }

    function test_TransferWithAuthorizationRevertsAtValidAfter() public {
        _expectOutsideWindow(block.timestamp, type(uint256).max);
        token.transferWithAuthorization(
            owner, payee, 5, block.timestamp, type(uint256).max, NONCE, ""
        );
    }

    function test_TransferWithAuthorizationRevertsAtValidBefore() public {
        _expectOutsideWindow(0, block.timestamp);
        token.transferWithAuthorization(owner, payee, 5, 0, block.timestamp, NONCE, "");
    }

    function _expectOutsideWindow(uint256 validAfter, uint256 validBefore) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IWrappedNative.AuthorizationOutsideWindow.selector,
                validAfter,
                validBefore,
                block.timestamp
            )
        );
    }

    function test_ReceiveWithAuthorizationPaysTheCaller() public {
        bytes32 structHash = _transferHash(token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), owner, 5);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, _digest(structHash));
        vm.prank(payee);
        token.receiveWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, v, r, s);
        assertEq(token.balanceOf(payee), 5);
    }

    function test_ReceiveWithAuthorizationRevertsForAnotherCaller() public {
        bytes memory signature =
            _sign(KEY, _transferHash(token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), owner, 5));
        bytes memory refusal = abi.encodeWithSelector(
            IWrappedNative.CallerIsNotPayee.selector, address(this), payee
        );
        vm.expectRevert(refusal);
        token.receiveWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, signature);
        vm.expectRevert(refusal);
        token.receiveWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, 27, 0, 0);
    }

    function test_ReceiveIsNotTransfer() public {
        bytes memory signature =
            _sign(KEY, _transferHash(token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), owner, 5));
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        token.transferWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, signature);
        vm.prank(payee);
        token.receiveWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, signature);
    }

    function test_CanceledAuthorizationCannotBeUsed() public {
        bytes32 structHash =
            keccak256(abi.encode(token.CANCEL_AUTHORIZATION_TYPEHASH(), owner, NONCE));
        vm.expectEmit(address(token));
        emit IWrappedNative.AuthorizationCanceled(owner, NONCE);
        token.cancelAuthorization(owner, NONCE, _sign(KEY, structHash));
        bytes memory signature =
            _sign(KEY, _transferHash(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), owner, 5));
        vm.expectPartialRevert(IWrappedNative.AuthorizationUsedOrCanceled.selector);
        token.transferWithAuthorization(owner, payee, 5, 0, type(uint256).max, NONCE, signature);
    }

    function test_CancelRevertsForWrongKey() public {
        bytes32 structHash =
            keccak256(abi.encode(token.CANCEL_AUTHORIZATION_TYPEHASH(), owner, NONCE));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OTHER_KEY, _digest(structHash));
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        token.cancelAuthorization(owner, NONCE, v, r, s);
    }

    function test_DomainNamesTokenChainAndAddress() public view {
        assertEq(
            token.DOMAIN_SEPARATOR(),
            keccak256(
                abi.encode(
                    keccak256(
                        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                    ),
                    keccak256("Wrapped Assay"),
                    keccak256("1"),
                    block.chainid,
                    address(token)
                )
            )
        );
    }
}
