// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {EmissionSchedule} from "../src/EmissionSchedule.sol";

/// @title A project's own token with its own halving, by issuance like the chain's
/// @notice Every block emits `BASE` until half of the cap is out, then half of that, and so on. Anyone may mint
/// what is due; all of it goes to the project's pool.
contract HalvingToken is ERC20 {
    error NothingDue(uint256 height);

    uint256 public constant CAP = 1_000_000 ether;
    uint256 public constant BASE = 10 ether;
    /// @notice Blocks that one call emits at most; what is older waits for the next call.
    uint256 public constant BLOCKS_MAX = 1000;

    address public immutable pool;
    uint256 public lastHeight;

    constructor(address pool_) ERC20("Halving example", "HALF") {
        pool = pool_;
        lastHeight = block.number;
    }

    /// @notice Mints for every block since the last call, each at the rate that holds at its issuance.
    function emitDue() external returns (uint256 minted) {
        uint256 blocks = block.number - lastHeight;
        if (blocks == 0) revert NothingDue(block.number);
        if (blocks > BLOCKS_MAX) blocks = BLOCKS_MAX;
        lastHeight += blocks;
        uint256 issued = totalSupply();
        for (uint256 i; i < blocks; ++i) {
            uint256 rate = EmissionSchedule.halvingByIssuanceDown(BASE, CAP, issued);
            uint256 room = CAP - issued;
            uint256 amount = rate < room ? rate : room;
            issued += amount;
            minted += amount;
        }
        _mint(pool, minted);
    }
}
