// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The sum tree of `MerklePayout`, plainly: for small trees in tests.
library PayoutTree {
    struct Node {
        bytes32 hash;
        uint128 sum;
    }

    function leaf(uint32 index, address account, uint128 cumulative) internal pure returns (Node memory) {
        return Node(keccak256(abi.encodePacked(uint8(0), index, account, cumulative)), cumulative);
    }

    function join(Node memory left, Node memory right) internal pure returns (Node memory) {
        return Node(
            keccak256(abi.encodePacked(uint8(1), left.hash, left.sum, right.hash, right.sum)),
            left.sum + right.sum
        );
    }

    function root(address[] memory accounts, uint128[] memory sums) internal pure returns (Node memory) {
        return _levels(accounts, sums, 0, false).top;
    }

    function proof(address[] memory accounts, uint128[] memory sums, uint256 index)
        internal
        pure
        returns (bytes memory)
    {
        return _levels(accounts, sums, index, true).proof;
    }

    struct Walk {
        Node top;
        bytes proof;
    }

    function _levels(address[] memory accounts, uint128[] memory sums, uint256 index, bool prove)
        private
        pure
        returns (Walk memory walk)
    {
        uint256 count = 1;
        while (count < accounts.length) count *= 2;
        Node[] memory level = new Node[](count);
        for (uint256 i = 0; i < accounts.length; i++) {
            level[i] = leaf(uint32(i), accounts[i], sums[i]);
        }
        for (; count > 1; count /= 2) {
            if (prove) {
                Node memory sibling = level[index ^ 1];
                walk.proof = abi.encodePacked(walk.proof, sibling.hash, sibling.sum);
                index /= 2;
            }
            for (uint256 i = 0; i < count / 2; i++) {
                level[i] = join(level[2 * i], level[2 * i + 1]);
            }
        }
        walk.top = level[0];
    }
}
