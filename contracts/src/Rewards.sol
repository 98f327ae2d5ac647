// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Payment} from "./Payment.sol";
import {SystemAddresses} from "./SystemAddresses.sol";
import {IPrologue} from "./interfaces/IPrologue.sol";
import {IProofs} from "./interfaces/IProofs.sol";
import {IRewards} from "./interfaces/IRewards.sol";

/// @title Rewards for verified work
/// @dev Solvency: epochs are tallied in order, and an epoch's entries are paid only once everything minted for
/// it and all before it has arrived, so a claim never spends another entry's coins. What arrived is
/// balance + paid out; more than the mint (anyone can send coins here) harms nobody.
contract Rewards is IRewards {
    using SafeCast for uint256;

    /// @dev The middle slot is all that a share needs.
    struct PackedEntry {
        address provider;
        uint64 epoch;
        bool swept;
        uint128 burnWei;
        uint64 workUnits;
        uint64 verdictHeight;
        address beneficiary;
        uint96 paidWei;
        bytes32 jobId;
    }

    struct Epoch {
        uint128 workUnits;
        uint128 cumulativeMintWei;
        bytes32[] commitIds;
    }

    IPrologue private constant PROLOGUE = IPrologue(SystemAddresses.PROLOGUE);
    IProofs private constant PROOFS = IProofs(SystemAddresses.PROOFS);
    uint256 public constant ENTRIES_MAX = 2048;
    uint256 public constant GWEI = 1e9;
    uint256 public constant BPS = 10_000;
    uint256 public constant FINDER_BPS = 1_000;
    /// @notice Entries that a claim adds up by itself when its epoch is not tallied yet.
    uint256 public constant CLAIM_TALLY_ENTRIES = 256;

    uint64 public immutable epochBlocks;
    uint32 public immutable vestingParts;
    uint64 public immutable vestingPartBlocks;
    uint32 public immutable holdBackBps;
    uint64 public immutable holdBackBlocks;
    uint32 public immutable betaBps;

    mapping(bytes32 commitId => PackedEntry) private _entries;
    mapping(uint64 epoch => Epoch) private _epochs;
    /// @dev Epochs that have entries, ascending.
    uint64[] private _activeEpochs;
    mapping(address provider => bytes32[]) private _providerEntries;
    /// @dev Entries of the provider recorded up to this block lose what they have not paid.
    mapping(address provider => uint256) private _forfeitHeights;
    mapping(address provider => address) private _forfeitFinders;
    mapping(bytes32 commitId => uint64) private _recordHeights;

    /// @notice Active epochs tallied completely.
    uint256 public talliedEpochs;
    /// @dev Entries of the next active epoch already added, and their sum.
    uint256 private _cursor;
    uint256 private _partialMintWei;
    /// @notice Σ shares of all tallied epochs.
    uint256 public cumulativeMintWei;
    /// @notice Paid to beneficiaries, finders and the burn address.
    uint256 public paidOutWei;

    /// @dev Takes values only.
    constructor(Params memory params) {
        if (
            params.epochBlocks == 0 || params.vestingParts == 0 || params.holdBackBps > BPS
                || params.betaBps > BPS
        ) revert BadConstructor();
        epochBlocks = params.epochBlocks;
        vestingParts = params.vestingParts;
        vestingPartBlocks = params.vestingPartBlocks;
        holdBackBps = params.holdBackBps;
        holdBackBlocks = params.holdBackBlocks;
        betaBps = params.betaBps;
    }

    /// @notice Withdrawals run no code; this takes the coins of anyone else who wants to add some.
    receive() external payable {}

    /// @inheritdoc IRewards
    function record(
        bytes32 commitId,
        bytes32 jobId,
        address provider,
        address beneficiary,
        uint64 workUnits,
        uint256 burnWei,
        uint64 verdictHeight
    ) external {
        if (msg.sender != SystemAddresses.JOBS) revert NotAllowed(msg.sender);
        if (_entries[commitId].epoch != 0) revert AlreadyRecorded(commitId);
        uint64 epoch = epochOf(block.number);
        Epoch storage list = _epochs[epoch];
        uint256 count = list.commitIds.length;
        if (count >= ENTRIES_MAX) revert EpochFull(epoch);
        if (count == 0) _activeEpochs.push(epoch);
        list.commitIds.push(commitId);
        list.workUnits += workUnits;
        _providerEntries[provider].push(commitId);
        _recordHeights[commitId] = uint64(block.number);
        _entries[commitId] = PackedEntry({
            provider: provider,
            epoch: epoch,
            swept: false,
            burnWei: burnWei.toUint128(),
            workUnits: workUnits,
            verdictHeight: verdictHeight,
            beneficiary: beneficiary,
            paidWei: 0,
            jobId: jobId
        });
        emit Recorded(commitId, jobId, provider, beneficiary, epoch, workUnits, burnWei);
    }

    /// @inheritdoc IRewards
    function forfeit(address provider, address finder) external {
        if (msg.sender != SystemAddresses.JOBS && msg.sender != SystemAddresses.PROOFS) {
            revert NotAllowed(msg.sender);
        }
        _forfeitHeights[provider] = block.number;
        _forfeitFinders[provider] = finder;
        emit ProviderForfeited(provider, block.number);
    }

    /// @inheritdoc IRewards
    function tally(uint256 entries) external returns (uint64 epoch) {
        _tally(entries, type(uint64).max);
        return talliedEpochs == 0 ? 0 : _activeEpochs[talliedEpochs - 1];
    }

    /// @inheritdoc IRewards
    function claim(bytes32 commitId) external {
        PackedEntry storage entry = _requireEntry(commitId);
        _requireMinted(entry.epoch);
        if (_isForfeited(commitId, entry.provider)) revert Forfeited(commitId);
        if (PROOFS.isChallenged(commitId)) revert UnderChallenge(commitId);
        uint256 wei_ = _vestedWei(commitId, _shareOf(entry)) - entry.paidWei;
        if (wei_ == 0) revert NothingToClaim(commitId);
        entry.paidWei += wei_.toUint96();
        paidOutWei += wei_;
        address beneficiary = entry.beneficiary;
        emit Claimed(commitId, beneficiary, wei_);
        Payment.send(beneficiary, wei_);
    }

    /// @inheritdoc IRewards
    function sweep(bytes32 commitId) external {
        PackedEntry storage entry = _requireEntry(commitId);
        address provider = entry.provider;
        if (!_isForfeited(commitId, provider)) revert NotForfeited(commitId);
        _requireMinted(entry.epoch);
        uint256 leftWei = _shareOf(entry) - entry.paidWei;
        if (entry.swept || leftWei == 0) revert NothingToClaim(commitId);
        entry.swept = true;
        paidOutWei += leftWei;
        address finder = _forfeitFinders[provider];
        uint256 finderWei = finder == address(0) ? 0 : leftWei * FINDER_BPS / BPS;
        emit Swept(commitId, finder, leftWei - finderWei, finderWei);
        Payment.burn(leftWei - finderWei);
        // A finder that refuses its part cannot keep the rest from burning.
        if (finderWei != 0 && !Payment.trySend(finder, finderWei)) Payment.burn(finderWei);
    }

    /// @inheritdoc IRewards
    function epochOf(uint256 height) public view returns (uint64) {
        return uint64((height + epochBlocks - 1) / epochBlocks);
    }

    /// @inheritdoc IRewards
    function epochEntryCount(uint64 epoch) external view returns (uint256) {
        return _epochs[epoch].commitIds.length;
    }

    /// @inheritdoc IRewards
    function epochEntry(uint64 epoch, uint256 index) external view returns (bytes32 commitId) {
        return _epochs[epoch].commitIds[index];
    }

    /// @inheritdoc IRewards
    function epochWorkUnits(uint64 epoch) external view returns (uint256) {
        return _epochs[epoch].workUnits;
    }

    /// @inheritdoc IRewards
    function mintFor(uint64 epoch) external view returns (uint256 mintWei) {
        (uint256 allowanceWei, bool closed) = _allowanceOf(epoch);
        if (!closed) return 0;
        Epoch storage list = _epochs[epoch];
        uint256 workUnits = list.workUnits;
        uint256 count = list.commitIds.length;
        for (uint256 i; i < count; ++i) {
            mintWei += _share(_entries[list.commitIds[i]], allowanceWei, workUnits);
        }
    }

    /// @inheritdoc IRewards
    function entryOf(bytes32 commitId) external view returns (Entry memory) {
        PackedEntry storage entry = _requireEntry(commitId);
        return Entry({
            jobId: entry.jobId,
            provider: entry.provider,
            beneficiary: entry.beneficiary,
            epoch: entry.epoch,
            workUnits: entry.workUnits,
            verdictHeight: entry.verdictHeight,
            burnWei: entry.burnWei,
            paidWei: entry.paidWei
        });
    }

    /// @inheritdoc IRewards
    function shareOf(bytes32 commitId) external view returns (uint256) {
        return _shareOf(_requireEntry(commitId));
    }

    /// @inheritdoc IRewards
    function claimable(bytes32 commitId) external view returns (uint256) {
        PackedEntry storage entry = _requireEntry(commitId);
        if (_isForfeited(commitId, entry.provider)) return 0;
        if (PROOFS.isChallenged(commitId)) return 0;
        return _vestedWei(commitId, _shareOf(entry)) - entry.paidWei;
    }

    /// @inheritdoc IRewards
    function providerEntryCount(address provider) external view returns (uint256) {
        return _providerEntries[provider].length;
    }

    /// @inheritdoc IRewards
    function providerEntry(address provider, uint256 index) external view returns (bytes32 commitId) {
        return _providerEntries[provider][index];
    }

    /// @inheritdoc IRewards
    function statement(address provider, uint256 from, uint256 count)
        external
        view
        returns (Statement memory sums)
    {
        bytes32[] storage commitIds = _providerEntries[provider];
        uint256 end = commitIds.length;
        if (from < end && count < end - from) end = from + count;
        for (uint256 i = from; i < end; ++i) {
            PackedEntry storage entry = _entries[commitIds[i]];
            uint256 shareWei = _shareOf(entry);
            uint256 paidWei = entry.paidWei;
            sums.earnedWei += shareWei;
            sums.paidWei += paidWei;
            if (_isForfeited(commitIds[i], provider)) {
                sums.slashedWei += shareWei - paidWei;
                continue;
            }
            bool waits = block.number <= PROOFS.challengeDeadline(commitIds[i])
                || PROOFS.isChallenged(commitIds[i]);
            uint256 vestedWei = waits ? paidWei : _vestedWei(commitIds[i], shareWei);
            sums.claimableWei += vestedWei - paidWei;
            if (waits) sums.inWindowWei += shareWei - paidWei;
            else sums.vestingWei += shareWei - vestedWei;
        }
    }

    /// @inheritdoc IRewards
    function obligationsWei() external view returns (uint256) {
        return cumulativeMintWei - paidOutWei;
    }

    /// @dev Adds up entries of closed epochs in order, at most `entries` and no epoch after `last`.
    function _tally(uint256 entries, uint64 last) private {
        while (talliedEpochs < _activeEpochs.length) {
            uint64 epoch = _activeEpochs[talliedEpochs];
            (uint256 allowanceWei, bool closed) = _allowanceOf(epoch);
            // An epoch closes in the prologue of its last block, and later transactions of that block still add.
            if (epoch > last || !closed || epoch >= epochOf(block.number)) return;
            Epoch storage list = _epochs[epoch];
            uint256 workUnits = list.workUnits;
            uint256 from = _cursor;
            uint256 end = list.commitIds.length;
            if (end - from > entries) end = from + entries;
            entries -= end - from;
            uint256 sumWei = _partialMintWei;
            for (uint256 i = from; i < end; ++i) {
                sumWei += _share(_entries[list.commitIds[i]], allowanceWei, workUnits);
            }
            if (end < list.commitIds.length) {
                _cursor = end;
                _partialMintWei = sumWei;
                return;
            }
            _cursor = 0;
            _partialMintWei = 0;
            cumulativeMintWei += sumWei;
            list.cumulativeMintWei = cumulativeMintWei.toUint128();
            ++talliedEpochs;
            emit Tallied(epoch, sumWei, cumulativeMintWei);
        }
    }

    /// @dev Reverts unless the mint of `epoch` and of all epochs before has arrived.
    function _requireMinted(uint64 epoch) private {
        (, bool closed) = _allowanceOf(epoch);
        if (!closed || epoch >= epochOf(block.number)) revert EpochNotClosed(epoch);
        _tally(CLAIM_TALLY_ENTRIES, epoch);
        if (talliedEpochs == 0 || _activeEpochs[talliedEpochs - 1] < epoch) {
            revert NotTallied(epoch);
        }
        uint256 neededWei = _epochs[epoch].cumulativeMintWei;
        uint256 receivedWei = address(this).balance + paidOutWei;
        if (receivedWei < neededWei) revert NotMintedYet(epoch, neededWei, receivedWei);
    }

    /// @dev ⌊share · holdBackBps / 10000⌋ is held back until block windowEnd + 1 + holdBackBlocks. Of the rest,
    /// part i of N (from 1) is vested from block windowEnd + 1 + (i − 1) · vestingPartBlocks on. Each part
    /// is ⌊rest / N⌋, the last one takes the remainder.
    function _vestedWei(bytes32 commitId, uint256 shareWei) private view returns (uint256) {
        uint256 windowEnd = PROOFS.challengeDeadline(commitId);
        if (block.number <= windowEnd) return 0;
        uint256 ageBlocks = block.number - windowEnd - 1;
        uint256 heldWei = shareWei * holdBackBps / BPS;
        uint256 restWei = shareWei - heldWei;
        uint256 paidHeldWei = ageBlocks >= holdBackBlocks ? heldWei : 0;
        if (vestingPartBlocks == 0) return restWei + paidHeldWei;
        uint256 parts = ageBlocks / vestingPartBlocks + 1;
        uint256 vestedRestWei = parts >= vestingParts ? restWei : restWei / vestingParts * parts;
        return vestedRestWei + paidHeldWei;
    }

    /// @dev 0 while the entry's epoch is open.
    function _shareOf(PackedEntry storage entry) private view returns (uint256) {
        (uint256 allowanceWei, bool closed) = _allowanceOf(entry.epoch);
        return closed ? _share(entry, allowanceWei, _epochs[entry.epoch].workUnits) : 0;
    }

    function _share(PackedEntry storage entry, uint256 allowanceWei, uint256 totalWorkUnits)
        private
        view
        returns (uint256)
    {
        if (totalWorkUnits == 0) return 0;
        uint256 burnCapWei = uint256(entry.burnWei) * betaBps / BPS;
        uint256 proRataWei = allowanceWei * entry.workUnits / totalWorkUnits;
        uint256 shareWei = burnCapWei < proRataWei ? burnCapWei : proRataWei;
        return shareWei - shareWei % GWEI;
    }

    function _allowanceOf(uint64 epoch) private view returns (uint256 allowanceWei, bool closed) {
        return PROLOGUE.epochAllowance(epoch);
    }

    function _isForfeited(bytes32 commitId, address provider) private view returns (bool) {
        return _recordHeights[commitId] <= _forfeitHeights[provider]
            || PROOFS.isOverturned(commitId);
    }

    function _requireEntry(bytes32 commitId) private view returns (PackedEntry storage entry) {
        entry = _entries[commitId];
        if (entry.epoch == 0) revert UnknownEntry(commitId);
    }
}
