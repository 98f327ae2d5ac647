// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Transaction 0 of every block: how protocol facts enter the state
/// @notice Sent by the block's coinbase. Records the beacon, availability certificates, verdicts and the
/// emission ledger. Makes no external call and pays nobody: whoever is owed something pulls it.
/// What it records is checked by every voter before it votes; the contract itself only guards
/// who writes, how often and how much.
interface IPrologue {
    /// @notice 2f+1 validators hold the sidecar of a commit.
    /// @param commitId The commit.
    /// @param sidecarRoot Root of the sidecar that its Open names.
    /// @param signatures 65-byte r‖s‖v one after the other, ascending by signer. Checked by voters, kept in
    /// calldata for anyone who wants to check again.
    struct Certificate {
        bytes32 commitId;
        bytes32 sidecarRoot;
        bytes signatures;
    }

    /// @param commitId The commit that was verified.
    /// @param pass Whether the work is accepted.
    /// @param reason A `Reason`; `Reason.CHALLENGED` makes the entry the ruling on the commit's open challenge.
    /// @param workUnits Units of 2^30 int8 multiply-accumulates, as the chain computed them.
    struct Verdict {
        bytes32 commitId;
        bool pass;
        uint8 reason;
        uint64 workUnits;
    }

    /// @notice The five ledgers of the native token and what emission carries from block to block.
    /// @param clock Emission clock in seconds.
    /// @param breakerWindowStart Emission clock at the start of the breaker's window.
    /// @param breakerWindowGwei Minted in that window.
    /// @param nextWithdrawalIndex Index of the next withdrawal (EIP-4895).
    /// @param epochAccruedWei Allowance of the verified-work pool accrued in the running epoch.
    /// @param closedEpoch Epoch that this block closes, 0 for none: epochs count from 1.
    /// @param closedEpochAllowanceWei What verified work of `closedEpoch` may claim.
    /// @param halted The breaker has stopped minting.
    struct LedgerRow {
        uint256 mintedWei;
        uint256 burnedWei;
        uint256 recycledWei;
        uint256 notEmittedWei;
        uint256 lockedWei;
        uint256 remainderWei;
        uint64 clock;
        uint64 breakerWindowStart;
        uint128 breakerWindowGwei;
        uint64 nextWithdrawalIndex;
        uint256 epochAccruedWei;
        uint64 closedEpoch;
        uint256 closedEpochAllowanceWei;
        bool halted;
    }

    /// @param height Block that recorded it, 0 if none did.
    struct VerdictRecord {
        bool pass;
        uint8 reason;
        uint64 workUnits;
        uint64 height;
    }

    /// @param count Rulings on challenges of the commit so far.
    /// @param height Block of the last one.
    /// @param pass Whether the last one upheld the commit.
    struct RulingRecord {
        uint32 count;
        uint64 height;
        bool pass;
    }

    /// @notice `account` is not the block's coinbase, or calls through a contract.
    error NotTheProposer(address account);
    /// @notice The prologue of `height` is already in.
    error PrologueRepeated(uint256 height);
    /// @notice Above `ENTRIES_MAX`.
    error TooManyCertificates(uint256 count);
    /// @notice Above `ENTRIES_MAX`.
    error TooManyVerdicts(uint256 count);
    /// @notice Above `REVEAL_BYTES_MAX`.
    error RevealTooLong(uint256 length);
    /// @notice A ledger amount beyond 2^128 − 1 wei.
    error LedgerOverflow(uint256 wei_);
    /// @notice The ring holds `HEIGHTS_HELD` heights up to the last prologue; `height` is not one of them.
    error HeightNotHeld(uint256 height);
    /// @notice More than `DISTINCT_MAX` coinbases asked for.
    error TooManyDistinct(uint256 distinct);

    event Beacon(uint256 indexed height, bytes32 mix);
    event Attested(bytes32 indexed commitId, bytes32 sidecarRoot);
    event VerdictRecorded(bytes32 indexed commitId, bool pass, uint8 reason, uint64 workUnits);
    /// @notice The `index`-th ruling (from 0) on a challenge of the commit.
    event RulingRecorded(bytes32 indexed commitId, bool pass, uint256 index);
    event EpochClosed(uint64 indexed epoch, uint256 allowanceWei);
    /// @notice The breaker had stopped minting when the epoch's mint was due: its allowance is 0 now.
    event EpochNotMinted(uint64 indexed epoch);

    /// @notice Records the block's facts. First certificate and first verdict of a commit win, later ones are
    /// no-ops. A verdict with `Reason.CHALLENGED` is a ruling: each is recorded; voters see to it that there is
    /// one for each challenge.
    /// @param reveal The coinbase's BLS signature over chainId ‖ height (compressed G2, 96 bytes).
    function prologue(
        bytes calldata reveal,
        Certificate[] calldata certificates,
        Verdict[] calldata verdicts,
        LedgerRow calldata row
    ) external;

    /// @notice The beacon after block `height`: keccak256(mix(height − 1) ‖ reveal).
    function mix(uint256 height) external view returns (bytes32);

    /// @notice Who sealed block `height`. The genesis block has the zero address.
    function coinbaseAt(uint256 height) external view returns (address);

    /// @notice Height of the last prologue, 0 before the first.
    function lastHeight() external view returns (uint256);

    /// @notice The first height ≥ `from` + `blocks` such that blocks `from` + 1 to that height have at least
    /// `distinct` different coinbases: the first beacon that no coalition of `distinct` − 1 proposers can have
    /// known at `from`. 0 while there is none.
    /// Warning: reverts with `HeightNotHeld` once the ring has lost `from` + 1.
    function distinctHeight(uint256 from, uint256 blocks, uint256 distinct)
        external
        view
        returns (uint256 height);

    function ledger() external view returns (LedgerRow memory);

    function verdictOf(bytes32 commitId) external view returns (VerdictRecord memory);

    function rulingOf(bytes32 commitId) external view returns (RulingRecord memory);

    /// @return sidecarRoot What the certificate names.
    /// @return height Block that recorded it, 0 if none did.
    function certificateOf(bytes32 commitId)
        external
        view
        returns (bytes32 sidecarRoot, uint64 height);

    /// @notice What verified work of `epoch` may claim, and whether the epoch is closed at all. 0 once the
    /// breaker has kept its mint back: a debt without coins would stand before every later claim.
    function epochAllowance(uint64 epoch) external view returns (uint256 allowanceWei, bool closed);
}
