// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobs} from "assay/interfaces/IJobs.sol";
import {IProofs} from "assay/interfaces/IProofs.sol";
import {SystemAddresses} from "assay/SystemAddresses.sol";

/// @title Money that waits for a proof
/// @notice A sponsor offers a bounty for running one model on one input. Whoever first completes such a job, on any
/// terms and for any customer, has its provider paid here: what counts is that the chain's validators
/// checked the proof and that nobody can challenge it any more.
contract ProofEscrow {
    struct Bounty {
        address sponsor;
        uint64 deadline;
        bytes32 templateId;
        bytes32 inputRoot;
        uint256 amountWei;
    }

    error NoBounty(uint256 id);
    error AnotherWork(bytes32 jobId);
    error NotCompleted(bytes32 jobId, IJobs.State state);
    error NotFinal(bytes32 jobId, uint256 lastHeight);
    error Overturned(bytes32 jobId);
    error NotYet(uint256 deadline);
    error PaymentFailed(address account);

    event Offered(uint256 indexed id, address indexed sponsor, uint256 amountWei);
    event Paid(uint256 indexed id, bytes32 indexed jobId, address indexed provider, uint256 amountWei);
    event Refunded(uint256 indexed id);

    IJobs private constant JOBS = IJobs(SystemAddresses.JOBS);
    IProofs private constant PROOFS = IProofs(SystemAddresses.PROOFS);

    Bounty[] public bounties;

    function offer(bytes32 templateId, bytes32 inputRoot, uint64 deadline)
        external
        payable
        returns (uint256 id)
    {
        id = bounties.length;
        bounties.push(Bounty(msg.sender, deadline, templateId, inputRoot, msg.value));
        emit Offered(id, msg.sender, msg.value);
    }

    /// @notice Pays the provider of `jobId`. Anyone may call it.
    function pay(uint256 id, bytes32 jobId) external {
        Bounty memory bounty = _take(id);
        IJobs.Job memory job = JOBS.jobOf(jobId);
        if (job.templateId != bounty.templateId || job.inputRoot != bounty.inputRoot) {
            revert AnotherWork(jobId);
        }
        if (job.state != IJobs.State.COMPLETED) revert NotCompleted(jobId, job.state);
        uint256 lastHeight = PROOFS.challengeDeadline(job.commitId);
        if (block.number <= lastHeight || PROOFS.isChallenged(job.commitId)) {
            revert NotFinal(jobId, lastHeight);
        }
        if (PROOFS.isOverturned(job.commitId)) revert Overturned(jobId);
        emit Paid(id, jobId, job.provider, bounty.amountWei);
        _send(job.provider, bounty.amountWei);
    }

    /// @notice Gives the sponsor its money back after the deadline. Anyone may call it.
    function refund(uint256 id) external {
        Bounty memory bounty = _take(id);
        if (block.timestamp < bounty.deadline) revert NotYet(bounty.deadline);
        emit Refunded(id);
        _send(bounty.sponsor, bounty.amountWei);
    }

    /// @dev Gone before anybody is called.
    function _take(uint256 id) private returns (Bounty memory bounty) {
        if (id >= bounties.length || bounties[id].amountWei == 0) revert NoBounty(id);
        bounty = bounties[id];
        bounties[id].amountWei = 0;
    }

    function _send(address account, uint256 amountWei) private {
        (bool paid,) = account.call{value: amountWei}("");
        if (!paid) revert PaymentFailed(account);
    }
}
