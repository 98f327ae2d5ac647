// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgentWallet} from "./IAgentWallet.sol";

/// @title Where agents' wallets come from
/// @notice Anyone may create anyone's wallet: its address commits to owner, agent and policy, so what an owner
/// funds is what it asked for.
interface IAgentWalletFactory {
    event WalletCreated(address indexed wallet, address indexed owner, address indexed agent);

    /// @notice Creates the wallet and passes on what is sent. Reverts if it exists.
    function create(
        address owner,
        address agent,
        IAgentWallet.Policy calldata policy,
        bytes32 salt
    ) external payable returns (address wallet);

    /// @notice Where `create` puts the wallet.
    function addressOf(
        address owner,
        address agent,
        IAgentWallet.Policy calldata policy,
        bytes32 salt
    ) external view returns (address);

    /// @notice Whether this factory made `account`: its code is that of `AgentWallet`.
    function isWallet(address account) external view returns (bool);
}
