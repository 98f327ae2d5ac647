// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Where genesis puts the system contracts
/// @notice Part of the protocol: `org.assay.contracts.SystemContract` holds the same table.
library SystemAddresses {
    address internal constant PROLOGUE = 0x00000000000000000000000000000000a55a0001;
    address internal constant STAKING = 0x00000000000000000000000000000000a55a0002;
    address internal constant MODEL_REGISTRY = 0x00000000000000000000000000000000A55A0003;
    address internal constant JOBS = 0x00000000000000000000000000000000A55A0004;
    address internal constant PROOFS = 0x00000000000000000000000000000000a55A0005;
    address internal constant REWARDS = 0x00000000000000000000000000000000A55A0006;
    address internal constant CREDITS = 0x00000000000000000000000000000000A55A0007;
    address internal constant CHANNELS = 0x00000000000000000000000000000000a55A0008;
    address internal constant MERKLE_PAYOUT = 0x00000000000000000000000000000000A55A0009;
    address internal constant AGENT_REGISTRY = 0x00000000000000000000000000000000a55A000A;
    address internal constant AGENT_WALLET_FACTORY = 0x00000000000000000000000000000000A55A000b;
    address internal constant WRAPPED_NATIVE = 0x00000000000000000000000000000000A55a000c;

    /// @dev Codeless. What it holds counts as burned; nobody has its key.
    address internal constant BURN = 0x000000000000000000000000000000000000dEaD;
}
