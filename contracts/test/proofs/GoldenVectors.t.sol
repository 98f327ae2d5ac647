// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../Test.sol";

/// @notice The golden vectors of the compute proofs as a contract computes them, from the file that
/// JUnit and the kernels' host test read.
contract GoldenVectorsTest is Test {
    string private _json;

    function setUp() public {
        _json = vm.readFile("vectors/proofs.json");
    }

    function _word(string memory key) private view returns (bytes32) {
        return bytes32(vm.parseJsonBytes(_json, key));
    }

    function _u(string memory key) private view returns (uint256) {
        return vm.parseJsonUint(_json, key);
    }

    /// @dev `value` in `width` bytes, least significant first.
    function _le(uint256 value, uint256 width) private pure returns (bytes memory out) {
        out = new bytes(width);
        for (uint256 i; i < width; ++i) {
            out[i] = bytes1(uint8(value >> (8 * i)));
        }
    }

    function _provider() private view returns (bytes memory) {
        return vm.parseJsonBytes(_json, ".salt.provider");
    }

    function test_saltIsThatOfTheVectors() public view {
        bytes32 salt = keccak256(
            abi.encodePacked(
                "ASSAY1",
                _le(_u(".salt.chainId"), 8),
                _word(".salt.jobId"),
                _provider(),
                _word(".salt.templateId")
            )
        );
        assertEq(salt, _word(".salt.salt"));
    }

    function test_leafAndNodeAreThoseOfTheVectors() public view {
        bytes memory data = vm.parseJsonBytes(_json, ".leaf.data");
        bytes memory place = abi.encodePacked(
            _le(_u(".leaf.type"), 1),
            _le(_u(".leaf.seq"), 4),
            _le(_u(".leaf.pos"), 4),
            _le(_u(".leaf.layer"), 2),
            _le(_u(".leaf.sub"), 2)
        );
        bytes32 leaf =
            sha256(abi.encodePacked(uint8(0), _word(".salt.salt"), place, _le(data.length, 4), data));
        assertEq(leaf, _word(".leaf.leaf"));
        assertEq(sha256(abi.encodePacked(uint8(1), leaf, bytes32(0))), _word(".leaf.nodeWithZero"));
    }

    function _signedCommit() private view returns (bytes memory) {
        bytes memory head = abi.encodePacked(
            _le(_u(".commit.version"), 1),
            _le(_u(".commit.kind"), 1),
            _le(_u(".commit.flags"), 2),
            _le(_u(".salt.chainId"), 8),
            _provider(),
            _word(".salt.jobId"),
            _word(".salt.templateId")
        );
        return abi.encodePacked(
            head,
            _word(".commit.inputRoot"),
            _word(".commit.outputRoot"),
            _word(".commit.traceRoot"),
            _le(_u(".commit.rows"), 4),
            _le(_u(".commit.seqs"), 4),
            _le(_u(".commit.workUnits"), 8),
            _le(_u(".commit.expiry"), 8)
        );
    }

    function test_commitIdIsThatOfTheVectors() public view {
        bytes memory signed = _signedCommit();
        assertEq(signed.length, 216);
        assertEq(keccak256(signed), _word(".commit.commitId"));
        // The nearest other commit has another id.
        signed[215] = bytes1(uint8(signed[215]) ^ 1);
        assertTrue(keccak256(signed) != _word(".commit.commitId"));
    }

    function test_auditAndCellSeedAreThoseOfTheVectors() public view {
        bytes32 mix = _word(".draw.mix");
        bytes32 id = _word(".commit.commitId");
        bytes32 draw = keccak256(abi.encodePacked("AUDIT", mix, id));
        uint256 first;
        for (uint256 i; i < 4; ++i) {
            first |= uint256(uint8(draw[i])) << (8 * i);
        }
        assertEq(first, _u(".draw.audit"));
        assertEq(keccak256(abi.encodePacked("CELL", mix, id)), _word(".draw.cellSeed"));
    }

    function test_cellsAreThoseOfTheVectors() public view {
        uint256[] memory expected = vm.parseJsonUintArray(_json, ".draw.below1000");
        bytes32 block_ = sha256(abi.encodePacked(_word(".draw.cellSeed"), _le(0, 4)));
        for (uint256 i; i < expected.length; ++i) {
            uint256 word;
            for (uint256 j; j < 8; ++j) {
                word |= uint256(uint8(block_[8 * i + j])) << (8 * j);
            }
            // Far below the last multiple of 1,000: nothing is drawn again here.
            assertEq(word % 1000, expected[i]);
        }
    }

    function test_projectionBlocksAreThoseOfTheVectors() public view {
        uint256 delta = _u(".timing.delta");
        uint256 epoch = _u(".timing.epochBlocks");
        string[3] memory cases = ["[0]", "[1]", "[2]"];
        for (uint256 i; i < 3; ++i) {
            string memory path = string.concat(".timing.cases", cases[i]);
            uint256 open = _u(string.concat(path, ".openHeight"));
            uint256 block_ = epoch * ((open + delta + epoch - 1) / epoch);
            assertEq(block_, _u(string.concat(path, ".projectionBlock")));
        }
    }
}
