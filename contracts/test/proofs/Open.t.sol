// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Proofs} from "../../src/Proofs.sol";
import {Reason} from "../../src/Reason.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {IProofs} from "../../src/interfaces/IProofs.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

contract OpenTest is ProtocolTest {
    function test_theWindowIsExactlyW() external {
        (, bytes32 commitId) = committed();
        uint256 h0 = block.number;
        _refuse(commitId, 0, 0);
        nextBlocks(2);
        assertEq(proofs.auditHeight(commitId), h0 + 2, "two blocks and two coinbases");
        uint256 h1 = h0 + 2;
        assertEq(proofs.deadlineOf(commitId), h1 + 3 + OPEN_BLOCKS);
        toHeight(h1 + 3);
        _refuse(commitId, h1 + 4, h1 + 3 + OPEN_BLOCKS);
        toHeight(h1 + 3 + OPEN_BLOCKS + 1);
        _refuse(commitId, h1 + 4, h1 + 3 + OPEN_BLOCKS);
    }

    function test_firstAndLastBlockOfTheWindowAreGood() external {
        (, bytes32 commitId) = opened();
        IProofs.OpenRecord memory record = proofs.openOf(commitId);
        assertEq(record.height, block.number);
        assertEq(record.height, record.auditHeight + 4);
        assertEq(record.cellCount, 16);
        assertEq(record.sidecarBytes, 4096);
        assertEq(record.sidecarRoot, sidecarRootOf(commitId));
        assertEq(record.faults, 1);
        (, commitId) = committed();
        nextBlocks(2);
        toHeight(proofs.deadlineOf(commitId));
        _open(commitId);
    }

    function test_oneOpenPerCommit() external {
        (, bytes32 commitId) = opened();
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProofs.AlreadyOpened.selector, commitId));
        proofs.open(encodeOpen(commitId));
    }

    function test_refusesWrongLengthsAndUnknownCommits() external {
        (, bytes32 commitId) = committed();
        bytes memory long = bytes.concat(encodeOpen(commitId), hex"00");
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProofs.WrongLength.selector, 136, 135));
        proofs.open(long);
        vm.prank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProofs.UnknownCommit.selector, bytes32(uint256(1))));
        proofs.open(encodeOpen(bytes32(uint256(1))));
    }

    function test_refusesAnOpenThatShowsNothing() external {
        (, bytes32 commitId) = _inWindow();
        vm.startPrank(provider);
        vm.expectRevert(IProofs.EmptyOpen.selector);
        proofs.open(_encode(commitId, 0, 1));
        vm.expectRevert(IProofs.EmptyOpen.selector);
        proofs.open(_encode(commitId, 1, 0));
        proofs.open(_encode(commitId, 1, 1));
    }

    function test_oneOpenTakesAnEighthOfTheCapsAtMost() external {
        (, bytes32 commitId) = _inWindow();
        vm.startPrank(provider);
        vm.expectRevert(abi.encodeWithSelector(IProofs.EpochFull.selector, "cells", 33, 32));
        proofs.open(_encode(commitId, 33, 1));
        vm.expectRevert(
            abi.encodeWithSelector(IProofs.EpochFull.selector, "sidecar bytes", 131_073, 131_072)
        );
        proofs.open(_encode(commitId, 32, 131_073));
        proofs.open(_encode(commitId, 32, 131_072));
    }

    function test_theEpochsCapsRunOut() external {
        IProofs.Params memory params = proofsParams();
        params.cellsPerEpoch = 33;
        params.openBlocks = 20;
        place(address(proofs), abi.encodePacked(type(Proofs).creationCode, abi.encode(params)));
        vm.prank(provider);
        staking.addStake{value: 20 ether}(IStaking.Role.PROVIDER);
        bytes32[] memory ids = new bytes32[](9);
        for (uint256 i; i < 9; ++i) {
            (, ids[i]) = committed();
        }
        nextBlocks(2);
        toHeight(proofs.auditHeight(ids[8]) + 4);
        vm.startPrank(provider);
        for (uint256 i; i < 8; ++i) {
            proofs.open(_encode(ids[i], 4, 1));
        }
        vm.expectRevert(abi.encodeWithSelector(IProofs.EpochFull.selector, "cells", 2, 1));
        proofs.open(_encode(ids[8], 2, 1));
        vm.stopPrank();
        toHeight((block.number / EPOCH_BLOCKS + 1) * EPOCH_BLOCKS);
        vm.prank(provider);
        proofs.open(_encode(ids[8], 4, 1));
    }

    function test_anyoneMayBringASignedOpen() external {
        (, bytes32 commitId) = _inWindow();
        bytes memory encoded = encodeOpen(commitId);
        vm.expectRevert(abi.encodeWithSelector(IProofs.WrongSignature.selector, provider));
        proofs.open(encoded);
        bytes memory body = abi.encodePacked(
            commitId, little(16, 2), little(4096, 4), sidecarRootOf(commitId)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PROVIDER_KEY, keccak256(body));
        proofs.open(abi.encodePacked(body, r, s, v));
    }

    /// @dev PROOFS section 12, vector 9, moved to epochs of eight: the epoch's end is at least hO + Δ.
    function test_verificationWaitsForTheEpochsEnd() external {
        (, bytes32 commitId) = opened();
        uint256 hO = block.number;
        assertEq(proofs.verifyEpochBlock(commitId), 0, "not known yet");
        nextBlocks(2);
        uint256 expected = (hO + 2 + EPOCH_BLOCKS - 1) / EPOCH_BLOCKS * EPOCH_BLOCKS;
        assertEq(proofs.verifyEpochBlock(commitId), expected);
        (, commitId) = committed();
        assertEq(proofs.verifyEpochBlock(commitId), 0, "no Open");
    }

    function test_withheldIsDueAfterTheWindow() external {
        (, bytes32 commitId) = committed();
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.NOTHING));
        assertEq(proofs.deadlineOf(commitId), 0);
        nextBlocks(2);
        toHeight(proofs.deadlineOf(commitId) - 1);
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.NOTHING));
        nextBlock();
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.WITHHELD), "next block");
        nextVerdicts.push(IPrologue.Verdict(commitId, false, Reason.WITHHELD, 0));
        nextBlock();
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.NOTHING), "given");
    }

    function test_withheldIsDueWithoutACertificateInTime() external {
        (, bytes32 commitId) = opened();
        toHeight(proofs.deadlineOf(commitId) - 1);
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.NOTHING));
        nextBlock();
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.WITHHELD));
        nextCertificates.push(IPrologue.Certificate(commitId, sidecarRootOf(commitId), ""));
        nextBlock();
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.WITHHELD), "too late");
    }

    function test_aCertificateOfAnotherSidecarIsNone() external {
        (, bytes32 commitId) = opened();
        nextCertificates.push(IPrologue.Certificate(commitId, bytes32(uint256(1)), ""));
        toHeight(proofs.deadlineOf(commitId));
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.WITHHELD));
    }

    function test_aVerdictIsDueOnceTheSecondBeaconIsThere() external {
        (, bytes32 commitId) = opened();
        nextCertificates.push(IPrologue.Certificate(commitId, sidecarRootOf(commitId), ""));
        nextBlocks(2);
        toHeight(proofs.verifyEpochBlock(commitId) - 1);
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.NOTHING));
        nextBlock();
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.VERDICT));
    }

    function test_aForgottenWaitNeverEnds() external {
        (, bytes32 commitId) = committed();
        vm.roll(block.number + 8300);
        vm.prank(block.coinbase, block.coinbase);
        prologue.prologue("", nextCertificates, nextVerdicts, row);
        assertEq(proofs.auditHeight(commitId), 0);
        assertEq(uint256(proofs.dueOf(commitId)), uint256(IProofs.Due.NOTHING));
    }

    function _inWindow() private returns (bytes32 jobId, bytes32 commitId) {
        (jobId, commitId) = committed();
        nextBlocks(2);
        toHeight(proofs.auditHeight(commitId) + 4);
    }

    function _encode(bytes32 commitId, uint256 cells, uint256 sidecarBytes)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(
            commitId, little(cells, 2), little(sidecarBytes, 4), bytes32(uint256(1)), new bytes(65)
        );
    }

    function _open(bytes32 commitId) private {
        vm.prank(provider);
        proofs.open(encodeOpen(commitId));
    }

    function _refuse(bytes32 commitId, uint256 first, uint256 last) private {
        vm.prank(provider);
        vm.expectRevert(
            abi.encodeWithSelector(IProofs.OutsideWindow.selector, block.number, first, last)
        );
        proofs.open(encodeOpen(commitId));
    }
}
