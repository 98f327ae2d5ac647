// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

contract RegisterTest is ProtocolTest {
    bytes32 private constant ROOT = bytes32(uint256(0x77));

    function test_genesisTemplatesAreAllowListed() external view {
        IModelRegistry.Template memory template = registry.templateOf(templateId);
        assertTrue(template.allowListed);
        assertEq(template.kind, 2);
        assertEq(template.macsPerRow, 101_632);
        assertEq(template.modelRoot, bytes32(uint256(0x33)));
        assertEq(template.height, 0);
        assertEq(registry.templateAt(0), templateId);
    }

    function test_othersAreNot() external {
        bytes memory canonical = canonicalTemplate(3, ROOT, 7, hex"aabb");
        vm.prank(customer);
        bytes32 id = registry.register(canonical);
        assertEq(id, keccak256(canonical));
        IModelRegistry.Template memory template = registry.templateOf(id);
        assertFalse(template.allowListed, "allow-listed");
        assertEq(template.registrant, customer);
        assertEq(template.height, block.number);
        assertEq(registry.canonicalOf(id), canonical, "bytes");
        assertEq(registry.templateCount(), 2);
        assertTrue(registry.exists(id));
    }

    function test_refusesTheSameTemplateTwice() external {
        bytes memory canonical = registry.canonicalOf(templateId);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.TemplateExists.selector, templateId));
        registry.register(canonical);
    }

    function test_refusesWrongLengths() external {
        _refuse(new bytes(43), "too short");
        _refuse(canonicalTemplate(1, ROOT, 1, new bytes(1025)), "too long");
        registry.register(canonicalTemplate(1, ROOT, 1, new bytes(1024)));
        registry.register(canonicalTemplate(1, ROOT, 1, ""));
    }

    function test_refusesFieldsOutOfRange() external {
        bytes memory canonical = canonicalTemplate(1, ROOT, 1, "");
        canonical[0] = 0x02;
        _refuse(canonical, "version");
        _refuse(canonicalTemplate(0, ROOT, 1, ""), "kind");
        _refuse(canonicalTemplate(4, ROOT, 1, ""), "kind");
        canonical = canonicalTemplate(1, ROOT, 1, "");
        canonical[3] = 0x01;
        _refuse(canonical, "flags");
        _refuse(canonicalTemplate(1, ROOT, 0, ""), "macsPerRow");
    }

    function test_viewsRefuseUnknownTemplates() external {
        bytes memory reason = abi.encodeWithSelector(IModelRegistry.UnknownTemplate.selector, ROOT);
        vm.expectRevert(reason);
        registry.templateOf(ROOT);
        vm.expectRevert(reason);
        registry.canonicalOf(ROOT);
        assertFalse(registry.exists(ROOT), "exists");
    }

    function _refuse(bytes memory canonical, string memory what) private {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.BadTemplate.selector, what));
        registry.register(canonical);
    }
}
