// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Reason} from "./Reason.sol";
import {IPrologue} from "./interfaces/IPrologue.sol";

/// @title Transaction 0 of every block
/// @dev Storage is packed for gas: a block without entries writes eight slots that are already non-zero.
contract Prologue is IPrologue {
    /// @dev The ledger as stored: every amount of wei fits 2^128 (cap 21 M · 10^18 < 2^85).
    struct PackedRow {
        uint128 mintedWei;
        uint128 burnedWei;
        uint128 recycledWei;
        uint128 notEmittedWei;
        uint128 lockedWei;
        uint128 remainderWei;
        uint64 clock;
        uint64 breakerWindowStart;
        uint128 breakerWindowGwei;
        uint128 epochAccruedWei;
        uint64 nextWithdrawalIndex;
        uint64 closedEpoch;
        uint128 closedEpochAllowanceWei;
        bool halted;
    }

    /// @dev Certificate, verdict and ruling of a commit share a slot: the certificate pays for the verdict.
    struct CommitFacts {
        uint64 certificateHeight;
        uint64 verdictHeight;
        uint64 workUnits;
        bool pass;
        uint8 reason;
        uint16 rulingCount;
        bool rulingPass;
    }

    struct EpochAllowance {
        uint128 wei_;
        bool closed;
    }

    /// @notice Certificates a block, and verdicts a block.
    uint256 public constant ENTRIES_MAX = 64;
    /// @notice Bytes of a reveal: a compressed G2 point.
    uint256 public constant REVEAL_BYTES_MAX = 96;
    /// @notice Heights whose mix and coinbase can be read.
    uint256 public constant HEIGHTS_HELD = 8192;
    /// @notice Coinbases that `distinctHeight` tells apart at most.
    uint256 public constant DISTINCT_MAX = 128;

    uint256 public override lastHeight;
    PackedRow private _row;
    bytes32[HEIGHTS_HELD] private _mixes;
    address[HEIGHTS_HELD] private _coinbases;
    mapping(bytes32 commitId => CommitFacts) private _facts;
    mapping(bytes32 commitId => bytes32) private _sidecarRoots;
    mapping(bytes32 commitId => uint64) private _rulingHeights;
    mapping(uint64 epoch => EpochAllowance) private _allowances;

    /// @param genesisMix mix(0), from which the beacon starts.
    constructor(bytes32 genesisMix) {
        _mixes[0] = genesisMix;
    }

    /// @inheritdoc IPrologue
    function prologue(
        bytes calldata reveal,
        Certificate[] calldata certificates,
        Verdict[] calldata verdicts,
        LedgerRow calldata row
    ) external {
        // A contract could not be the coinbase, but a call through one could hide the sender of transaction 0.
        // solhint-disable-next-line avoid-tx-origin
        if (msg.sender != block.coinbase || tx.origin != msg.sender) revert NotTheProposer(msg.sender);
        if (block.number <= lastHeight) revert PrologueRepeated(block.number);
        if (certificates.length > ENTRIES_MAX) revert TooManyCertificates(certificates.length);
        if (verdicts.length > ENTRIES_MAX) revert TooManyVerdicts(verdicts.length);
        if (reveal.length > REVEAL_BYTES_MAX) revert RevealTooLong(reveal.length);

        _recordBeacon(reveal);
        for (uint256 i; i < certificates.length; ++i) {
            _recordCertificate(certificates[i]);
        }
        for (uint256 i; i < verdicts.length; ++i) {
            _recordVerdict(verdicts[i]);
        }
        _recordLedger(row);
    }

    /// @inheritdoc IPrologue
    function mix(uint256 height) external view returns (bytes32) {
        _requireHeld(height);
        return _mixes[height % HEIGHTS_HELD];
    }

    /// @inheritdoc IPrologue
    function coinbaseAt(uint256 height) external view returns (address) {
        _requireHeld(height);
        return _coinbases[height % HEIGHTS_HELD];
    }

    /// @inheritdoc IPrologue
    function distinctHeight(uint256 from, uint256 blocks, uint256 distinct)
        external
        view
        returns (uint256 height)
    {
        if (distinct > DISTINCT_MAX) revert TooManyDistinct(distinct);
        if (from + 1 > lastHeight) return 0;
        _requireHeld(from + 1);
        address[] memory seen = new address[](distinct);
        uint256 seenCount;
        for (height = from + 1; height <= lastHeight; ++height) {
            if (seenCount < distinct && _isNew(seen, seenCount, _coinbases[height % HEIGHTS_HELD])) {
                seen[seenCount] = _coinbases[height % HEIGHTS_HELD];
                ++seenCount;
            }
            if (seenCount >= distinct && height >= from + blocks) return height;
        }
        return 0;
    }

    /// @inheritdoc IPrologue
    function ledger() external view returns (LedgerRow memory) {
        PackedRow memory row = _row;
        return LedgerRow({
            mintedWei: row.mintedWei,
            burnedWei: row.burnedWei,
            recycledWei: row.recycledWei,
            notEmittedWei: row.notEmittedWei,
            lockedWei: row.lockedWei,
            remainderWei: row.remainderWei,
            clock: row.clock,
            breakerWindowStart: row.breakerWindowStart,
            breakerWindowGwei: row.breakerWindowGwei,
            nextWithdrawalIndex: row.nextWithdrawalIndex,
            epochAccruedWei: row.epochAccruedWei,
            closedEpoch: row.closedEpoch,
            closedEpochAllowanceWei: row.closedEpochAllowanceWei,
            halted: row.halted
        });
    }

    /// @inheritdoc IPrologue
    function verdictOf(bytes32 commitId) external view returns (VerdictRecord memory) {
        CommitFacts memory facts = _facts[commitId];
        return VerdictRecord(facts.pass, facts.reason, facts.workUnits, facts.verdictHeight);
    }

    /// @inheritdoc IPrologue
    function rulingOf(bytes32 commitId) external view returns (RulingRecord memory) {
        CommitFacts memory facts = _facts[commitId];
        return RulingRecord(facts.rulingCount, _rulingHeights[commitId], facts.rulingPass);
    }

    /// @inheritdoc IPrologue
    function certificateOf(bytes32 commitId)
        external
        view
        returns (bytes32 sidecarRoot, uint64 height)
    {
        return (_sidecarRoots[commitId], _facts[commitId].certificateHeight);
    }

    /// @inheritdoc IPrologue
    function epochAllowance(uint64 epoch) external view returns (uint256 allowanceWei, bool closed) {
        EpochAllowance memory allowance = _allowances[epoch];
        return (allowance.wei_, allowance.closed);
    }

    function _recordBeacon(bytes calldata reveal) private {
        bytes32 next = keccak256(abi.encodePacked(_mixes[lastHeight % HEIGHTS_HELD], reveal));
        lastHeight = block.number;
        _mixes[block.number % HEIGHTS_HELD] = next;
        _coinbases[block.number % HEIGHTS_HELD] = msg.sender;
        emit Beacon(block.number, next);
    }

    function _recordCertificate(Certificate calldata certificate) private {
        CommitFacts storage facts = _facts[certificate.commitId];
        if (facts.certificateHeight != 0) return;
        facts.certificateHeight = uint64(block.number);
        _sidecarRoots[certificate.commitId] = certificate.sidecarRoot;
        emit Attested(certificate.commitId, certificate.sidecarRoot);
    }

    function _recordVerdict(Verdict calldata verdict) private {
        CommitFacts storage facts = _facts[verdict.commitId];
        if (verdict.reason == Reason.CHALLENGED) {
            uint16 index = facts.rulingCount;
            facts.rulingCount = index + 1;
            facts.rulingPass = verdict.pass;
            _rulingHeights[verdict.commitId] = uint64(block.number);
            emit RulingRecorded(verdict.commitId, verdict.pass, index);
            return;
        }
        if (facts.verdictHeight != 0) return;
        facts.verdictHeight = uint64(block.number);
        facts.workUnits = verdict.workUnits;
        facts.pass = verdict.pass;
        facts.reason = verdict.reason;
        emit VerdictRecorded(verdict.commitId, verdict.pass, verdict.reason, verdict.workUnits);
    }

    function _recordLedger(LedgerRow calldata row) private {
        uint128 allowanceWei = _narrow(row.closedEpochAllowanceWei);
        // The block after a closing one carries the epoch's mint, unless the breaker has stopped it.
        uint64 unminted = row.halted ? _row.closedEpoch : 0;
        if (unminted != 0) {
            _allowances[unminted].wei_ = 0;
            emit EpochNotMinted(unminted);
        }
        _row = PackedRow({
            mintedWei: _narrow(row.mintedWei),
            burnedWei: _narrow(row.burnedWei),
            recycledWei: _narrow(row.recycledWei),
            notEmittedWei: _narrow(row.notEmittedWei),
            lockedWei: _narrow(row.lockedWei),
            remainderWei: _narrow(row.remainderWei),
            clock: row.clock,
            breakerWindowStart: row.breakerWindowStart,
            breakerWindowGwei: row.breakerWindowGwei,
            epochAccruedWei: _narrow(row.epochAccruedWei),
            nextWithdrawalIndex: row.nextWithdrawalIndex,
            closedEpoch: row.closedEpoch,
            closedEpochAllowanceWei: allowanceWei,
            halted: row.halted
        });
        EpochAllowance storage allowance = _allowances[row.closedEpoch];
        if (row.closedEpoch == 0 || allowance.closed) return;
        allowance.wei_ = allowanceWei;
        allowance.closed = true;
        emit EpochClosed(row.closedEpoch, allowanceWei);
    }

    function _requireHeld(uint256 height) private view {
        if (height > lastHeight || height + HEIGHTS_HELD <= lastHeight) revert HeightNotHeld(height);
    }

    function _isNew(address[] memory seen, uint256 count, address candidate)
        private
        pure
        returns (bool)
    {
        for (uint256 i; i < count; ++i) {
            if (seen[i] == candidate) return false;
        }
        return true;
    }

    function _narrow(uint256 wei_) private pure returns (uint128) {
        if (wei_ > type(uint128).max) revert LedgerOverflow(wei_);
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint128(wei_); // Checked above.
    }
}
