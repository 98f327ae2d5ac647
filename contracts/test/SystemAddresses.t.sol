// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SystemAddresses} from "../src/SystemAddresses.sol";
import {Test} from "./Test.sol";

contract SystemAddressesTest is Test {
    function test_AddressesAreConsecutive() external pure {
        address[12] memory table = [
            SystemAddresses.PROLOGUE,
            SystemAddresses.STAKING,
            SystemAddresses.MODEL_REGISTRY,
            SystemAddresses.JOBS,
            SystemAddresses.PROOFS,
            SystemAddresses.REWARDS,
            SystemAddresses.CREDITS,
            SystemAddresses.CHANNELS,
            SystemAddresses.MERKLE_PAYOUT,
            SystemAddresses.AGENT_REGISTRY,
            SystemAddresses.AGENT_WALLET_FACTORY,
            SystemAddresses.WRAPPED_NATIVE
        ];
        for (uint160 i; i < 12; ++i) {
            assertEq(table[i], address(uint160(0xA55A0001) + i));
        }
    }

    function test_BurnAddressHoldsNoCode() external view {
        assertEq(SystemAddresses.BURN.code.length, 0);
    }
}
