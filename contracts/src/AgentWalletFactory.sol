// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {AgentWallet} from "./AgentWallet.sol";
import {IAgentWallet} from "./interfaces/IAgentWallet.sol";
import {IAgentWalletFactory} from "./interfaces/IAgentWalletFactory.sol";

/// @title Where agents' wallets come from
/// @dev Documented at `IAgentWalletFactory`. Whole contracts rather than clones: no wallet depends on code
/// elsewhere.
contract AgentWalletFactory is IAgentWalletFactory {
    /// @inheritdoc IAgentWalletFactory
    mapping(address account => bool) public isWallet;

    /// @inheritdoc IAgentWalletFactory
    function create(
        address owner,
        address agent,
        IAgentWallet.Policy calldata policy,
        bytes32 salt
    ) external payable returns (address wallet) {
        wallet = Create2.deploy(msg.value, salt, _initCode(owner, agent, policy));
        isWallet[wallet] = true;
        emit WalletCreated(wallet, owner, agent);
    }

    /// @inheritdoc IAgentWalletFactory
    function addressOf(
        address owner,
        address agent,
        IAgentWallet.Policy calldata policy,
        bytes32 salt
    ) external view returns (address) {
        return Create2.computeAddress(salt, keccak256(_initCode(owner, agent, policy)));
    }

    function _initCode(address owner, address agent, IAgentWallet.Policy calldata policy)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(
            type(AgentWallet).creationCode, abi.encode(owner, agent, policy)
        );
    }
}
