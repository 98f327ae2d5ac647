// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Stakes of validators and providers, and the validator set
/// @notice A stake can leave only through the exit queue and stays slashable while it waits there. Of what is
/// slashed, 90 % goes to the burn address and 10 % to the finder, who pulls it.
interface IStaking {
    enum Role {
        VALIDATOR,
        PROVIDER
    }

    /// @param stakeWei Active.
    /// @param exitingWei In the exit queue, still slashable.
    /// @param exitHeight First block in which `exitingWei` can be withdrawn.
    /// @param slashedWei Lost in all.
    struct Stake {
        uint128 stakeWei;
        uint128 exitingWei;
        uint64 exitHeight;
        uint128 slashedWei;
    }

    /// @param activeFrom Set epoch from which the validator counts.
    /// @param activeUntil First set epoch in which it no longer counts; 2^64 − 1 while it has not left.
    /// @param keyFrom Set epoch from which `nextKey` acts, 0 for no change pending.
    struct Validator {
        uint64 activeFrom;
        uint64 activeUntil;
        uint64 keyFrom;
    }

    /// @notice What the constructor takes besides the genesis validators.
    struct Params {
        uint64 epochBlocks;
        uint64 exitDelayBlocks;
        uint128 minValidatorStakeWei;
        uint128 minProviderStakeWei;
    }

    error NotAllowed(address caller);
    error AlreadyRegistered(address account);
    error NotRegistered(address account);
    error StakeTooSmall(uint256 stakeWei, uint256 leastWei);
    error StakeTooLarge(uint256 stakeWei);
    error NothingToWithdraw(address account);
    error ExitPending(address account, uint256 exitHeight);
    error InsufficientStake(uint256 askedWei, uint256 stakeWei);
    error TooManyValidators(uint256 limit);
    error LastValidator(address account);
    error ValidatorHasLeft(address account);
    error BadKey();
    error BadProofOfPossession();
    error KeyInUse();
    error BadConstructor();
    error AlreadyPunished(address account, uint256 height, uint256 round);

    event ValidatorRegistered(address indexed account, bytes key, uint256 stakeWei, uint64 activeFrom);
    event KeyChanged(address indexed account, bytes key, uint64 activeFrom);
    event ProviderRegistered(address indexed account, address indexed beneficiary, uint256 stakeWei);
    event BeneficiaryChanged(address indexed account, address indexed beneficiary);
    event StakeAdded(address indexed account, Role role, uint256 wei_);
    event ExitRequested(address indexed account, Role role, uint256 wei_, uint256 exitHeight);
    event Withdrawn(address indexed account, Role role, uint256 wei_);
    event Slashed(
        address indexed account, Role role, uint256 burnedWei, address indexed finder, uint256 finderWei
    );
    event ValidatorRemoved(address indexed account, uint64 activeUntil);
    event CreditWithdrawn(address indexed account, uint256 wei_);

    /// @notice Joins the validators, from the set epoch after the next: keys act two epochs late.
    /// @param key BLS12-381 public key, G1, 128 bytes as EIP-2537 encodes it.
    /// @param possession Signature by that key, G2, 256 bytes as EIP-2537 encodes it, of
    /// "ASSAY-POP" ‖ chainId (32 bytes) ‖ account (20) ‖ compressed key (48), with the standard's
    /// proof-of-possession tag BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_.
    function registerValidator(bytes calldata key, bytes calldata possession) external payable;

    /// @notice Replaces the caller's BLS key, from the set epoch after the next. Proof as at registration.
    function changeKey(bytes calldata key, bytes calldata possession) external;

    /// @notice Joins the providers. `beneficiary` gets what the caller earns; zero means the caller itself.
    function registerProvider(address beneficiary) external payable;

    function setBeneficiary(address beneficiary) external;

    /// @notice Adds to the caller's stake in `role`.
    function addStake(Role role) external payable;

    /// @notice Queues `stakeWei` of the caller's stake to leave, `exitDelayBlocks` from now; what was already
    /// queued waits as long again. What remains is nothing or at least the minimum. A validator whose
    /// whole stake leaves is out of the set from the next epoch.
    function requestExit(Role role, uint256 stakeWei) external;

    /// @notice Pays what has waited out its delay to the caller.
    function withdraw(Role role) external;

    /// @notice Takes `bps` of the provider's stake, what is exiting included. `Jobs` and `Proofs` only.
    /// @param finder Who is credited a tenth; zero burns everything.
    /// @return slashedWei What was taken.
    function slashProvider(address provider, uint256 bps, address finder)
        external
        returns (uint256 slashedWei);

    /// @notice Slashes a validator's whole stake on proof that it sealed two blocks at one height and round.
    /// @param first RLP of one header as its commit seals sign it: extraData with round, without seals.
    /// @param second Another one, of equal number and round, both naming this chain's parent.
    /// @param firstSeal 65 bytes r‖s‖v over keccak256(first); `secondSeal` over keccak256(second).
    function slashDoubleSeal(
        bytes calldata first,
        bytes calldata firstSeal,
        bytes calldata second,
        bytes calldata secondSeal
    ) external;

    /// @notice Pays the finder's credit of `account` to it.
    function withdrawCredit(address account) external;

    /// @notice The set for the block after this one, ascending: frozen at the last multiple of `epochBlocks`.
    /// Consensus reads it on the parent's state at the parent's height.
    function getValidators() external view returns (address[] memory);

    function validatorCount() external view returns (uint256);

    /// @notice floor(block.number / epochBlocks): which set `getValidators` returns.
    function setEpoch() external view returns (uint64);

    /// @notice The BLS key that acts for `account` now, 48 bytes compressed; empty if it has none.
    function blsKeyOf(address account) external view returns (bytes memory);

    function validatorOf(address account) external view returns (Validator memory);

    function stakeOf(address account, Role role) external view returns (Stake memory);

    /// @notice Active stake of a provider, 0 if below the minimum.
    function providerStake(address provider) external view returns (uint256);

    function beneficiaryOf(address provider) external view returns (address);

    /// @notice What `account` found and can pull.
    function creditOf(address account) external view returns (uint256);
}
