// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @title Headers as validators seal them, for evidence of double seals
library SealedHeaders {
    /// @dev A header on `parent` in that slot; different vanities make different headers.
    function header(bytes32 parent, uint256 height, uint256 round, string memory vanity)
        internal
        pure
        returns (bytes memory)
    {
        return withExtra(parent, height, extra(round, vanity, false));
    }

    function withExtra(bytes32 parent, uint256 height, bytes memory extra_)
        internal
        pure
        returns (bytes memory)
    {
        bytes[] memory fields = new bytes[](21);
        for (uint256 i; i < 21; ++i) {
            fields[i] = RLP.encode(uint256(i));
        }
        fields[0] = RLP.encode(parent);
        fields[8] = RLP.encode(height);
        fields[12] = RLP.encode(extra_);
        return RLP.encode(fields);
    }

    function extra(uint256 round, string memory vanity, bool sealed_) internal pure returns (bytes memory) {
        bytes[] memory none = new bytes[](0);
        bytes[] memory seals = new bytes[](sealed_ ? 1 : 0);
        if (sealed_) seals[0] = RLP.encode(new bytes(65));
        bytes[] memory fields = new bytes[](5);
        fields[0] = RLP.encode(abi.encodePacked(bytes32(bytes(vanity))));
        fields[1] = RLP.encode(none);
        fields[2] = RLP.encode(none);
        fields[3] = RLP.encode(round);
        fields[4] = RLP.encode(seals);
        return RLP.encode(fields);
    }
}
