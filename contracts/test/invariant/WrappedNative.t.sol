// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WrappedNative} from "../../src/WrappedNative.sol";
import {Campaign, Moves} from "./Moves.sol";

/// @notice Moves made at random; nothing a holder does changes what a unit is worth.
contract WrappedNativeHandler is Moves {
    WrappedNative public immutable token = new WrappedNative();

    function deposit(uint256 seed, uint256 amountWei) external {
        address account = _account(seed);
        amountWei = bound(amountWei, 0, 1e24);
        vm.deal(account, account.balance + amountWei);
        bytes memory input =
            seed % 2 == 0 ? bytes("") : abi.encodeCall(token.depositTo, (_account(seed / 2)));
        _try(seed % 2 == 0 ? bytes32("deposit") : bytes32("deposit to"), account, address(token), amountWei, input);
    }

    /// @notice One in eight is more than there is.
    function withdraw(uint256 seed, uint256 amountWei, uint256 tooMuch) external {
        address account = _account(seed);
        uint256 held = token.balanceOf(account);
        amountWei = tooMuch % 8 == 0 ? held + 1 : bound(amountWei, 0, held);
        uint256 before = account.balance;
        bytes memory input = abi.encodeCall(token.withdraw, (amountWei));
        if (_try("withdraw", account, address(token), 0, input)) {
            assertLe(amountWei, held, "withdrew more than it had");
            assertEq(account.balance - before, amountWei, "one wei a unit");
        }
    }

    function transfer(uint256 seed, uint256 toSeed, uint256 amount, uint256 tooMuch) external {
        address account = _account(seed);
        uint256 held = token.balanceOf(account);
        amount = tooMuch % 8 == 0 ? held + 1 : bound(amount, 0, held);
        bytes memory input = abi.encodeCall(token.transfer, (_account(toSeed), amount));
        if (_try("transfer", account, address(token), 0, input)) {
            assertLe(amount, held, "moved more than it had");
        }
    }

    function transferFrom(uint256 seed, uint256 amount, uint256 allowed) external {
        (address account, address spender) = (_account(seed), _account(seed / 5));
        amount = bound(amount, 0, token.balanceOf(account));
        allowed = bound(allowed, 0, 2 * amount);
        _try("approve", account, address(token), 0, abi.encodeCall(token.approve, (spender, allowed)));
        bytes memory input =
            abi.encodeCall(token.transferFrom, (account, _account(seed / 25), amount));
        if (_try("transfer from", spender, address(token), 0, input)) {
            assertLe(amount, allowed, "moved more than allowed");
        }
    }

    function sumOfBalances() external view returns (uint256 sum) {
        for (uint256 i = 0; i < 5; i++) {
            sum += token.balanceOf(_account(i));
        }
    }

    function _account(uint256 seed) private pure returns (address) {
        return address(uint160(0x1000 + seed % 5));
    }
}

contract WrappedNativeInvariants is Campaign {
    WrappedNativeHandler private _handler;

    function setUp() public {
        _handler = new WrappedNativeHandler();
        bytes4[] memory moves = new bytes4[](4);
        moves[0] = WrappedNativeHandler.deposit.selector;
        moves[1] = WrappedNativeHandler.withdraw.selector;
        moves[2] = WrappedNativeHandler.transfer.selector;
        moves[3] = WrappedNativeHandler.transferFrom.selector;
        _setUpCampaign(_handler, moves);
    }

    function invariant_EveryUnitIsBackedByOneWei() external view {
        _requireInvariants();
    }

    function _requireInvariants() internal view override {
        uint256 supply = _handler.token().totalSupply();
        assertEq(address(_handler.token()).balance, supply, "backed");
        assertEq(_handler.sumOfBalances(), supply, "balances");
    }

    function _paths() internal pure override returns (bytes32[] memory paths) {
        paths = new bytes32[](6);
        paths[0] = "deposit";
        paths[1] = "deposit to";
        paths[2] = "withdraw";
        paths[3] = "transfer";
        paths[4] = "approve";
        paths[5] = "transfer from";
    }
}
