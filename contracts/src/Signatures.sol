// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title One meaning of "signed by" for every contract here
/// @notice A key's own signature first (65 bytes, or 64 as in EIP-2098; low s only), then ERC-1271.
/// @dev The key comes first because an account that delegates under EIP-7702 has code and still has its
/// key; asking only its code would turn valid signatures away.
library Signatures {
    /// @notice `signer` did not sign `digest`.
    error InvalidSignature(address signer, bytes32 digest);

    /// @dev Warning: calls `signer` where it has code (static call).
    function isValid(address signer, bytes32 digest, bytes memory signature)
        internal
        view
        returns (bool)
    {
        if (signer == address(0)) return false;
        (address recovered, ECDSA.RecoverError failure,) = signature.length == 64
            ? ECDSA.tryRecover(digest, _word(signature, 0), _word(signature, 32))
            : ECDSA.tryRecover(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return signer.code.length != 0
            && SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }

    function requireValid(address signer, bytes32 digest, bytes memory signature) internal view {
        if (!isValid(signer, digest, signature)) revert InvalidSignature(signer, digest);
    }

    function _word(bytes memory signature, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(signature, 32), offset))
        }
    }
}
