// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentWallet} from "assay/interfaces/IAgentWallet.sol";
import {IAgentWalletFactory} from "assay/interfaces/IAgentWalletFactory.sol";
import {SystemAddresses} from "assay/SystemAddresses.sol";

/// @title An allowance for an agent
/// @notice A wallet from which `agent` may pay `service`, `perPaymentWei` at a time and `perDayWei` a day, for
/// `lifeSeconds`. The owner can stop it with `kill()` and take everything back with `executeAsOwner`.
library Allowance {
    function create(
        address owner,
        address agent,
        address service,
        uint128 perPaymentWei,
        uint128 perDayWei,
        uint64 lifeSeconds,
        uint256 fundsWei
    ) internal returns (IAgentWallet) {
        IAgentWallet.Policy memory policy;
        policy.perTransactionWei = perPaymentWei;
        policy.perDayWei = perDayWei;
        policy.expiry = uint64(block.timestamp) + lifeSeconds;
        policy.permissions = new IAgentWallet.Permission[](1);
        policy.permissions[0] = IAgentWallet.Permission(service, 0); // Payments without calldata.
        return IAgentWallet(
            IAgentWalletFactory(SystemAddresses.AGENT_WALLET_FACTORY).create{value: fundsWei}(
                owner, agent, policy, bytes32(block.timestamp)
            )
        );
    }
}
