// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Templates that work can be bought for
/// @notice A template is its canonical registration, little-endian like every format of the proofs:
/// u8 ver = 1 | u8 kind | u16 flags = 0 | 32B modelRoot | u64 macsPerRow | dims, at most 1,024 bytes.
/// templateId = keccak256 of all of it.
interface IModelRegistry {
    /// @param kind 1 matmul-int8, 2 mlp-int8, 3 transformer-int8.
    /// @param allowListed Whether the bootstrap lane may draw jobs for it; genesis templates only.
    /// @param height Block of registration; genesis templates have 0.
    struct Template {
        bytes32 modelRoot;
        uint64 macsPerRow;
        uint8 kind;
        bool allowListed;
        uint64 height;
        address registrant;
    }

    error BadTemplate(string what);
    error TemplateExists(bytes32 templateId);
    error UnknownTemplate(bytes32 templateId);

    event TemplateRegistered(
        bytes32 indexed templateId, uint8 kind, bytes32 indexed modelRoot, bool allowListed, bytes canonical
    );

    function register(bytes calldata canonical) external returns (bytes32 templateId);

    function exists(bytes32 templateId) external view returns (bool);

    /// @dev Reverts with `UnknownTemplate`.
    function templateOf(bytes32 templateId) external view returns (Template memory);

    /// @notice The registration's bytes, from which `templateId` is the hash.
    function canonicalOf(bytes32 templateId) external view returns (bytes memory);

    function templateCount() external view returns (uint256);

    function templateAt(uint256 index) external view returns (bytes32 templateId);
}
