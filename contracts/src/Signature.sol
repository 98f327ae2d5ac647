// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Signatures of accounts and of contracts
library Signature {
    /// @notice Whether `signature` is `signer`'s over `digest`: ECDSA (65 bytes r‖s‖v, low s, v of 0, 1, 27 or
    /// 28), else ERC-1271 where the signer has code. ECDSA first, so that an account that delegates its code
    /// (EIP-7702) keeps its own key.
    function isValid(address signer, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (bool)
    {
        bytes memory copy = signature;
        if (copy.length == 65) {
            if (uint8(copy[64]) < 27) copy[64] = bytes1(uint8(copy[64]) + 27);
            (address recovered, ECDSA.RecoverError fault,) = ECDSA.tryRecover(digest, copy);
            if (fault == ECDSA.RecoverError.NoError && recovered == signer) return true;
        }
        return signer.code.length != 0
            && SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }
}
