// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobs} from "../../src/interfaces/IJobs.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {IProofs} from "../../src/interfaces/IProofs.sol";

/// @notice Stands at the addresses of `Jobs`, `Proofs` and `Prologue` and says what a test put there.
contract ProtocolFacts {
    mapping(bytes32 => IJobs.Job) private _jobs;
    mapping(bytes32 => IProofs.CommitRecord) private _commits;
    mapping(bytes32 => IPrologue.VerdictRecord) private _verdicts;
    mapping(bytes32 => uint256) public challengeDeadline;
    mapping(bytes32 => bool) public isChallenged;
    mapping(bytes32 => bool) public isOverturned;

    function setJob(bytes32 jobId, IJobs.Job calldata job) external {
        _jobs[jobId] = job;
    }

    function setCommit(bytes32 commitId, IProofs.CommitRecord calldata commit) external {
        _commits[commitId] = commit;
    }

    function setVerdict(bytes32 commitId, bool pass, uint64 height) external {
        _verdicts[commitId] = IPrologue.VerdictRecord(pass, pass ? 0 : 1, 1, height);
    }

    function setChallenge(bytes32 commitId, uint256 deadline, bool open, bool overturned) external {
        challengeDeadline[commitId] = deadline;
        isChallenged[commitId] = open;
        isOverturned[commitId] = overturned;
    }

    function jobOf(bytes32 jobId) external view returns (IJobs.Job memory) {
        if (_jobs[jobId].state == IJobs.State.NONE) revert IJobs.UnknownJob(jobId);
        return _jobs[jobId];
    }

    function commitOf(bytes32 commitId) external view returns (IProofs.CommitRecord memory) {
        if (_commits[commitId].provider == address(0)) revert IProofs.UnknownCommit(commitId);
        return _commits[commitId];
    }

    function verdictOf(bytes32 commitId) external view returns (IPrologue.VerdictRecord memory) {
        return _verdicts[commitId];
    }
}
