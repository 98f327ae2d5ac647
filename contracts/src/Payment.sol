// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SystemAddresses} from "./SystemAddresses.sol";

/// @title Sending native coin
library Payment {
    error PaymentFailed(address account);

    /// @notice Sends `wei_` to `account` with all gas. Warning: the receiver's code runs; call this last.
    function send(address account, uint256 wei_) internal {
        if (!trySend(account, wei_)) revert PaymentFailed(account);
    }

    /// @notice As `send`, but says whether it worked. Nothing that the receiver returns is copied.
    function trySend(address account, uint256 wei_) internal returns (bool sent) {
        assembly ("memory-safe") {
            sent := call(gas(), account, wei_, 0, 0, 0, 0)
        }
    }

    /// @notice Sends `wei_` to the codeless burn address, where it counts as burned.
    function burn(uint256 wei_) internal {
        if (wei_ != 0) send(SystemAddresses.BURN, wei_);
    }
}
