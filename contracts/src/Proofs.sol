// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {LittleEndian} from "./LittleEndian.sol";
import {Payment} from "./Payment.sol";
import {Signatures} from "./Signatures.sol";
import {SystemAddresses} from "./SystemAddresses.sol";
import {IJobs} from "./interfaces/IJobs.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IPrologue} from "./interfaces/IPrologue.sol";
import {IProofs} from "./interfaces/IProofs.sol";
import {IRewards} from "./interfaces/IRewards.sol";
import {IStaking} from "./interfaces/IStaking.sol";

/// @title Commits, Opens and challenges
/// @dev What a commit shares with its job (template, input, expiry) is read from `Jobs`, not stored twice.
contract Proofs is IProofs {
    using LittleEndian for bytes;
    using SafeCast for uint256;

    struct PackedCommit {
        address provider;
        uint64 height;
        uint16 faults;
        uint8 kind;
        uint32 rows;
        uint32 seqs;
        uint64 workUnits;
        uint64 windowExtension;
        bool overturned;
        bytes32 jobId;
        bytes32 outputRoot;
        bytes32 traceRoot;
    }

    /// @dev What an epoch has used up of its caps.
    struct Usage {
        uint64 commits;
        uint64 cells;
        uint64 sidecarBytes;
    }

    uint256 public constant COMMIT_BYTES = 281;
    uint256 public constant OPEN_BYTES = 135;
    uint256 public constant VERSION = 1;
    /// @notice Draws of the audit after h1; cells come from the last one's beacon.
    uint256 public constant AUDIT_DRAWS = 3;
    /// @notice An Open takes at most this fraction of an epoch's cells and sidecar bytes.
    uint256 public constant OPEN_SHARE = 8;
    uint256 public constant DEPTH_MAX = 40;
    /// @notice Levels that one answer uncovers.
    uint256 public constant LEVELS_PER_STEP = 8;
    /// @notice Turns that a ruling may take.
    uint256 public constant RULING_TURNS = 16;
    uint256 private constant COMMIT_SIGNED_BYTES = 216;
    uint256 private constant OPEN_SIGNED_BYTES = 70;
    uint256 private constant BPS = 10_000;
    /// @dev The ring of the prologue must outlive every window.
    uint256 private constant WINDOW_BLOCKS_MAX = 4096;

    IPrologue private constant PROLOGUE = IPrologue(SystemAddresses.PROLOGUE);
    IStaking private constant STAKING = IStaking(SystemAddresses.STAKING);
    IJobs private constant JOBS = IJobs(SystemAddresses.JOBS);

    uint64 public immutable epochBlocks;
    uint64 public immutable openBlocks;
    uint64 public immutable attestationBlocks;
    uint64 public immutable challengeWindowBlocks;
    uint64 public immutable challengeStepBlocks;
    uint128 public immutable challengeBondWei;
    uint64 public immutable commitsPerEpoch;
    uint64 public immutable cellsPerEpoch;
    uint64 public immutable sidecarBytesPerEpoch;

    mapping(bytes32 commitId => PackedCommit) private _commits;
    mapping(bytes32 commitId => OpenRecord) private _opens;
    mapping(bytes32 commitId => Challenge) private _challenges;
    mapping(uint256 epoch => Usage) private _usages;
    bytes32[] private _commitIds;
    mapping(address account => uint256) public override balanceOf;

    constructor(Params memory params) {
        if (
            params.epochBlocks == 0 || params.openBlocks == 0 || params.openBlocks > WINDOW_BLOCKS_MAX
                || params.attestationBlocks == 0 || params.epochBlocks > WINDOW_BLOCKS_MAX
                || params.challengeStepBlocks == 0
        ) revert BadConstructor();
        epochBlocks = params.epochBlocks;
        openBlocks = params.openBlocks;
        attestationBlocks = params.attestationBlocks;
        challengeWindowBlocks = params.challengeWindowBlocks;
        challengeStepBlocks = params.challengeStepBlocks;
        challengeBondWei = params.challengeBondWei;
        commitsPerEpoch = params.commitsPerEpoch;
        cellsPerEpoch = params.cellsPerEpoch;
        sidecarBytesPerEpoch = params.sidecarBytesPerEpoch;
    }

    /// @inheritdoc IProofs
    function commit(bytes calldata encoded) external returns (bytes32 commitId) {
        if (encoded.length != COMMIT_BYTES) revert WrongLength(encoded.length, COMMIT_BYTES);
        bytes memory fields = encoded;
        commitId = keccak256(encoded[:COMMIT_SIGNED_BYTES]);
        _checkHeader(fields);
        address provider = fields.addressAt(12);
        _authorise(provider, commitId, encoded[COMMIT_SIGNED_BYTES:]);
        bytes32 jobId = fields.wordAt(32);
        _checkAgainstJob(fields, provider, jobId);

        Usage storage usage = _usages[block.number / epochBlocks];
        if (usage.commits >= commitsPerEpoch) revert EpochFull("commits", 1, 0);
        ++usage.commits;
        _commits[commitId] = PackedCommit({
            provider: provider,
            height: uint64(block.number),
            faults: _faults(),
            kind: uint8(fields.uintAt(1, 1)),
            rows: uint32(fields.uintAt(192, 4)),
            seqs: uint32(fields.uintAt(196, 4)),
            workUnits: uint64(fields.uintAt(200, 8)),
            windowExtension: 0,
            overturned: false,
            jobId: jobId,
            outputRoot: fields.wordAt(128),
            traceRoot: fields.wordAt(160)
        });
        _commitIds.push(commitId);
        _emitCommitted(commitId, fields);
        // Takes the job from Funded to Submitted, which it can be once: that is the nullifier.
        JOBS.markSubmitted(jobId, commitId, fields.wordAt(128));
    }

    /// @inheritdoc IProofs
    function open(bytes calldata encoded) external {
        if (encoded.length != OPEN_BYTES) revert WrongLength(encoded.length, OPEN_BYTES);
        bytes memory fields = encoded;
        bytes32 commitId = fields.wordAt(0);
        PackedCommit storage record = _requireCommit(commitId);
        address provider = record.provider;
        _authorise(provider, keccak256(encoded[:OPEN_SIGNED_BYTES]), encoded[OPEN_SIGNED_BYTES:]);
        if (_opens[commitId].height != 0) revert AlreadyOpened(commitId);
        uint256 h1 = _auditHeightOf(record);
        uint256 first = h1 == 0 ? 0 : h1 + AUDIT_DRAWS + 1;
        uint256 last = h1 == 0 ? 0 : h1 + AUDIT_DRAWS + openBlocks;
        if (block.number < first || block.number > last) revert OutsideWindow(block.number, first, last);

        uint16 cellCount = uint16(fields.uintAt(32, 2));
        uint32 sidecarBytes = uint32(fields.uintAt(34, 4));
        if (cellCount == 0 || sidecarBytes == 0) revert EmptyOpen();
        _charge(cellCount, sidecarBytes);
        bytes32 sidecarRoot = fields.wordAt(38);
        _opens[commitId] = OpenRecord({
            height: uint64(block.number),
            auditHeight: h1.toUint64(),
            cellCount: cellCount,
            faults: _faults(),
            sidecarBytes: sidecarBytes,
            sidecarRoot: sidecarRoot
        });
        emit Opened(commitId, provider, h1.toUint64(), cellCount, sidecarBytes, sidecarRoot);
    }

    /// @inheritdoc IProofs
    function challenge(bytes32 commitId, uint8 depth) external payable {
        PackedCommit storage record = _requireCommit(commitId);
        if (msg.value != challengeBondWei) revert WrongBond(msg.value, challengeBondWei);
        if (depth > DEPTH_MAX) revert DepthTooLarge(depth);
        if (isChallenged(commitId)) revert AlreadyChallenged(commitId);
        bool passed = PROLOGUE.verdictOf(commitId).pass && !record.overturned;
        if (!passed || block.number > challengeDeadline(commitId)) revert NotChallengeable(commitId);
        Stage stage = depth == 0 ? Stage.RULING : Stage.PROVIDER;
        uint64 deadline = _deadlineOf(stage);
        _challenges[commitId] = Challenge({
            challenger: msg.sender,
            stage: stage,
            depth: depth,
            levelsLeft: depth,
            deadline: deadline,
            openedHeight: uint64(block.number),
            index: 0,
            rulingIndex: PROLOGUE.rulingOf(commitId).count,
            bondWei: uint128(msg.value),
            node: record.traceRoot
        });
        emit ChallengeOpened(commitId, msg.sender, depth, deadline);
        if (depth == 0) emit RulingAsked(commitId, record.traceRoot, 0, 0);
    }

    /// @inheritdoc IProofs
    function answer(bytes32 commitId, bytes32[] calldata hashes) external {
        Challenge storage game = _requireTurn(commitId, Stage.PROVIDER);
        uint256 expected = 2 ** _stepLevels(game.levelsLeft);
        if (hashes.length != expected) revert WrongCount(hashes.length, expected);
        bytes32 computed = _rootOf(hashes);
        if (computed != game.node) revert WrongNode(computed, game.node);
        game.stage = Stage.CHALLENGER;
        game.deadline = _deadlineOf(Stage.CHALLENGER);
        emit ChallengeAnswered(commitId, computed, game.deadline);
    }

    /// @inheritdoc IProofs
    function descend(bytes32 commitId, uint256 child, bytes32 hash, bytes32[] calldata path) external {
        Challenge storage game = _requireTurn(commitId, Stage.CHALLENGER);
        if (msg.sender != game.challenger) revert NotTheChallenger(msg.sender);
        uint256 levels = _stepLevels(game.levelsLeft);
        if (path.length != levels) revert WrongCount(path.length, levels);
        if (child >= 2 ** levels) revert WrongCount(child, 2 ** levels);
        bytes32 computed = _climb(child, hash, path);
        if (computed != game.node) revert WrongNode(computed, game.node);
        uint8 levelsLeft = (game.levelsLeft - levels).toUint8();
        Stage stage = levelsLeft == 0 ? Stage.RULING : Stage.PROVIDER;
        game.node = hash;
        game.index = ((uint256(game.index) << levels) | child).toUint64();
        game.levelsLeft = levelsLeft;
        game.stage = stage;
        game.deadline = _deadlineOf(stage);
        emit ChallengeDescended(commitId, hash, game.index, levelsLeft, game.deadline);
        if (levelsLeft == 0) emit RulingAsked(commitId, hash, game.index, 0);
    }

    /// @inheritdoc IProofs
    function askRuling(bytes32 commitId) external {
        Challenge storage game = _requireTurn(commitId, Stage.PROVIDER);
        if (msg.sender != _commits[commitId].provider) revert NotTheProvider(msg.sender);
        game.stage = Stage.RULING;
        game.deadline = _deadlineOf(Stage.RULING);
        emit RulingAsked(commitId, game.node, game.index, game.levelsLeft);
    }

    /// @inheritdoc IProofs
    function resolve(bytes32 commitId) external {
        Challenge memory game = _challenges[commitId];
        if (game.stage == Stage.NONE) revert WrongStage(commitId, game.stage);
        IPrologue.RulingRecord memory ruling = PROLOGUE.rulingOf(commitId);
        bool ruled = game.stage == Stage.RULING && ruling.count > game.rulingIndex;
        if (!ruled && block.number <= game.deadline) revert TurnNotOver(block.number, game.deadline);
        bool wins = ruled ? !ruling.pass : game.stage == Stage.PROVIDER;
        bool refunded = wins || (!ruled && game.stage == Stage.RULING);

        PackedCommit storage record = _commits[commitId];
        delete _challenges[commitId];
        record.windowExtension += uint64(block.number) - game.openedHeight;
        if (refunded) balanceOf[game.challenger] += game.bondWei;
        emit ChallengeResolved(commitId, game.challenger, wins);
        if (wins) {
            record.overturned = true;
            address provider = record.provider;
            IRewards(SystemAddresses.REWARDS).forfeit(provider, game.challenger);
            STAKING.slashProvider(provider, BPS, game.challenger);
        }
        if (!refunded) Payment.burn(game.bondWei);
    }

    /// @inheritdoc IProofs
    function withdraw(address account) external {
        uint256 wei_ = balanceOf[account];
        if (wei_ == 0) revert NothingToWithdraw(account);
        balanceOf[account] = 0;
        emit Withdrawn(account, wei_);
        Payment.send(account, wei_);
    }

    /// @inheritdoc IProofs
    function commitOf(bytes32 commitId) external view returns (CommitRecord memory) {
        PackedCommit storage record = _requireCommit(commitId);
        IJobs.Job memory job = JOBS.jobOf(record.jobId);
        return CommitRecord({
            provider: record.provider,
            kind: record.kind,
            faults: record.faults,
            height: record.height,
            jobId: record.jobId,
            templateId: job.templateId,
            inputRoot: job.inputRoot,
            outputRoot: record.outputRoot,
            traceRoot: record.traceRoot,
            rows: record.rows,
            seqs: record.seqs,
            workUnits: record.workUnits,
            expiry: job.expiry
        });
    }

    /// @inheritdoc IProofs
    function openOf(bytes32 commitId) external view returns (OpenRecord memory) {
        _requireCommit(commitId);
        return _opens[commitId];
    }

    /// @inheritdoc IProofs
    function auditHeight(bytes32 commitId) external view returns (uint256) {
        uint64 known = _opens[commitId].auditHeight;
        return known != 0 ? known : _auditHeightOf(_requireCommit(commitId));
    }

    /// @inheritdoc IProofs
    function verifyEpochBlock(bytes32 commitId) public view returns (uint256) {
        _requireCommit(commitId);
        OpenRecord storage opened = _opens[commitId];
        if (opened.height == 0) return 0;
        uint256 height = _waitFrom(opened.height, opened.faults);
        return (height + epochBlocks - 1) / epochBlocks * epochBlocks;
    }

    /// @inheritdoc IProofs
    function deadlineOf(bytes32 commitId) public view returns (uint256) {
        PackedCommit storage record = _requireCommit(commitId);
        uint256 openedHeight = _opens[commitId].height;
        if (openedHeight != 0) return openedHeight + attestationBlocks;
        uint256 h1 = _auditHeightOf(record);
        return h1 == 0 ? 0 : h1 + AUDIT_DRAWS + openBlocks;
    }

    /// @inheritdoc IProofs
    function dueOf(bytes32 commitId) external view returns (Due) {
        if (_commits[commitId].height == 0) return Due.NOTHING;
        uint256 height = PROLOGUE.lastHeight();
        if (PROLOGUE.verdictOf(commitId).height != 0) {
            Challenge storage game = _challenges[commitId];
            bool unruled = game.stage == Stage.RULING && height < game.deadline
                && PROLOGUE.rulingOf(commitId).count == game.rulingIndex;
            return unruled ? Due.RULING : Due.NOTHING;
        }
        uint256 deadline = deadlineOf(commitId);
        OpenRecord storage opened = _opens[commitId];
        if (opened.height != 0) {
            (bytes32 sidecarRoot, uint64 certified) = PROLOGUE.certificateOf(commitId);
            if (certified != 0 && certified <= deadline && sidecarRoot == opened.sidecarRoot) {
                uint256 epochEnd = verifyEpochBlock(commitId);
                return epochEnd != 0 && height >= epochEnd ? Due.VERDICT : Due.NOTHING;
            }
        }
        return deadline != 0 && height >= deadline ? Due.WITHHELD : Due.NOTHING;
    }

    /// @inheritdoc IProofs
    function commitOfJob(bytes32 jobId) external view returns (bytes32 commitId) {
        return JOBS.jobOf(jobId).commitId;
    }

    /// @inheritdoc IProofs
    function commitCount() external view returns (uint256) {
        return _commitIds.length;
    }

    /// @inheritdoc IProofs
    function commitAt(uint256 index) external view returns (bytes32 commitId) {
        return _commitIds[index];
    }

    /// @inheritdoc IProofs
    function challengeDeadline(bytes32 commitId) public view returns (uint256) {
        PackedCommit storage record = _requireCommit(commitId);
        uint256 verdictHeight = PROLOGUE.verdictOf(commitId).height;
        if (verdictHeight == 0) return 0;
        return verdictHeight + challengeWindowBlocks + record.windowExtension;
    }

    /// @inheritdoc IProofs
    function challengeOf(bytes32 commitId) external view returns (Challenge memory) {
        return _challenges[commitId];
    }

    /// @inheritdoc IProofs
    function isChallenged(bytes32 commitId) public view returns (bool) {
        return _challenges[commitId].stage != Stage.NONE;
    }

    /// @inheritdoc IProofs
    function isOverturned(bytes32 commitId) external view returns (bool) {
        return _commits[commitId].overturned;
    }

    function _checkHeader(bytes memory fields) private view {
        uint256 version = fields.uintAt(0, 1);
        if (version != VERSION) revert WrongVersion(version);
        uint256 flags = fields.uintAt(2, 2);
        if (flags != 0) revert WrongFlags(flags);
        uint256 chainId = fields.uintAt(4, 8);
        if (chainId != block.chainid) revert WrongChain(chainId);
    }

    function _checkAgainstJob(bytes memory fields, address provider, bytes32 jobId) private view {
        IJobs.Job memory job = JOBS.jobOf(jobId);
        if (job.state != IJobs.State.FUNDED || job.assignedHeight == 0) revert WrongJobState(jobId);
        if (provider != job.provider) revert WrongProvider(provider, job.provider);
        bytes32 templateId = fields.wordAt(64);
        if (templateId != job.templateId) revert WrongTemplate(templateId, job.templateId);
        uint8 kind = IModelRegistry(SystemAddresses.MODEL_REGISTRY).templateOf(templateId).kind;
        if (fields.uintAt(1, 1) != kind) revert WrongKind(fields.uintAt(1, 1), kind);
        bytes32 inputRoot = fields.wordAt(96);
        if (inputRoot != job.inputRoot) revert WrongInputRoot(inputRoot, job.inputRoot);
        uint256 rows = fields.uintAt(192, 4);
        // Generated tokens are rows too: without generation the job fixes them, with it the verifier counts.
        uint256 rowsMost = job.rows + uint256(job.seqs) * job.maxNew;
        if (rows < job.rows || rows > rowsMost) revert WrongRows(rows, job.rows);
        uint256 seqs = fields.uintAt(196, 4);
        if (seqs != job.seqs) revert WrongSeqs(seqs, job.seqs);
        uint256 expiry = fields.uintAt(208, 8);
        if (expiry != job.expiry) revert WrongExpiry(expiry, job.expiry);
        if (block.number > expiry) revert CommitExpired(expiry);
    }

    function _emitCommitted(bytes32 commitId, bytes memory fields) private {
        emit Committed(
            commitId,
            fields.wordAt(32),
            fields.addressAt(12),
            fields.wordAt(64),
            fields.wordAt(96),
            fields.wordAt(128),
            fields.wordAt(160),
            uint8(fields.uintAt(1, 1)),
            uint32(fields.uintAt(192, 4)),
            uint32(fields.uintAt(196, 4)),
            uint64(fields.uintAt(200, 8)),
            uint64(fields.uintAt(208, 8))
        );
    }

    function _charge(uint16 cellCount, uint32 sidecarBytes) private {
        Usage storage usage = _usages[block.number / epochBlocks];
        uint256 cellsLeft = _least(cellsPerEpoch - usage.cells, cellsPerEpoch / OPEN_SHARE);
        if (cellCount > cellsLeft) revert EpochFull("cells", cellCount, cellsLeft);
        uint256 bytesLeft =
            _least(sidecarBytesPerEpoch - usage.sidecarBytes, sidecarBytesPerEpoch / OPEN_SHARE);
        if (sidecarBytes > bytesLeft) revert EpochFull("sidecar bytes", sidecarBytes, bytesLeft);
        usage.cells += cellCount;
        usage.sidecarBytes += sidecarBytes;
    }

    function _authorise(address provider, bytes32 digest, bytes calldata signature) private view {
        if (msg.sender == provider) return;
        bytes memory copy = signature;
        // v may be 0 or 1; a contract's signature is its own affair and stays as it is.
        if (provider.code.length == 0 && uint8(copy[64]) < 2) copy[64] = bytes1(uint8(copy[64]) + 27);
        if (!Signatures.isValid(provider, digest, copy)) revert WrongSignature(provider);
    }

    function _requireCommit(bytes32 commitId) private view returns (PackedCommit storage record) {
        record = _commits[commitId];
        if (record.height == 0) revert UnknownCommit(commitId);
    }

    function _requireTurn(bytes32 commitId, Stage stage) private view returns (Challenge storage game) {
        game = _challenges[commitId];
        if (game.stage != stage) revert WrongStage(commitId, game.stage);
        if (block.number > game.deadline) revert TurnOver(block.number, game.deadline);
    }

    /// @dev f of the set now.
    function _faults() private view returns (uint16) {
        uint256 count = STAKING.validatorCount();
        return uint16(count == 0 ? 0 : (count - 1) / 3);
    }

    function _auditHeightOf(PackedCommit storage record) private view returns (uint256) {
        return _waitFrom(record.height, record.faults);
    }

    /// @dev The end of a wait that starts with block `height`; 0 while open, or once the ring has forgotten.
    function _waitFrom(uint256 height, uint256 faults) private view returns (uint256) {
        uint256 delta = faults + 1 < 2 ? 2 : faults + 1;
        try PROLOGUE.distinctHeight(height, delta, faults + 1) returns (uint256 end) {
            return end;
        } catch {
            return 0;
        }
    }

    function _deadlineOf(Stage stage) private view returns (uint64) {
        uint256 turns = stage == Stage.RULING ? RULING_TURNS : 1;
        return (block.number + turns * challengeStepBlocks).toUint64();
    }

    function _stepLevels(uint256 levelsLeft) private pure returns (uint256) {
        return _least(levelsLeft, LEVELS_PER_STEP);
    }

    /// @dev Root of 2^k hashes under node = SHA256(1 ‖ left ‖ right).
    function _rootOf(bytes32[] calldata hashes) private pure returns (bytes32) {
        bytes32[] memory level = hashes;
        for (uint256 size = level.length; size > 1; size /= 2) {
            for (uint256 i; i < size / 2; ++i) {
                level[i] = _node(level[2 * i], level[2 * i + 1]);
            }
        }
        return level[0];
    }

    function _climb(uint256 child, bytes32 hash, bytes32[] calldata path)
        private
        pure
        returns (bytes32)
    {
        for (uint256 i; i < path.length; ++i) {
            bool isRight = (child >> i) & 1 == 1;
            hash = isRight ? _node(path[i], hash) : _node(hash, path[i]);
        }
        return hash;
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(1), left, right));
    }

    function _least(uint256 left, uint256 right) private pure returns (uint256) {
        return left < right ? left : right;
    }
}
