// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Fields of the proofs' fixed-width little-endian formats
/// @dev Warning: the callers check the length of `encoded` first; reading past the end gives what lies there.
library LittleEndian {
    /// @notice The unsigned integer of `width` bytes (1 to 8) at `offset`, least significant byte first.
    function uintAt(bytes memory encoded, uint256 offset, uint256 width)
        internal
        pure
        returns (uint256 value)
    {
        for (uint256 i; i < width; ++i) {
            value |= uint256(uint8(encoded[offset + i])) << (8 * i);
        }
    }

    /// @notice The 32 bytes at `offset` in the order they stand.
    function wordAt(bytes memory encoded, uint256 offset) internal pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(encoded, 32), offset))
        }
    }

    /// @notice The 20 bytes at `offset`.
    function addressAt(bytes memory encoded, uint256 offset) internal pure returns (address) {
        return address(bytes20(wordAt(encoded, offset)));
    }
}
