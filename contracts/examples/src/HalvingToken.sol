// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {EmissionSchedule} from "assay/EmissionSchedule.sol";

/// @title A token that halves
/// @notice `baseReward` a block from the block after its creation, half of that every `interval` blocks, to one
/// beneficiary. Blocks in which nobody calls `mint` are caught up exactly, whatever their number.
contract HalvingToken is ERC20 {
    uint256 public immutable baseReward;
    uint256 public immutable interval;
    uint256 public immutable start;
    address public immutable beneficiary;

    /// @notice First block whose reward has not been minted.
    uint256 public next;

    constructor(uint256 baseReward_, uint256 interval_, address beneficiary_) ERC20("Halving", "HALF") {
        baseReward = baseReward_;
        interval = interval_;
        beneficiary = beneficiary_;
        start = next = block.number + 1;
    }

    /// @notice Mints what the blocks up to this one have earned. Anyone may call it.
    function mint() external returns (uint256 amount) {
        uint256 end = block.number + 1;
        amount = EmissionSchedule.halvingByHeightSumDown(baseReward, interval, start, next, end);
        next = end;
        _mint(beneficiary, amount);
    }

    /// @notice Reward of one block.
    function rewardAt(uint256 height) external view returns (uint256) {
        return EmissionSchedule.halvingByHeightDown(baseReward, interval, start, height);
    }

    /// @notice All that there will ever be.
    function supplyMax() external view returns (uint256) {
        return EmissionSchedule.halvingByHeightSumDown(
            baseReward, interval, start, start, type(uint256).max
        );
    }
}
