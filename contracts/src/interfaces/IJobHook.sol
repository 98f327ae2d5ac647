// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a job's hook may implement: the after half of ERC-8183's `IACPHook`
/// @notice There is no before half: nothing that a customer chose may stand between a provider and its pay or
/// a customer and its refund. The call gets `Jobs.HOOK_GAS`, and a failure changes nothing.
interface IJobHook {
    /// @param jobId The job's id as a number.
    /// @param selector `IJobs.settle.selector` or `IJobs.reject.selector`.
    /// @param encoded abi.encode(bytes32 commitId, uint8 reason).
    function afterAction(uint256 jobId, bytes4 selector, bytes calldata encoded) external;
}
