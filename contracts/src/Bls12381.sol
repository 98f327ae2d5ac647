// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title BLS12-381 signatures through the precompiles of EIP-2537
/// @notice Keys in G1, signatures in G2 (the "minimal public key" variant), hashing to G2 as RFC 9380's
/// BLS12381G2_XMD:SHA-256_SSWU_RO. A field element is 64 bytes, the first 16 of them zero.
library Bls12381 {
    address private constant MODEXP = address(0x05);
    address private constant G2_ADD = address(0x0d);
    address private constant PAIRING = address(0x0f);
    address private constant MAP_FP2_TO_G2 = address(0x11);

    /// @dev Minus the generator of G1: x, p − y.
    bytes private constant MINUS_G1 = hex"00000000000000000000000000000000"
        hex"17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        hex"00000000000000000000000000000000"
        hex"114d1d6855d545a8aa7d76c8cf2e21f267816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca";
    bytes private constant P =
        hex"1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    /// @dev (p − 1) / 2: a larger y sets the sign bit of a compressed point.
    bytes private constant HALF_P =
        hex"0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555";

    /// @notice Whether `signature` (256 bytes) is `key`'s (128 bytes) over `message` with hash tag `tag`.
    /// Points off the curve or outside the subgroup, and the point at infinity as a key, give false.
    function verify(bytes memory key, bytes memory signature, bytes memory message, bytes memory tag)
        internal
        view
        returns (bool)
    {
        if (key.length != 128 || signature.length != 256 || _isZero(key)) return false;
        bytes memory hashed = hashToG2(message, tag);
        (bool ok, bytes memory answer) =
            PAIRING.staticcall(bytes.concat(key, hashed, MINUS_G1, signature));
        return ok && answer.length == 32 && abi.decode(answer, (uint256)) == 1;
    }

    /// @notice The 48-byte form of `key` (128 bytes, not infinity).
    function compress(bytes memory key) internal pure returns (bytes memory compressed) {
        compressed = _slice(key, 16, 48);
        uint8 flags = _isAbove(_slice(key, 80, 48), HALF_P) ? 0xa0 : 0x80;
        compressed[0] = bytes1(uint8(compressed[0]) | flags);
    }

    /// @notice RFC 9380 hash_to_curve to G2: 256 bytes.
    function hashToG2(bytes memory message, bytes memory tag) internal view returns (bytes memory) {
        bytes memory uniform = expandMessage(message, tag);
        bytes memory first = _mapToG2(bytes.concat(_reduce(uniform, 0), _reduce(uniform, 64)));
        bytes memory second = _mapToG2(bytes.concat(_reduce(uniform, 128), _reduce(uniform, 192)));
        return _call(G2_ADD, bytes.concat(first, second));
    }

    /// @notice RFC 9380 expand_message_xmd with SHA-256 to 256 bytes.
    function expandMessage(bytes memory message, bytes memory tag)
        internal
        pure
        returns (bytes memory uniform)
    {
        bytes memory suffix = bytes.concat(tag, bytes1(uint8(tag.length)));
        bytes32 b0 = sha256(bytes.concat(new bytes(64), message, hex"010000", suffix));
        bytes32 block_ = sha256(bytes.concat(b0, hex"01", suffix));
        uniform = bytes.concat(block_);
        for (uint8 i = 2; i <= 8; ++i) {
            block_ = sha256(bytes.concat(b0 ^ block_, bytes1(i), suffix));
            uniform = bytes.concat(uniform, block_);
        }
    }

    /// @dev 64 bytes at `offset` modulo p, as a field element.
    function _reduce(bytes memory uniform, uint256 offset) private view returns (bytes memory) {
        bytes memory residue = _call(
            MODEXP,
            bytes.concat(
                abi.encode(uint256(64), uint256(1), uint256(48)), _slice(uniform, offset, 64), hex"01", P
            )
        );
        return bytes.concat(bytes16(0), residue);
    }

    function _mapToG2(bytes memory element) private view returns (bytes memory) {
        return _call(MAP_FP2_TO_G2, element);
    }

    /// @dev The input is always valid here: a failure is an engine without EIP-2537.
    function _call(address precompile, bytes memory input) private view returns (bytes memory) {
        (bool ok, bytes memory answer) = precompile.staticcall(input);
        assert(ok && answer.length != 0);
        return answer;
    }

    function _isZero(bytes memory point) private pure returns (bool) {
        return keccak256(point) == keccak256(new bytes(128));
    }

    function _isAbove(bytes memory left, bytes memory right) private pure returns (bool) {
        for (uint256 i; i < 48; ++i) {
            if (left[i] != right[i]) return left[i] > right[i];
        }
        return false;
    }

    function _slice(bytes memory from, uint256 offset, uint256 length)
        private
        pure
        returns (bytes memory part)
    {
        part = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(part, 32), add(add(from, 32), offset), length)
        }
    }
}
