// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Proofs} from "../../src/Proofs.sol";
import {IJobs} from "../../src/interfaces/IJobs.sol";
import {IProofs} from "../../src/interfaces/IProofs.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

/// @notice An ERC-1271 wallet that accepts one digest.
contract OneDigestWallet {
    bytes32 private immutable _accepted;

    constructor(bytes32 accepted) {
        _accepted = accepted;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == _accepted ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

contract CommitTest is ProtocolTest {
    function test_aCommitTakesTheJobAndKeepsEveryField() external {
        (bytes32 jobId, bytes32 commitId) = committed();
        IProofs.CommitRecord memory record = proofs.commitOf(commitId);
        assertEq(record.provider, provider);
        assertEq(record.kind, 2);
        assertEq(record.faults, 1, "f of four");
        assertEq(record.height, block.number);
        assertEq(record.jobId, jobId);
        assertEq(record.templateId, templateId);
        assertEq(record.inputRoot, INPUT_ROOT);
        assertEq(record.outputRoot, sha256(ANSWERS));
        assertEq(record.traceRoot, traceRoot());
        assertEq(record.rows, 16);
        assertEq(record.seqs, 1);
        assertEq(record.workUnits, 1000);
        assertEq(record.expiry, jobs.jobOf(jobId).expiry);
        assertEq(uint256(jobs.jobOf(jobId).state), uint256(IJobs.State.SUBMITTED), "state");
        assertEq(proofs.commitOfJob(jobId), commitId);
        assertEq(proofs.commitCount(), 1);
        assertEq(proofs.commitAt(0), commitId);
    }

    /// @dev PROOFS section 12, vector 7.
    function test_commitIdIsThatOfTheGoldenVector() external pure {
        bytes memory signed = bytes.concat(hex"01020000", little(1337, 8), _repeat(0x11, 20));
        for (uint8 i = 2; i <= 6; ++i) {
            signed = bytes.concat(signed, _repeat(i * 0x11, 32));
        }
        signed = bytes.concat(signed, little(256, 4), little(1, 4));
        signed = bytes.concat(signed, little(1791, 8), little(1_000_000, 8));
        assertEq(signed.length, 216);
        assertEq(
            keccak256(signed), 0x39fdeacf91548594c86f39b03c24462fb38dc445747ad3b23e5eda8a4125d437
        );
    }

    function test_refusesWrongLengths() external {
        bytes memory encoded = encodeCommit(acceptedJob());
        _refuse(
            bytes.concat(encoded, hex"00"),
            abi.encodeWithSelector(IProofs.WrongLength.selector, 282, 281)
        );
        assembly ("memory-safe") {
            mstore(encoded, 280)
        }
        _refuse(encoded, abi.encodeWithSelector(IProofs.WrongLength.selector, 280, 281));
    }

    function test_refusesEachFieldThatIsNotTheJobs() external {
        bytes32 jobId = acceptedJob();
        bytes memory good = encodeCommit(jobId);
        _refuse(_with(good, 0, 2), abi.encodeWithSelector(IProofs.WrongVersion.selector, 2));
        _refuse(_with(good, 1, 3), abi.encodeWithSelector(IProofs.WrongKind.selector, 3, 2));
        _refuse(_with(good, 3, 1), abi.encodeWithSelector(IProofs.WrongFlags.selector, 256));
        _refuse(
            _with(good, 11, 1),
            abi.encodeWithSelector(IProofs.WrongChain.selector, block.chainid | (1 << 56))
        );
        _refuse(_with(good, 64, 0xff), _wrongWord(IProofs.WrongTemplate.selector, good, 64, templateId));
        _refuse(_with(good, 96, 0xff), _wrongWord(IProofs.WrongInputRoot.selector, good, 96, INPUT_ROOT));
        _refuse(_with(good, 192, 17), abi.encodeWithSelector(IProofs.WrongRows.selector, 17, 16));
        _refuse(_with(good, 192, 15), abi.encodeWithSelector(IProofs.WrongRows.selector, 15, 16));
        _refuse(_with(good, 196, 2), abi.encodeWithSelector(IProofs.WrongSeqs.selector, 2, 1));
        uint256 expiry = jobs.jobOf(jobId).expiry;
        _refuse(
            _with(good, 208, uint8(expiry + 1)),
            abi.encodeWithSelector(IProofs.WrongExpiry.selector, expiry + 1, expiry)
        );
        vm.prank(provider);
        proofs.commit(good);
    }

    function test_refusesAnUnknownJob() external {
        bytes memory encoded = _with(encodeCommit(acceptedJob()), 32, 0xEE);
        vm.prank(provider);
        vm.expectPartialRevert(IJobs.UnknownJob.selector);
        proofs.commit(encoded);
    }

    function test_refusesAJobThatIsNotTheirs() external {
        bytes32 jobId = acceptedJob();
        bytes memory encoded = encodeCommit(jobId);
        bytes20 other = bytes20(customer);
        for (uint256 i; i < 20; ++i) {
            encoded[12 + i] = other[i];
        }
        vm.prank(customer);
        vm.expectRevert(abi.encodeWithSelector(IProofs.WrongProvider.selector, customer, provider));
        proofs.commit(encoded);
    }

    function test_refusesASecondCommitForAJob() external {
        (bytes32 jobId,) = committed();
        bytes memory encoded = _with(encodeCommit(jobId), 160, 0xAB);
        _refuse(encoded, abi.encodeWithSelector(IProofs.WrongJobState.selector, jobId));
    }

    function test_refusesAJobThatNobodyAccepted() external {
        IJobs.Request memory asked = request();
        asked.provider = provider;
        bytes32 jobId = jobs.create{value: FEE_WEI}(asked);
        bytes memory encoded = encodeCommit(jobId);
        _refuse(encoded, abi.encodeWithSelector(IProofs.WrongJobState.selector, jobId));
    }

    function test_refusesACommitAfterTheExpiry() external {
        bytes32 jobId = acceptedJob();
        bytes memory encoded = encodeCommit(jobId);
        uint256 expiry = jobs.jobOf(jobId).expiry;
        vm.roll(expiry + 1);
        _refuse(encoded, abi.encodeWithSelector(IProofs.CommitExpired.selector, expiry));
        vm.roll(expiry);
        vm.prank(provider);
        proofs.commit(encoded);
    }

    function test_refusesAProviderWhoseStakeHasLeft() external {
        bytes32 jobId = acceptedJob();
        bytes memory encoded = encodeCommit(jobId);
        vm.prank(address(jobs));
        staking.slashProvider(provider, 10_000, customer);
        _refuse(
            encoded,
            abi.encodeWithSelector(
                IJobs.StakeTooSmall.selector, provider, 0, uint256(FEE_WEI) * 22 / 10
            )
        );
    }

    function test_anyoneMayBringASignedCommit() external {
        bytes memory encoded = _signed(encodeCommit(acceptedJob()), PROVIDER_KEY);
        proofs.commit(encoded);
    }

    function test_vMayBeZeroOrOne() external {
        bytes memory encoded = _signed(encodeCommit(acceptedJob()), PROVIDER_KEY);
        encoded[280] = bytes1(uint8(encoded[280]) - 27);
        proofs.commit(encoded);
    }

    function test_refusesOthersSignaturesAndHighS() external {
        bytes memory good = encodeCommit(acceptedJob());
        bytes memory reason = abi.encodeWithSelector(IProofs.WrongSignature.selector, provider);
        vm.expectRevert(reason);
        proofs.commit(good);
        bytes memory encoded = _signed(bytes.concat(good), 0xBAD);
        vm.expectRevert(reason);
        proofs.commit(encoded);

        encoded = _signed(bytes.concat(good), PROVIDER_KEY);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        uint256 s;
        assembly ("memory-safe") {
            let word := add(add(encoded, 32), 248)
            s := mload(word)
            mstore(word, sub(order, s))
        }
        encoded[280] = bytes1(uint8(encoded[280]) ^ 7); // 27 ^ 7 = 28
        vm.expectRevert(reason);
        proofs.commit(encoded);
    }

    function test_aContractProviderSignsByERC1271() external {
        bytes memory encoded = encodeCommit(acceptedJob());
        bytes memory body = new bytes(216);
        for (uint256 i; i < 216; ++i) {
            body[i] = encoded[i];
        }
        vm.etch(provider, address(new OneDigestWallet(keccak256(body))).code);
        proofs.commit(encoded);
    }

    function test_anotherDigestFailsERC1271() external {
        bytes memory encoded = encodeCommit(acceptedJob());
        vm.etch(provider, address(new OneDigestWallet(bytes32(0))).code);
        vm.expectRevert(abi.encodeWithSelector(IProofs.WrongSignature.selector, provider));
        proofs.commit(encoded);
    }

    function test_theEpochTakesItsCommitsAndNoMore() external {
        IProofs.Params memory params = proofsParams();
        params.commitsPerEpoch = 1;
        place(address(proofs), abi.encodePacked(type(Proofs).creationCode, abi.encode(params)));
        committed();
        bytes memory encoded = encodeCommit(acceptedJob());
        _refuse(encoded, abi.encodeWithSelector(IProofs.EpochFull.selector, "commits", 1, 0));
        toHeight(EPOCH_BLOCKS);
        vm.prank(provider);
        proofs.commit(encoded);
    }

    function test_generatedTokensMayAddRows() external {
        IJobs.Request memory asked = request();
        asked.maxNew = 4;
        bytes32 jobId = jobs.create{value: FEE_WEI}(asked);
        vm.prank(provider);
        jobs.accept(jobId);
        bytes memory encoded = encodeCommit(jobId);
        _refuse(_with(encoded, 192, 21), abi.encodeWithSelector(IProofs.WrongRows.selector, 21, 16));
        bytes memory most = _with(encoded, 192, 20);
        vm.prank(provider);
        proofs.commit(most);
    }

    function test_viewsRefuseUnknownCommits() external {
        bytes32 id = bytes32(uint256(5));
        bytes memory reason = abi.encodeWithSelector(IProofs.UnknownCommit.selector, id);
        vm.expectRevert(reason);
        proofs.commitOf(id);
        vm.expectRevert(reason);
        proofs.openOf(id);
        vm.expectRevert(reason);
        proofs.auditHeight(id);
        vm.expectRevert(reason);
        proofs.verifyEpochBlock(id);
        vm.expectRevert(reason);
        proofs.deadlineOf(id);
        assertEq(uint256(proofs.dueOf(id)), 0, "a proposer may name anything");
        vm.expectRevert(reason);
        proofs.challengeDeadline(id);
    }

    function test_constructorRefusesParamsWithoutMeaning() external {
        for (uint256 i; i < 6; ++i) {
            IProofs.Params memory params = proofsParams();
            if (i == 0) params.epochBlocks = 0;
            if (i == 1) params.openBlocks = 0;
            if (i == 2) params.openBlocks = 4097;
            if (i == 3) params.attestationBlocks = 0;
            if (i == 4) params.epochBlocks = 4097;
            if (i == 5) params.challengeStepBlocks = 0;
            vm.expectRevert(IProofs.BadConstructor.selector);
            new Proofs(params);
        }
    }

    function _refuse(bytes memory encoded, bytes memory reason) private {
        vm.prank(provider);
        vm.expectRevert(reason);
        proofs.commit(encoded);
    }

    function _with(bytes memory encoded, uint256 offset, uint8 value) private pure returns (bytes memory copy) {
        copy = bytes.concat(encoded);
        copy[offset] = bytes1(value);
    }

    function _wrongWord(bytes4 selector, bytes memory good, uint256 offset, bytes32 expected)
        private
        pure
        returns (bytes memory)
    {
        bytes memory changed = _with(good, offset, 0xff);
        bytes32 word;
        assembly ("memory-safe") {
            word := mload(add(add(changed, 32), offset))
        }
        return abi.encodeWithSelector(selector, word, expected);
    }

    function _signed(bytes memory encoded, uint256 key) private pure returns (bytes memory) {
        bytes memory body = new bytes(216);
        for (uint256 i; i < 216; ++i) {
            body[i] = encoded[i];
        }
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(body));
        return abi.encodePacked(body, r, s, v);
    }

    function _repeat(uint8 value, uint256 count) private pure returns (bytes memory filled) {
        filled = new bytes(count);
        for (uint256 i; i < count; ++i) {
            filled[i] = bytes1(value);
        }
    }
}
