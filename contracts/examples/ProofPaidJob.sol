// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SystemAddresses} from "../src/SystemAddresses.sol";
import {IJobHook} from "../src/interfaces/IJobHook.sol";
import {IJobs} from "../src/interfaces/IJobs.sol";
import {IProofs} from "../src/interfaces/IProofs.sol";

/// @title A contract that buys inference and pays only for work whose proof the validators checked
/// @notice It is the customer of its jobs. When one is settled, `Jobs` calls back; when the answers are brought,
/// by anyone, it checks them against the proven output root and keeps them.
contract ProofPaidJob is IJobHook {
    error NotJobs(address caller);
    error NotDone(bytes32 jobId);
    error WrongAnswers(bytes32 outputRoot);

    event Done(bytes32 indexed jobId, uint8 reason);

    IJobs private constant JOBS = IJobs(SystemAddresses.JOBS);
    IProofs private constant PROOFS = IProofs(SystemAddresses.PROOFS);

    mapping(bytes32 jobId => bool) public isCompleted;
    mapping(bytes32 jobId => bytes) public answersOf;

    /// @notice What a rejected or expired job gives back arrives here.
    receive() external payable {}

    /// @notice Buys the answers to the rows under `inputRoot` for the coins sent along.
    function ask(bytes32 templateId, bytes32 inputRoot, uint32 rows, uint64 expiry)
        external
        payable
        returns (bytes32 jobId)
    {
        return JOBS.create{value: msg.value}(
            IJobs.Request({
                templateId: templateId,
                provider: address(0),
                inputRoot: inputRoot,
                rows: rows,
                seqs: rows,
                maxNew: 0,
                expiry: expiry,
                hook: address(this),
                feeWei: uint128(msg.value)
            })
        );
    }

    /// @inheritdoc IJobHook
    function afterAction(uint256 jobId, bytes4 selector, bytes calldata encoded) external {
        if (msg.sender != address(JOBS)) revert NotJobs(msg.sender);
        (, uint8 reason) = abi.decode(encoded, (bytes32, uint8));
        isCompleted[bytes32(jobId)] = selector == IJobs.settle.selector;
        emit Done(bytes32(jobId), reason);
    }

    /// @notice Keeps the answers of a completed job. Their SHA-256 is what the proof bound.
    function bring(bytes32 jobId, bytes calldata answers) external {
        if (!isCompleted[jobId]) revert NotDone(jobId);
        bytes32 outputRoot = PROOFS.commitOf(JOBS.jobOf(jobId).commitId).outputRoot;
        if (sha256(answers) != outputRoot) revert WrongAnswers(outputRoot);
        answersOf[jobId] = answers;
    }
}
