// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Proof that one key sealed two blocks at one height and round
/// @notice The digests alone prove nothing, since a QBFT payload carries no chain id: the header preimages do,
/// by naming a parent that is a block of this chain (EIP-2935: the last 8,191).
library DoubleSeal {
    using RLP for bytes;
    using RLP for Memory.Slice;

    error EvidenceInvalid(string what);

    /// @notice Bytes of a header preimage.
    uint256 internal constant HEADER_BYTES_MAX = 16_384;
    uint256 private constant PARENT_HASH = 0;
    uint256 private constant NUMBER = 8;
    uint256 private constant EXTRA_DATA = 12;
    uint256 private constant HEADER_FIELDS_MIN = 15;
    uint256 private constant ROUND = 3;
    uint256 private constant SEALS = 4;

    /// @notice The key that sealed both, and the slot in which. Reverts with `EvidenceInvalid` if they do not
    /// prove a fault.
    function faultOf(
        bytes memory first,
        bytes memory firstSeal,
        bytes memory second,
        bytes memory secondSeal
    ) internal view returns (address signer, uint256 number, uint256 round) {
        if (keccak256(first) == keccak256(second)) revert EvidenceInvalid("one header twice");
        (number, round) = _slotOf(first);
        (uint256 otherNumber, uint256 otherRound) = _slotOf(second);
        if (number != otherNumber) revert EvidenceInvalid("heights differ");
        if (round != otherRound) revert EvidenceInvalid("rounds differ");
        signer = _recover(keccak256(first), firstSeal);
        if (signer != _recover(keccak256(second), secondSeal)) revert EvidenceInvalid("signers differ");
    }

    /// @dev Height and round that a header preimage in seal form names.
    function _slotOf(bytes memory header) private view returns (uint256 number, uint256 round) {
        if (header.length > HEADER_BYTES_MAX) revert EvidenceInvalid("header too long");
        Memory.Slice[] memory fields = header.decodeList();
        if (fields.length < HEADER_FIELDS_MIN) revert EvidenceInvalid("not a header");
        number = fields[NUMBER].readUint256();
        bytes32 parentHash = fields[PARENT_HASH].readBytes32();
        if (number == 0 || number > block.number) revert EvidenceInvalid("height");
        if (parentHash == 0 || Blockhash.blockHash(number - 1) != parentHash) {
            revert EvidenceInvalid("parent is not of this chain");
        }
        Memory.Slice[] memory extra = fields[EXTRA_DATA].readBytes().decodeList();
        if (extra.length <= SEALS) revert EvidenceInvalid("extraData");
        if (extra[SEALS].readList().length != 0) revert EvidenceInvalid("header carries seals");
        round = extra[ROUND].readUint256();
    }

    /// @dev v is 0, 1, 27 or 28, s low.
    function _recover(bytes32 digest, bytes memory seal) private pure returns (address signer) {
        if (seal.length != 65) revert EvidenceInvalid("seal length");
        if (uint8(seal[64]) < 27) seal[64] = bytes1(uint8(seal[64]) + 27);
        ECDSA.RecoverError fault;
        (signer, fault,) = ECDSA.tryRecover(digest, seal);
        if (fault != ECDSA.RecoverError.NoError) revert EvidenceInvalid("seal");
    }
}
