// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChannelsHandler} from "./ChannelsHandler.sol";
import {Campaign} from "./Moves.sol";

contract ChannelsInvariants is Campaign {
    ChannelsHandler private _handler;

    function setUp() public {
        _handler = new ChannelsHandler();
        bytes4[] memory moves = new bytes4[](15);
        moves[0] = ChannelsHandler.deposit.selector;
        moves[1] = ChannelsHandler.claim.selector;
        moves[2] = ChannelsHandler.settle.selector;
        moves[3] = ChannelsHandler.claimPayee.selector;
        moves[4] = ChannelsHandler.settlePayee.selector;
        moves[5] = ChannelsHandler.reserve.selector;
        moves[6] = ChannelsHandler.release.selector;
        moves[7] = ChannelsHandler.settleBatch.selector;
        moves[8] = ChannelsHandler.collect.selector;
        moves[9] = ChannelsHandler.releaseBatch.selector;
        moves[10] = ChannelsHandler.initiateWithdraw.selector;
        moves[11] = ChannelsHandler.finalizeWithdraw.selector;
        moves[12] = ChannelsHandler.refund.selector;
        // Money must come in for the others to have effect.
        moves[13] = ChannelsHandler.deposit.selector;
        moves[14] = ChannelsHandler.deposit.selector;
        _setUpCampaign(_handler, moves);
    }

    function invariant_EveryUnitIsFreeReservedCreditedOrPaid() external view {
        _requireInvariants();
    }

    function _requireInvariants() internal view override {
        _handler.requireConserved();
    }

    function _paths() internal pure override returns (bytes32[] memory paths) {
        paths = new bytes32[](14);
        paths[0] = "deposit";
        paths[1] = "claim";
        paths[2] = "settle";
        paths[3] = "claim for a payee";
        paths[4] = "claim packed";
        paths[5] = "settle a payee";
        paths[6] = "reserve";
        paths[7] = "release";
        paths[8] = "settle a batch";
        paths[9] = "collect";
        paths[10] = "release a batch";
        paths[11] = "ask for money back";
        paths[12] = "withdraw";
        paths[13] = "refund";
    }
}
