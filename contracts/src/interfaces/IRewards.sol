// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Rewards for verified work: epoch lists, the mint they justify, vesting and claims
/// @notice Epoch of block h is ⌈h / epochBlocks⌉, so epochs count from 1 and end at multiples of epochBlocks.
/// The share of entry j of a closed epoch e is
/// min(⌊burn_j · beta / 10000⌋, ⌊A_e · wu_j / WU_e⌋), rounded down to a gwei. Validators mint Σ shares by a
/// withdrawal to this contract; no code runs then.
interface IRewards {
    /// @param verdictHeight Block of the PASS verdict: the challenge window counts from it.
    /// @param paidWei Already paid.
    struct Entry {
        bytes32 jobId;
        address provider;
        address beneficiary;
        uint64 epoch;
        uint64 workUnits;
        uint64 verdictHeight;
        uint128 burnWei;
        uint128 paidWei;
    }

    /// @notice earned = inWindow + vesting + claimable + paid + slashed, over entries of closed epochs.
    struct Statement {
        uint256 earnedWei;
        uint256 inWindowWei;
        uint256 vestingWei;
        uint256 claimableWei;
        uint256 paidWei;
        uint256 slashedWei;
    }

    /// @param epochBlocks Blocks an epoch.
    /// @param vestingParts N equal parts, the first in the block after `Proofs.challengeDeadline`; the last one takes the remainder of the division.
    /// @param vestingPartBlocks Blocks between two parts; 0 vests everything at once.
    /// @param holdBackBps Part of each share, in 1/10000 and rounded down, that is held back and paid in one piece after the rest has begun to vest; a slash takes it like all else that is unpaid.
    /// @param holdBackBlocks Blocks after `Proofs.challengeDeadline` for which it is held.
    /// @param betaBps Most that is minted per coin burned, in 1/10000.
    struct Params {
        uint64 epochBlocks;
        uint32 vestingParts;
        uint64 vestingPartBlocks;
        uint32 holdBackBps;
        uint64 holdBackBlocks;
        uint32 betaBps;
    }

    error NotAllowed(address caller);
    error EpochFull(uint64 epoch);
    error AlreadyRecorded(bytes32 commitId);
    error UnknownEntry(bytes32 commitId);
    error EpochNotClosed(uint64 epoch);
    /// @notice Too many entries come first: call `tally`.
    error NotTallied(uint64 epoch);
    error NotMintedYet(uint64 epoch, uint256 neededWei, uint256 receivedWei);
    error NothingToClaim(bytes32 commitId);
    error UnderChallenge(bytes32 commitId);
    error Forfeited(bytes32 commitId);
    error NotForfeited(bytes32 commitId);
    error BadConstructor();

    event Recorded(
        bytes32 indexed commitId,
        bytes32 indexed jobId,
        address indexed provider,
        address beneficiary,
        uint64 epoch,
        uint64 workUnits,
        uint256 burnWei
    );
    event Tallied(uint64 indexed epoch, uint256 mintWei, uint256 cumulativeMintWei);
    event Claimed(bytes32 indexed commitId, address indexed beneficiary, uint256 wei_);
    event ProviderForfeited(address indexed provider, uint256 height);
    event Swept(bytes32 indexed commitId, address indexed finder, uint256 burnedWei, uint256 finderWei);

    /// @notice `Jobs` only: work that passed. Refused with `EpochFull` above `ENTRIES_MAX`; settle again in the
    /// next epoch.
    function record(
        bytes32 commitId,
        bytes32 jobId,
        address provider,
        address beneficiary,
        uint64 workUnits,
        uint256 burnWei,
        uint64 verdictHeight
    ) external;

    /// @notice `Jobs` and `Proofs` only: everything not yet paid of what `provider` earned so far is lost, the
    /// first rung of the slashing ladder (the stake is the second). `finder` gets a tenth of it.
    function forfeit(address provider, address finder) external;

    /// @notice Adds up at most `entries` entries of closed epochs, in order. Claims do this themselves for
    /// small epochs.
    /// @return epoch Last epoch that is added up completely, 0 for none.
    function tally(uint256 entries) external returns (uint64 epoch);

    /// @notice Pays what is vested of the commit's share to its beneficiary. Anyone may call.
    function claim(bytes32 commitId) external;

    /// @notice Burns nine tenths of what a forfeited or overturned entry had left and pays the finder the rest.
    function sweep(bytes32 commitId) external;

    function epochOf(uint256 height) external view returns (uint64);

    function epochEntryCount(uint64 epoch) external view returns (uint256);

    function epochEntry(uint64 epoch, uint256 index) external view returns (bytes32 commitId);

    function epochWorkUnits(uint64 epoch) external view returns (uint256);

    /// @notice Σ shares of a closed epoch, a multiple of a gwei: what validators mint for it. 0 while open.
    function mintFor(uint64 epoch) external view returns (uint256);

    /// @dev Reverts with `UnknownEntry`.
    function entryOf(bytes32 commitId) external view returns (Entry memory);

    /// @notice The commit's share, 0 while its epoch is open.
    function shareOf(bytes32 commitId) external view returns (uint256);

    /// @notice Vested and not paid, whether or not the mint has arrived.
    function claimable(bytes32 commitId) external view returns (uint256);

    function providerEntryCount(address provider) external view returns (uint256);

    function providerEntry(address provider, uint256 index) external view returns (bytes32 commitId);

    /// @notice Sums over the provider's entries `from` to `from + count` − 1, clipped to what there is.
    function statement(address provider, uint256 from, uint256 count)
        external
        view
        returns (Statement memory);

    /// @notice Wei of tallied epochs that is neither paid nor swept. At most the balance once minted.
    function obligationsWei() external view returns (uint256);
}
