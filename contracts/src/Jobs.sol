// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment} from "./Payment.sol";
import {SystemAddresses} from "./SystemAddresses.sol";
import {IJobHook} from "./interfaces/IJobHook.sol";
import {IJobs} from "./interfaces/IJobs.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IPrologue} from "./interfaces/IPrologue.sol";
import {IProofs} from "./interfaces/IProofs.sol";
import {IRewards} from "./interfaces/IRewards.sol";
import {IStaking} from "./interfaces/IStaking.sol";

/// @title Escrow of jobs
/// @dev Balance = fees of funded and submitted jobs + what is credited. Coins leave by `withdraw` and by burning
/// only; the contracts called besides are system contracts, except for the hook, which comes last.
contract Jobs is IJobs {
    struct PackedJob {
        address customer;
        uint64 expiry;
        State state;
        bool secured;
        address provider;
        uint64 assignedHeight;
        uint32 rows;
        uint128 feeWei;
        uint32 seqs;
        uint32 maxNew;
        bytes32 templateId;
        bytes32 inputRoot;
        bytes32 commitId;
        address hook;
    }

    uint256 public constant BPS = 10_000;
    /// @notice Bytes of answers that `submit` takes.
    uint256 public constant ANSWERS_BYTES_MAX = 4096;
    /// @notice Gas that a hook gets.
    uint256 public constant HOOK_GAS = 100_000;
    /// @dev A failing `Reason` for events and hooks of a commit that a challenge overturned.
    uint8 private constant CHALLENGED = 12;

    IPrologue private constant PROLOGUE = IPrologue(SystemAddresses.PROLOGUE);
    IProofs private constant PROOFS = IProofs(SystemAddresses.PROOFS);
    IStaking private constant STAKING = IStaking(SystemAddresses.STAKING);
    IRewards private constant REWARDS = IRewards(SystemAddresses.REWARDS);

    uint32 public immutable burnBps;
    uint32 public immutable stakePerValueBps;
    uint64 public immutable stallBlocks;

    mapping(bytes32 jobId => PackedJob) private _jobs;
    bytes32[] private _jobIds;
    mapping(address customer => uint256) public override nonceOf;
    mapping(address account => uint256) public override balanceOf;
    mapping(address provider => uint256) public override securedWei;

    constructor(Params memory params) {
        if (params.burnBps > BPS || params.stallBlocks == 0) revert BadConstructor();
        burnBps = params.burnBps;
        stakePerValueBps = params.stakePerValueBps;
        stallBlocks = params.stallBlocks;
    }

    /// @inheritdoc IJobs
    function create(Request calldata request) external payable returns (bytes32 jobId) {
        if (!IModelRegistry(SystemAddresses.MODEL_REGISTRY).exists(request.templateId)) {
            revert UnknownTemplate(request.templateId);
        }
        if (request.rows == 0 || request.seqs == 0) revert EmptyJob();
        if (request.feeWei == 0) revert FeeMissing();
        if (request.expiry <= block.number) revert ExpiryInThePast(request.expiry);
        if (msg.value != 0 && msg.value != request.feeWei) revert WrongFee(msg.value, request.feeWei);

        jobId = keccak256(abi.encode(block.chainid, msg.sender, nonceOf[msg.sender]++));
        _jobs[jobId] = PackedJob({
            customer: msg.sender,
            expiry: request.expiry,
            state: msg.value == 0 ? State.OPEN : State.FUNDED,
            secured: false,
            provider: request.provider,
            assignedHeight: 0,
            rows: request.rows,
            feeWei: request.feeWei,
            seqs: request.seqs,
            maxNew: request.maxNew,
            templateId: request.templateId,
            inputRoot: request.inputRoot,
            commitId: 0,
            hook: request.hook
        });
        _jobIds.push(jobId);
        _emitCreated(jobId, request);
        if (msg.value != 0) emit JobFunded(jobId, msg.value);
    }

    /// @inheritdoc IJobs
    function fund(bytes32 jobId) external payable {
        PackedJob storage job = _requireState(jobId, State.OPEN);
        if (block.number > job.expiry) revert JobExpired(jobId, job.expiry);
        if (msg.value != job.feeWei) revert WrongFee(msg.value, job.feeWei);
        job.state = State.FUNDED;
        emit JobFunded(jobId, msg.value);
    }

    /// @inheritdoc IJobs
    function cancel(bytes32 jobId) external {
        PackedJob storage job = _jobs[jobId];
        if (job.state == State.NONE) revert UnknownJob(jobId);
        if (msg.sender != job.customer) revert NotTheCustomer(msg.sender);
        bool funded = job.state == State.FUNDED && job.assignedHeight == 0;
        if (!funded && job.state != State.OPEN) revert WrongState(jobId, job.state);
        job.state = State.REJECTED;
        if (funded) balanceOf[msg.sender] += job.feeWei;
        emit JobRejected(jobId, 0, job.provider, 0, 0);
    }

    /// @inheritdoc IJobs
    function accept(bytes32 jobId) external {
        PackedJob storage job = _requireState(jobId, State.FUNDED);
        if (job.assignedHeight != 0) revert WrongState(jobId, job.state);
        if (block.number > job.expiry) revert JobExpired(jobId, job.expiry);
        if (job.provider != address(0) && job.provider != msg.sender) revert NotTheProvider(msg.sender);
        job.provider = msg.sender;
        job.assignedHeight = uint64(block.number);
        job.secured = true;
        securedWei[msg.sender] += job.feeWei;
        _requireStake(msg.sender);
        emit JobAccepted(jobId, msg.sender, uint64(block.number));
    }

    /// @inheritdoc IJobs
    function markSubmitted(bytes32 jobId, bytes32 commitId, bytes32 outputRoot) external {
        if (msg.sender != SystemAddresses.PROOFS) revert NotAllowed(msg.sender);
        PackedJob storage job = _requireState(jobId, State.FUNDED);
        // The stake may have left since the job was accepted.
        _requireStake(job.provider);
        job.state = State.SUBMITTED;
        job.commitId = commitId;
        emit JobSubmitted(jobId, commitId, outputRoot);
    }

    /// @inheritdoc IJobs
    function submit(bytes32 jobId, bytes calldata answers) external {
        PackedJob storage job = _jobs[jobId];
        if (job.state == State.NONE) revert UnknownJob(jobId);
        if (msg.sender != job.provider) revert NotTheProvider(msg.sender);
        if (job.commitId == 0) revert WrongState(jobId, job.state);
        if (answers.length > ANSWERS_BYTES_MAX) revert AnswersTooLong(answers.length);
        bytes32 outputRoot = PROOFS.commitOf(job.commitId).outputRoot;
        bytes32 answersHash = sha256(answers);
        if (answersHash != outputRoot) revert AnswersDiffer(outputRoot, answersHash);
        emit AnswersDelivered(jobId, answers);
    }

    /// @inheritdoc IJobs
    function settle(bytes32 jobId) external {
        PackedJob storage job = _requireState(jobId, State.SUBMITTED);
        bytes32 commitId = job.commitId;
        IPrologue.VerdictRecord memory verdict = PROLOGUE.verdictOf(commitId);
        if (verdict.height == 0 || PROOFS.isChallenged(commitId)) revert NoVerdict(jobId);
        if (!verdict.pass) revert VerdictIsFail(jobId, verdict.reason);
        if (PROOFS.isOverturned(commitId)) revert VerdictIsFail(jobId, CHALLENGED);

        address provider = job.provider;
        uint256 burnWei = uint256(job.feeWei) * burnBps / BPS;
        uint256 providerWei = job.feeWei - burnWei;
        job.state = State.COMPLETED;
        balanceOf[provider] += providerWei;
        emit JobCompleted(jobId, commitId, provider, providerWei, burnWei);
        Payment.burn(burnWei);
        REWARDS.record(
            commitId,
            jobId,
            provider,
            STAKING.beneficiaryOf(provider),
            verdict.workUnits,
            burnWei,
            verdict.height
        );
        _callHook(jobId, job.hook, IJobs.settle.selector, commitId, 0);
    }

    /// @inheritdoc IJobs
    function reject(bytes32 jobId) external {
        PackedJob storage job = _jobs[jobId];
        State state = job.state;
        bytes32 commitId = job.commitId;
        if (state == State.NONE) revert UnknownJob(jobId);
        // A job that expired while its verdict was late is still rejected: the cheat must not outlive it.
        bool late = state == State.EXPIRED && commitId != 0;
        if (state != State.SUBMITTED && !late) revert WrongState(jobId, state);
        IPrologue.VerdictRecord memory verdict = PROLOGUE.verdictOf(commitId);
        if (verdict.height == 0) revert NoVerdict(jobId);
        bool overturned = PROOFS.isOverturned(commitId);
        if (verdict.pass && !overturned) revert VerdictIsPass(jobId);

        address provider = job.provider;
        uint8 reason = verdict.pass ? CHALLENGED : verdict.reason;
        job.state = State.REJECTED;
        if (!late) balanceOf[job.customer] += job.feeWei;
        _unsecure(job);
        uint256 slashedWei;
        if (!verdict.pass) {
            address finder = _coinbaseAt(verdict.height);
            REWARDS.forfeit(provider, finder);
            slashedWei = STAKING.slashProvider(provider, BPS, finder);
        }
        emit JobRejected(jobId, commitId, provider, reason, slashedWei);
        _callHook(jobId, job.hook, IJobs.reject.selector, commitId, reason);
    }

    /// @inheritdoc IJobs
    function expire(bytes32 jobId) external {
        PackedJob storage job = _jobs[jobId];
        State state = job.state;
        if (state == State.NONE) revert UnknownJob(jobId);
        if (state != State.OPEN && state != State.FUNDED && state != State.SUBMITTED) {
            revert WrongState(jobId, state);
        }
        if (block.number <= job.expiry) revert NotExpired(jobId);
        bool providerReady = state == State.SUBMITTED && _requireStalled(jobId, job.commitId);
        job.state = State.EXPIRED;
        _unsecure(job);
        uint256 feeWei = state == State.OPEN ? 0 : job.feeWei;
        uint256 burnWei = providerReady ? feeWei * burnBps / BPS : 0;
        address paid = providerReady ? job.provider : job.customer;
        balanceOf[paid] += feeWei - burnWei;
        emit JobTimedOut(jobId, paid, feeWei - burnWei);
        Payment.burn(burnWei);
    }

    /// @inheritdoc IJobs
    function release(bytes32 jobId) external {
        PackedJob storage job = _requireState(jobId, State.COMPLETED);
        bool open = block.number <= PROOFS.challengeDeadline(job.commitId)
            || PROOFS.isChallenged(job.commitId);
        if (open || !job.secured) revert StillSecured(jobId);
        _unsecure(job);
    }

    /// @inheritdoc IJobs
    function withdraw(address account) external {
        uint256 wei_ = balanceOf[account];
        if (wei_ == 0) revert NothingToWithdraw(account);
        balanceOf[account] = 0;
        emit Withdrawn(account, wei_);
        Payment.send(account, wei_);
    }

    /// @inheritdoc IJobs
    function jobOf(bytes32 jobId) external view returns (Job memory) {
        PackedJob storage job = _jobs[jobId];
        if (job.state == State.NONE) revert UnknownJob(jobId);
        return Job({
            customer: job.customer,
            provider: job.provider,
            templateId: job.templateId,
            inputRoot: job.inputRoot,
            rows: job.rows,
            seqs: job.seqs,
            maxNew: job.maxNew,
            expiry: job.expiry,
            feeWei: job.feeWei,
            assignedHeight: job.assignedHeight,
            state: job.state,
            commitId: job.commitId,
            hook: job.hook
        });
    }

    /// @inheritdoc IJobs
    function jobCount() external view returns (uint256) {
        return _jobIds.length;
    }

    /// @inheritdoc IJobs
    function jobAt(uint256 index) external view returns (bytes32 jobId) {
        return _jobIds[index];
    }

    /// @dev Whether the provider of a job without verdict was ready. Reverts while a verdict may still come.
    function _requireStalled(bytes32 jobId, bytes32 commitId) private view returns (bool) {
        if (PROLOGUE.verdictOf(commitId).height != 0) revert NotExpired(jobId);
        if (block.number <= uint256(PROOFS.commitOf(commitId).height) + stallBlocks) {
            revert NotExpired(jobId);
        }
        (bytes32 sidecarRoot, uint64 certified) = PROLOGUE.certificateOf(commitId);
        IProofs.OpenRecord memory opened = PROOFS.openOf(commitId);
        return opened.height != 0 && certified != 0 && sidecarRoot == opened.sidecarRoot;
    }

    function _requireStake(address provider) private view {
        uint256 stakeWei = STAKING.providerStake(provider);
        uint256 neededWei = securedWei[provider] * stakePerValueBps / BPS;
        if (stakeWei == 0 || stakeWei < neededWei) revert StakeTooSmall(provider, stakeWei, neededWei);
    }

    function _requireState(bytes32 jobId, State expected) private view returns (PackedJob storage job) {
        job = _jobs[jobId];
        if (job.state == State.NONE) revert UnknownJob(jobId);
        if (job.state != expected) revert WrongState(jobId, job.state);
    }

    /// @dev Who carried a verdict in; zero (all burns) once the ring has forgotten.
    function _coinbaseAt(uint64 height) private view returns (address) {
        try PROLOGUE.coinbaseAt(height) returns (address coinbase) {
            return coinbase;
        } catch {
            return address(0);
        }
    }

    function _unsecure(PackedJob storage job) private {
        if (!job.secured) return;
        job.secured = false;
        securedWei[job.provider] -= job.feeWei;
    }

    function _emitCreated(bytes32 jobId, Request calldata request) private {
        emit JobCreated(
            jobId,
            msg.sender,
            request.templateId,
            request.provider,
            request.inputRoot,
            request.rows,
            request.seqs,
            request.maxNew,
            request.expiry,
            request.feeWei
        );
    }

    /// @dev The caller cannot starve the hook: too little gas reverts everything.
    function _callHook(bytes32 jobId, address hook, bytes4 selector, bytes32 commitId, uint8 reason) private {
        if (hook == address(0)) return;
        bytes memory call_ = abi.encodeCall(
            IJobHook.afterAction, (uint256(jobId), selector, abi.encode(commitId, reason))
        );
        uint256 neededGas = HOOK_GAS * 64 / 63 + 5_000;
        if (gasleft() < neededGas) revert GasTooLow(gasleft(), neededGas);
        bool succeeded;
        uint256 hookGas = HOOK_GAS;
        assembly ("memory-safe") {
            succeeded := call(hookGas, hook, 0, add(call_, 32), mload(call_), 0, 0)
        }
        if (!succeeded) emit HookFailed(jobId, hook);
    }
}
