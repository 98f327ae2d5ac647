// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @notice What a test contract inherits: cheat codes, assertions with both values in the failure, and
/// the target lists that forge's invariant runner reads.
abstract contract Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error UintsDiffer(uint256 actual, uint256 expected, string what);
    error BytesDiffer(bytes actual, bytes expected, string what);
    error Bytes32Differ(bytes32 actual, bytes32 expected, string what);
    error AddressesDiffer(address actual, address expected, string what);
    error NotTrue(string what);
    error NotAtMost(uint256 actual, uint256 limit, string what);

    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address[] private _targetContracts;
    FuzzSelector[] private _targetSelectors;

    /// @dev Marks the contract as a test for forge.
    function IS_TEST() external pure returns (bool) {
        return true;
    }

    function targetContracts() external view returns (address[] memory) {
        return _targetContracts;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return _targetSelectors;
    }

    function targetContract(address target) internal {
        _targetContracts.push(target);
    }

    function targetSelector(address target, bytes4[] memory selectors) internal {
        _targetSelectors.push(FuzzSelector(target, selectors));
    }

    /// @dev `value` folded into [low, high]; values already inside stay what they are.
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        if (value >= low && value <= high) return value;
        uint256 size = high - low + 1;
        return size == 0 ? value : low + (value % size);
    }

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert UintsDiffer(actual, expected, what);
    }

    function assertEq(uint256 actual, uint256 expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert Bytes32Differ(actual, expected, what);
    }

    function assertEq(bytes32 actual, bytes32 expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        if (actual != expected) revert AddressesDiffer(actual, expected, what);
    }

    function assertEq(address actual, address expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(bool actual, bool expected, string memory what) internal pure {
        if (actual != expected) revert UintsDiffer(actual ? 1 : 0, expected ? 1 : 0, what);
    }

    function assertEq(bytes memory actual, bytes memory expected, string memory what) internal pure {
        if (keccak256(actual) != keccak256(expected)) revert BytesDiffer(actual, expected, what);
    }

    function assertEq(string memory actual, string memory expected, string memory what)
        internal
        pure
    {
        assertEq(bytes(actual), bytes(expected), what);
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    function assertTrue(bool condition) internal pure {
        assertTrue(condition, "");
    }

    function assertFalse(bool condition, string memory what) internal pure {
        assertTrue(!condition, what);
    }

    function assertLe(uint256 actual, uint256 limit, string memory what) internal pure {
        if (actual > limit) revert NotAtMost(actual, limit, what);
    }

    function assertGe(uint256 actual, uint256 least, string memory what) internal pure {
        if (actual < least) revert NotAtMost(least, actual, what);
    }
}
