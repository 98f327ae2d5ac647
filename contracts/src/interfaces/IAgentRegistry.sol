// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC8004Identity, IERC8004Reputation, IERC8004Validation} from "./IERC8004.sol";

/// @title ERC-8004's three registries, fed by facts
/// @notice One contract with the interfaces of all three. What the standard leaves to trust is a check here:
/// * A client can give feedback once for each job that it paid for, that the agent's wallet did, whose proof
///   passed and can no longer be challenged. `creditFeedback` shows the job, `giveFeedback` uses it up.
/// * A validation is a verdict of the chain on one of the agent's commits: the validator is always `Proofs`,
///   the request's hash the commitId, and `recordVerdict` copies what the prologue recorded.
/// @dev The standard's list views walk what they are asked about and are for callers outside the chain;
/// contracts use `reputationOf`.
interface IAgentRegistry is IERC8004Identity, IERC8004Reputation, IERC8004Validation {
    error NotAuthorized(uint256 agentId, address caller);
    error ReservedKey();
    error ZeroWallet();
    error DeadlineOutsideBounds(uint256 deadline, uint256 least, uint256 most);
    error BadValue(int128 value, uint8 decimals);
    error SelfFeedback(uint256 agentId, address client);
    error NoSettledJob(uint256 agentId, address client);
    error JobAlreadyCredited(bytes32 jobId);
    error JobNotCompleted(bytes32 jobId);
    error JobOfAnother(bytes32 jobId, address provider, address wallet);
    error JobNotFinal(bytes32 jobId, uint256 lastHeight);
    error JobOverturned(bytes32 jobId);
    error UnknownFeedback(uint256 agentId, address client, uint64 index);
    error AlreadyRevoked(uint256 agentId, address client, uint64 index);
    error EmptyURI();
    error ClientsRequired();
    error ValidatorIsNotProofs(address validator);
    error CommitOfAnother(bytes32 commitId, address provider, address wallet);
    error AlreadyRequested(bytes32 requestHash);
    error UnknownRequest(bytes32 requestHash);
    error NotTheValidator(address caller);
    error NoVerdict(bytes32 commitId);

    event FeedbackCredited(uint256 indexed agentId, address indexed client, bytes32 indexed jobId);

    /// @notice Credits a job's customer with one feedback on the agent that did it. Anyone may call it.
    function creditFeedback(uint256 agentId, bytes32 jobId) external;

    /// @notice Copies the chain's verdict on a commit of the agent's wallet, creating the request if need be;
    /// again after it was overturned. Response 100 with tag PASS, 0 with FAIL or OVERTURNED. Anyone may call it.
    function recordVerdict(uint256 agentId, bytes32 commitId) external;

    /// @notice Feedback that `client` may still give on the agent.
    function feedbackCredits(uint256 agentId, address client) external view returns (uint256);

    /// @notice All feedback that is not revoked: how many and their sum with 18 decimals.
    function reputationOf(uint256 agentId) external view returns (uint64 count, int256 sumE18);
}
