// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentWallet} from "assay/interfaces/IAgentWallet.sol";
import {Allowance} from "../src/Allowance.sol";
import {HalvingToken} from "../src/HalvingToken.sol";
import {ProofEscrow} from "../src/ProofEscrow.sol";

interface Broadcasts {
    function startBroadcast() external;
    function stopBroadcast() external;
}

/// @notice Puts all three examples on a running chain, with the sender as owner, sponsor and agent, and has the agent
/// make one payment.
contract Demo {
    Broadcasts private constant VM =
        Broadcasts(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev Marks the contract as a script for forge.
    function IS_SCRIPT() external pure returns (bool) {
        return true;
    }

    function run() external {
        VM.startBroadcast();
        ProofEscrow escrow = new ProofEscrow();
        escrow.offer{value: 0.01 ether}("model", "input", uint64(block.timestamp + 1 days));
        HalvingToken token = new HalvingToken(50e18, 100, msg.sender);
        token.mint();
        IAgentWallet wallet = Allowance.create(
            msg.sender, msg.sender, address(0x5e), 0.001 ether, 0.01 ether, 1 days, 0.02 ether
        );
        wallet.execute(address(0x5e), 0.001 ether, "");
        VM.stopBroadcast();
    }
}
