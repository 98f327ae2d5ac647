// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Merkle trees whose nodes carry sums
/// @notice leaf = keccak256(0x00 ‖ uint32 index ‖ address account ‖ uint128 amount), its sum is `amount`;
/// node = keccak256(0x01 ‖ left hash ‖ uint128 left sum ‖ right hash ‖ uint128 right sum); an empty place is
/// the zero hash with sum 0. All leaves that can be proven under one root and total add up to at most
/// that total, whoever built the tree.
library SumTree {
    /// @notice Not a whole number of levels, or above `LEVELS_MAX`.
    error BadProofLength(uint256 length);
    /// @notice A sum beyond 2^128 − 1.
    error SumOverflow();
    /// @notice The leaf is not under this root and total.
    error NotInRoot(bytes32 root, uint256 total);

    uint256 internal constant LEVELS_MAX = 32;

    uint256 private constant LEVEL_BYTES = 48;

    /// @param proof From the leaf up, 32 bytes of the sibling's hash and 16 of its sum a level; bit i of
    /// `index` is 1 where level i's sibling is on the left.
    function requireLeaf(
        bytes32 root,
        uint256 total,
        uint32 index,
        address account,
        uint128 amount,
        bytes calldata proof
    ) internal pure {
        uint256 levels = proof.length / LEVEL_BYTES;
        if (levels * LEVEL_BYTES != proof.length || levels > LEVELS_MAX) {
            revert BadProofLength(proof.length);
        }
        bytes32 hash = keccak256(abi.encodePacked(uint8(0), index, account, amount));
        uint256 sum = amount;
        for (uint256 level = 0; level < levels; level++) {
            bytes calldata step = proof[level * LEVEL_BYTES:(level + 1) * LEVEL_BYTES];
            // A sum that wrapped would let the leaves claim more than the total.
            if (sum > type(uint128).max) revert SumOverflow();
            uint128 siblingSum = uint128(bytes16(step[32:]));
            hash = (index >> level) & 1 == 0
                ? keccak256(
                    // Checked above.
                    // forge-lint: disable-next-line(unsafe-typecast)
                    abi.encodePacked(uint8(1), hash, uint128(sum), bytes32(step[:32]), siblingSum)
                )
                : keccak256(
                    // forge-lint: disable-next-line(unsafe-typecast)
                    abi.encodePacked(uint8(1), bytes32(step[:32]), siblingSum, hash, uint128(sum))
                );
            sum += siblingSum;
        }
        if (root == 0 || hash != root || sum != total) revert NotInRoot(root, total);
    }
}
