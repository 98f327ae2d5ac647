// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LittleEndian} from "./LittleEndian.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";

/// @title Templates that work can be bought for
contract ModelRegistry is IModelRegistry {
    using LittleEndian for bytes;

    /// @notice Bytes of a registration before its dims.
    uint256 public constant HEADER_BYTES = 44;
    /// @notice Bytes of a template's dims blob.
    uint256 public constant DIMS_BYTES_MAX = 1024;
    uint256 public constant KIND_LAST = 3;

    mapping(bytes32 templateId => Template) private _templates;
    mapping(bytes32 templateId => bytes) private _canonicals;
    bytes32[] private _ids;

    /// @param genesis Canonical registrations of the templates that the bootstrap lane may draw.
    constructor(bytes[] memory genesis) {
        for (uint256 i; i < genesis.length; ++i) {
            _register(genesis[i], true);
        }
    }

    /// @inheritdoc IModelRegistry
    function register(bytes calldata canonical) external returns (bytes32 templateId) {
        return _register(canonical, false);
    }

    /// @inheritdoc IModelRegistry
    function exists(bytes32 templateId) external view returns (bool) {
        return _templates[templateId].kind != 0;
    }

    /// @inheritdoc IModelRegistry
    function templateOf(bytes32 templateId) external view returns (Template memory) {
        _requireKnown(templateId);
        return _templates[templateId];
    }

    /// @inheritdoc IModelRegistry
    function canonicalOf(bytes32 templateId) external view returns (bytes memory) {
        _requireKnown(templateId);
        return _canonicals[templateId];
    }

    /// @inheritdoc IModelRegistry
    function templateCount() external view returns (uint256) {
        return _ids.length;
    }

    /// @inheritdoc IModelRegistry
    function templateAt(uint256 index) external view returns (bytes32 templateId) {
        return _ids[index];
    }

    function _register(bytes memory canonical, bool allowListed) private returns (bytes32 templateId) {
        if (canonical.length < HEADER_BYTES) revert BadTemplate("too short");
        if (canonical.length > HEADER_BYTES + DIMS_BYTES_MAX) revert BadTemplate("too long");
        if (canonical.uintAt(0, 1) != 1) revert BadTemplate("version");
        uint256 kind = canonical.uintAt(1, 1);
        if (kind == 0 || kind > KIND_LAST) revert BadTemplate("kind");
        if (canonical.uintAt(2, 2) != 0) revert BadTemplate("flags");
        bytes32 modelRoot = canonical.wordAt(4);
        // forge-lint: disable-next-line(unsafe-typecast)
        uint64 macsPerRow = uint64(canonical.uintAt(36, 8)); // Eight bytes.
        if (macsPerRow == 0) revert BadTemplate("macsPerRow");
        templateId = keccak256(canonical);
        if (_templates[templateId].kind != 0) revert TemplateExists(templateId);

        _templates[templateId] = Template({
            modelRoot: modelRoot,
            macsPerRow: macsPerRow,
            // forge-lint: disable-next-line(unsafe-typecast)
            kind: uint8(kind), // At most KIND_LAST.
            allowListed: allowListed,
            height: uint64(allowListed ? 0 : block.number),
            registrant: allowListed ? address(0) : msg.sender
        });
        _canonicals[templateId] = canonical;
        _ids.push(templateId);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit TemplateRegistered(templateId, uint8(kind), modelRoot, allowListed, canonical);
    }

    function _requireKnown(bytes32 templateId) private view {
        if (_templates[templateId].kind == 0) revert UnknownTemplate(templateId);
    }
}
