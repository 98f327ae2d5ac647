// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title The native token as an ERC-20
/// @notice One unit is one wei held by this contract. ERC-20, ERC-2612 and ERC-3009; wherever a
/// signature is taken it may be a key's (65 bytes, or 64 as in EIP-2098) or a contract's (ERC-1271).
interface IWrappedNative is IERC20, IERC20Permit {
    /// @notice An ERC-3009 authorization whose window `(validAfter, validBefore)` does not hold `nowSeconds`.
    error AuthorizationOutsideWindow(uint256 validAfter, uint256 validBefore, uint256 nowSeconds);

    /// @notice An ERC-3009 nonce that was used or canceled.
    error AuthorizationUsedOrCanceled(address authorizer, bytes32 nonce);

    /// @notice `receiveWithAuthorization` called by somebody other than the payee.
    error CallerIsNotPayee(address caller, address payee);

    /// @notice A permit after its deadline.
    error PermitExpired(uint256 deadline, uint256 nowSeconds);

    /// @notice `account` refused `amountWei`.
    error NativeTransferFailed(address account, uint256 amountWei);

    /// @notice `amountWei` came in and as many units were minted to `account` (WETH9's event).
    event Deposit(address indexed account, uint256 amountWei);

    /// @notice `amountWei` went out and as many units were burned from `account` (WETH9's event).
    event Withdrawal(address indexed account, uint256 amountWei);

    /// @notice ERC-3009: `authorizer`'s authorization `nonce` was carried out.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);

    /// @notice ERC-3009: `authorizer`'s authorization `nonce` can no longer be carried out.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @notice Wraps what is sent, for the sender. Plain transfers to this contract do the same.
    function deposit() external payable;

    /// @notice Wraps what is sent, for `account`.
    function depositTo(address account) external payable;

    /// @notice Unwraps `amountWei` to the caller.
    function withdraw(uint256 amountWei) external;

    /// @notice Unwraps `amountWei` of the caller's to `account`.
    function withdrawTo(address account, uint256 amountWei) external;

    /// @notice ERC-2612 for any signer, a contract included.
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice ERC-3009: whether `authorizer`'s `nonce` was used or canceled.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);

    /// @notice ERC-3009: carries out a signed transfer, by anyone.
    /// @dev Warning: anyone may carry it out first; a contract that acts on being paid uses
    /// `receiveWithAuthorization`.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice As above, for any signer, a contract included.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice ERC-3009: carries out a signed transfer to the caller.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice As above, for any signer, a contract included.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice ERC-3009: makes `nonce` unusable.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)
        external;

    /// @notice As above, for any signer, a contract included.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;
}
