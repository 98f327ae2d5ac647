// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {IJobs} from "../../src/interfaces/IJobs.sol";
import {IProofs} from "../../src/interfaces/IProofs.sol";
import {IRewards} from "../../src/interfaces/IRewards.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";

/// @notice An account and a hook that, whenever it is called or paid, tries to be paid again by everyone.
/// @dev Keeps no constructor state, so that its code can stand at any address.
contract Reentrant {
    /// @dev A beneficiary stands this far below its provider.
    uint160 private constant BENEFICIARY_STEP = 0x1000;

    /// @notice What came from each payer.
    mapping(address payer => uint256) public receivedWei;

    receive() external payable {
        receivedWei[msg.sender] += msg.value;
        _again(SystemAddresses.JOBS, abi.encodeCall(IJobs.withdraw, (address(this))));
        _again(SystemAddresses.PROOFS, abi.encodeCall(IProofs.withdraw, (address(this))));
        _again(SystemAddresses.STAKING, abi.encodeCall(IStaking.withdrawCredit, (address(this))));
        _again(SystemAddresses.STAKING, abi.encodeCall(IStaking.withdraw, (IStaking.Role.PROVIDER)));
        IRewards rewards = IRewards(SystemAddresses.REWARDS);
        address provider = address(uint160(address(this)) + BENEFICIARY_STEP);
        uint256 count = rewards.providerEntryCount(provider);
        if (count != 0) _takeReward(rewards.providerEntry(provider, count - 1));
    }

    function afterAction(uint256 jobId, bytes4, bytes calldata encoded) external {
        (bytes32 commitId,) = abi.decode(encoded, (bytes32, uint8));
        _again(SystemAddresses.JOBS, abi.encodeCall(IJobs.settle, (bytes32(jobId))));
        _again(SystemAddresses.JOBS, abi.encodeCall(IJobs.reject, (bytes32(jobId))));
        _again(SystemAddresses.JOBS, abi.encodeCall(IJobs.expire, (bytes32(jobId))));
        _takeReward(commitId);
    }

    function _takeReward(bytes32 commitId) private {
        _again(SystemAddresses.REWARDS, abi.encodeCall(IRewards.claim, (commitId)));
        _again(SystemAddresses.REWARDS, abi.encodeCall(IRewards.sweep, (commitId)));
    }

    /// @dev Whether it works is for the invariants to judge.
    function _again(address target, bytes memory input) private {
        assembly ("memory-safe") {
            pop(call(gas(), target, 0, add(input, 32), mload(input), 0, 0))
        }
    }
}
