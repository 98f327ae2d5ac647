// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Moves of an asset: the native token (address zero) or an ERC-20
/// @dev Warning: tokens that take a fee on transfer are refused when money comes in; tokens whose balances
/// change by themselves are not detected and can leave their own ledger short, nobody else's.
library Assets {
    using SafeERC20 for IERC20;

    /// @notice The transaction sends `sentWei`, this asset needs `expectedWei`.
    error WrongValue(uint256 sentWei, uint256 expectedWei);
    /// @notice `expected` was to come in, `received` did.
    error UnexpectedAmount(address asset, uint256 received, uint256 expected);
    /// @notice `account` refused `amountWei`.
    error NativeTransferFailed(address account, uint256 amountWei);

    address internal constant NATIVE = address(0);

    /// @dev Takes exactly `amount` from `from`: of the native token what the call carries, of a token by
    /// allowance.
    function pullExact(address asset, address from, uint256 amount) internal {
        if (asset == NATIVE) {
            if (msg.value != amount) revert WrongValue(msg.value, amount);
            return;
        }
        if (msg.value != 0) revert WrongValue(msg.value, 0);
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(from, address(this), amount);
        requireReceived(asset, before, amount);
    }

    /// @dev `before` is this contract's balance before `amount` was to come in.
    function requireReceived(address asset, uint256 before, uint256 amount) internal view {
        uint256 received = IERC20(asset).balanceOf(address(this)) - before;
        if (received != amount) revert UnexpectedAmount(asset, received, amount);
    }

    function push(address asset, address to, uint256 amount) internal {
        if (asset == NATIVE) {
            (bool paid,) = to.call{value: amount}("");
            if (!paid) revert NativeTransferFailed(to, amount);
        } else {
            IERC20(asset).safeTransfer(to, amount);
        }
    }
}
