// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Reason} from "../../src/Reason.sol";
import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {IJobs} from "../../src/interfaces/IJobs.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {IProofs} from "../../src/interfaces/IProofs.sol";
import {IRewards} from "../../src/interfaces/IRewards.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../ProtocolTest.sol";
import {SealedHeaders} from "../SealedHeaders.sol";
import {Reentrant} from "../mocks/Reentrant.sol";
import {Moves} from "./Moves.sol";

/// @notice Random moves of customers, providers, challengers, validators and proposers. Proposers follow the
/// rules that voters enforce: a verdict or a ruling only where one is due. Everything else is tried whether it
/// is allowed or not: mostly down the latest jobs until it works once, now and then anywhere. The third actor,
/// the second beneficiary and some hooks try to be paid again whenever they are paid or called.
contract ProtocolHandler is ProtocolTest, Moves {
    uint256 public constant ACTORS = 3;
    uint256 private constant JOBS_MAX = 1_000;
    uint256 private constant WINDOW = 48;
    uint256 private constant SEAL_KEY = 0x5EA1;
    address private constant REFUSING_HOOK = address(0xD001);
    address private constant REENTERING_HOOK = address(0xD002);
    address private constant ENDLESS_HOOK = address(0xD003);

    /// @notice What `Jobs` owes or has paid an account, by the outcome of each job; kept beside the contract.
    mapping(address account => uint256) public creditedWei;
    mapping(address account => uint256) public withdrawnWei;
    /// @notice Stake brought in and taken out again.
    mapping(address account => mapping(IStaking.Role => uint256)) public stakedWei;
    mapping(address account => mapping(IStaking.Role => uint256)) public unstakedWei;

    function setUp() public override {
        super.setUp();
        bytes memory reentrant = type(Reentrant).runtimeCode;
        vm.etch(REFUSING_HOOK, hex"fe");
        vm.etch(REENTERING_HOOK, reentrant);
        vm.etch(ENDLESS_HOOK, hex"5b5f56");
        vm.etch(beneficiaryAt(1), reentrant);
        for (uint256 i; i < ACTORS; ++i) {
            address actor = actorAt(i);
            vm.deal(actor, 1_000_000 ether);
            vm.prank(actor);
            staking.registerProvider{value: 200 ether}(beneficiaryAt(i));
            stakedWei[actor][IStaking.Role.PROVIDER] = 200 ether;
        }
        vm.etch(actorAt(2), reentrant);
        for (uint256 i; i < 4; ++i) {
            vm.deal(validators[i], 1_000_000 ether);
            stakedWei[validators[i]][IStaking.Role.VALIDATOR] = VALIDATOR_STAKE_WEI;
        }
    }

    function actorAt(uint256 index) public pure returns (address) {
        return address(uint160(0xF000 + index % ACTORS));
    }

    function beneficiaryAt(uint256 index) public pure returns (address) {
        return address(uint160(0xE000 + index));
    }

    function validatorAt(uint256 index) external view returns (address) {
        return validators[index];
    }

    /// @notice What left the supply is at the burn address; what joined it is `mintedWei`.
    function coinsWei() external view returns (uint256 sumWei, uint256 minted) {
        sumWei = address(jobs).balance + address(proofs).balance + address(staking).balance
            + address(rewards).balance + SystemAddresses.BURN.balance + provider.balance + customer.balance;
        for (uint256 i; i < ACTORS; ++i) {
            sumWei += actorAt(i).balance + beneficiaryAt(i).balance;
        }
        for (uint256 i; i < 4; ++i) {
            sumWei += validators[i].balance;
        }
        return (sumWei, mintedWei);
    }

    // Jobs.

    function create(uint256 who, uint256 fee, uint256 life, uint256 more) external {
        if (jobs.jobCount() >= JOBS_MAX) return;
        IJobs.Request memory asked = request();
        asked.feeWei = uint128(bound(fee, 1, 10 ether));
        asked.expiry = uint64(block.number + bound(life, 4, 70));
        // Half of the jobs are for one provider from the start.
        if (life % 2 == 0) asked.provider = actorAt(who / 7);
        if (more % 2 == 0) asked.hook = address(uint160(0xD000 + more / 2 % 4));
        uint256 sentWei = more % 3 == 0 ? 0 : asked.feeWei;
        _try("create", actorAt(who), address(jobs), sentWei, abi.encodeCall(jobs.create, (asked)));
    }

    function fund(uint256 which, uint256 who) external {
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes32 jobId = _jobAt(which, i);
            bytes memory input = abi.encodeCall(jobs.fund, (jobId));
            if (_try("fund", actorAt(who), address(jobs), jobs.jobOf(jobId).feeWei, input)) return;
        }
    }

    function cancel(uint256 which, uint256 rare) external {
        if (rare % 4 != 0) return;
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes32 jobId = _jobAt(which, i);
            IJobs.Job memory job = jobs.jobOf(jobId);
            if (!_try("cancel", job.customer, address(jobs), 0, abi.encodeCall(jobs.cancel, (jobId)))) continue;
            if (job.state == IJobs.State.FUNDED) creditedWei[job.customer] += job.feeWei;
            return;
        }
    }

    function accept(uint256 which, uint256 who) external {
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes32 jobId = _jobAt(which, i);
            address named = jobs.jobOf(jobId).provider;
            address taker = named == address(0) ? actorAt(who) : named;
            if (_try("accept", taker, address(jobs), 0, abi.encodeCall(jobs.accept, (jobId)))) return;
        }
    }

    function settle(uint256 which) external {
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes32 jobId = _jobAt(which, i);
            if (!_try("settle", actorAt(i), address(jobs), 0, abi.encodeCall(jobs.settle, (jobId)))) continue;
            IJobs.Job memory job = jobs.jobOf(jobId);
            creditedWei[job.provider] += job.feeWei - uint256(job.feeWei) / 2;
            if (job.hook != address(0)) _reached("settle with hook");
            return;
        }
    }

    function reject(uint256 which) external {
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes32 jobId = _jobAt(which, i);
            IJobs.Job memory job = jobs.jobOf(jobId);
            if (!_try("reject", actorAt(i), address(jobs), 0, abi.encodeCall(jobs.reject, (jobId)))) continue;
            if (job.state == IJobs.State.SUBMITTED) creditedWei[job.customer] += job.feeWei;
            else _reached("reject after expiry");
            if (prologue.verdictOf(job.commitId).pass) _reached("reject an overturned commit");
            if (job.hook != address(0)) _reached("refund despite its hook");
            return;
        }
    }

    function expire(uint256 which) external {
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes32 jobId = _jobAt(which, i);
            IJobs.Job memory job = jobs.jobOf(jobId);
            if (!_try("expire", actorAt(i), address(jobs), 0, abi.encodeCall(jobs.expire, (jobId)))) continue;
            if (job.state == IJobs.State.OPEN) continue;
            if (job.state == IJobs.State.SUBMITTED && _wasReady(job.commitId)) {
                _reached("expire pays the provider");
                creditedWei[job.provider] += job.feeWei - uint256(job.feeWei) / 2;
            } else {
                _reached("expire pays the customer");
                creditedWei[job.customer] += job.feeWei;
            }
        }
    }

    function release(uint256 which) external {
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes memory input = abi.encodeCall(jobs.release, (_jobAt(which, i)));
            if (_try("release", actorAt(i), address(jobs), 0, input)) return;
        }
    }

    function withdrawFees(uint256 who) external {
        address account = actorAt(who);
        uint256 owedWei = jobs.balanceOf(account);
        if (_try("withdraw fees", actorAt(who / 3), address(jobs), 0, abi.encodeCall(jobs.withdraw, (account)))) {
            withdrawnWei[account] += owedWei;
        }
    }

    // Proofs.

    function commit(uint256 which) external {
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes32 jobId = _jobAt(which, i);
            address worker = jobs.jobOf(jobId).provider;
            if (worker == address(0)) continue;
            bytes memory input = abi.encodeCall(proofs.commit, (encodeCommit(jobId)));
            if (_try("commit", worker, address(proofs), 0, input)) return;
        }
    }

    function open(uint256 which) external {
        for (uint256 i; i < _tries(which, proofs.commitCount()); ++i) {
            bytes32 commitId = _commitAt(which, i);
            bytes memory input = abi.encodeCall(proofs.open, (encodeOpen(commitId)));
            _try("open", proofs.commitOf(commitId).provider, address(proofs), 0, input);
        }
    }

    function deliver(uint256 which) external {
        for (uint256 i; i < _tries(which, jobs.jobCount()); ++i) {
            bytes32 jobId = _jobAt(which, i);
            bytes memory input = abi.encodeCall(jobs.submit, (jobId, ANSWERS));
            if (_try("deliver", jobs.jobOf(jobId).provider, address(jobs), 0, input)) return;
        }
    }

    function challenge(uint256 which, uint256 who, uint256 depth) external {
        // The true depth is 2; 0 goes to a ruling at once; 41 is too deep.
        uint8 claimed = depth % 4 == 0 ? uint8(depth / 4 % 42) : depth % 4 == 1 ? 0 : 2;
        for (uint256 i; i < _tries(which, proofs.commitCount()); ++i) {
            bytes32 commitId = _commitAt(which, i);
            // Mostly before the job is settled, which then has to wait.
            bool settled_ = jobs.jobOf(proofs.commitOf(commitId).jobId).state != IJobs.State.SUBMITTED;
            if (settled_ && depth % 8 < 4) continue;
            bytes memory input = abi.encodeCall(proofs.challenge, (commitId, claimed));
            if (_try("challenge", actorAt(who), address(proofs), BOND_WEI, input)) return;
        }
    }

    function answer(uint256 which) external {
        for (uint256 i; i < _tries(which, proofs.commitCount()); ++i) {
            bytes memory input = abi.encodeCall(proofs.answer, (_commitAt(which, i), _leaves()));
            if (_try("answer", actorAt(i), address(proofs), 0, input)) return;
        }
    }

    function descend(uint256 which, uint256 child) external {
        child %= 4;
        bytes32[] memory leaves = _leaves();
        bytes32[] memory path = new bytes32[](2);
        path[0] = leaves[child ^ 1];
        path[1] = child < 2 ? _node(leaves[2], leaves[3]) : _node(leaves[0], leaves[1]);
        for (uint256 i; i < _tries(which, proofs.commitCount()); ++i) {
            bytes32 commitId = _commitAt(which, i);
            address challenger = proofs.challengeOf(commitId).challenger;
            bytes memory input =
                abi.encodeCall(proofs.descend, (commitId, child, leaves[child], path));
            if (_try("descend", challenger, address(proofs), 0, input)) return;
        }
    }

    function askRuling(uint256 which) external {
        for (uint256 i; i < _tries(which, proofs.commitCount()); ++i) {
            bytes32 commitId = _commitAt(which, i);
            bytes memory input = abi.encodeCall(proofs.askRuling, (commitId));
            if (_try("ask for a ruling", proofs.commitOf(commitId).provider, address(proofs), 0, input)) return;
        }
    }

    function resolve(uint256 which) external {
        for (uint256 i; i < _tries(which, proofs.commitCount()); ++i) {
            bytes32 commitId = _commitAt(which, i);
            IProofs.Challenge memory game = proofs.challengeOf(commitId);
            uint256 owedWei = proofs.balanceOf(game.challenger);
            bytes memory input = abi.encodeCall(proofs.resolve, (commitId));
            if (!_try("resolve", actorAt(i), address(proofs), 0, input)) continue;
            bool refunded = proofs.balanceOf(game.challenger) > owedWei;
            if (proofs.isOverturned(commitId)) _reached("the challenger wins");
            else if (refunded) _reached("no ruling came");
            else _reached("the provider wins");
            return;
        }
    }

    function withdrawBond(uint256 who) external {
        bytes memory input = abi.encodeCall(proofs.withdraw, (actorAt(who)));
        _try("withdraw bond", actorAt(who / 3), address(proofs), 0, input);
    }

    // Rewards.

    function claim(uint256 which) external {
        for (uint256 i; i < _tries(which, proofs.commitCount()); ++i) {
            bytes memory input = abi.encodeCall(rewards.claim, (_commitAt(which, i)));
            if (!_try("claim", actorAt(i), address(rewards), 0, input)) continue;
            (bool again,) = address(rewards).call(input);
            assertFalse(again, "the same claim again in the same block");
            return;
        }
    }

    function sweep(uint256 which) external {
        for (uint256 i; i < _tries(which, proofs.commitCount()); ++i) {
            bytes memory input = abi.encodeCall(rewards.sweep, (_commitAt(which, i)));
            if (_try("sweep", actorAt(i), address(rewards), 0, input)) return;
        }
    }

    function tally(uint256 entries) external {
        uint256 before = rewards.talliedEpochs();
        _try("tally", actorAt(entries), address(rewards), 0, abi.encodeCall(rewards.tally, (entries % 4)));
        if (rewards.talliedEpochs() > before) _reached("tally an epoch");
    }

    // Stakes.

    function addStake(uint256 who, uint256 amountWei) external {
        (address account, IStaking.Role role) = _staker(who);
        amountWei = bound(amountWei, 1, 500 ether);
        bytes memory input = abi.encodeCall(staking.addStake, (role));
        if (_try("add stake", account, address(staking), amountWei, input)) {
            stakedWei[account][role] += amountWei;
        }
    }

    function requestExit(uint256 who, uint256 amountWei) external {
        (address account, IStaking.Role role) = _staker(who);
        uint256 activeWei = staking.stakeOf(account, role).stakeWei;
        // One validator and any provider may go altogether.
        bool whole = amountWei % 16 == 0 && (role == IStaking.Role.PROVIDER || account == validators[3]);
        amountWei = whole ? activeWei : amountWei % 50 ether;
        bytes memory input = abi.encodeCall(staking.requestExit, (role, amountWei));
        _try("request exit", account, address(staking), 0, input);
    }

    function withdrawStake(uint256 who) external {
        (address account, IStaking.Role role) = _staker(who);
        uint256 exitingWei = staking.stakeOf(account, role).exitingWei;
        bytes memory input = abi.encodeCall(staking.withdraw, (role));
        if (_try("withdraw stake", account, address(staking), 0, input)) {
            unstakedWei[account][role] += exitingWei;
        }
    }

    function withdrawCredit(uint256 who) external {
        address account = who % 2 == 0 ? validators[who / 2 % 4] : actorAt(who / 2);
        bytes memory input = abi.encodeCall(staking.withdrawCredit, (account));
        _try("withdraw finder's part", actorAt(who / 6), address(staking), 0, input);
    }

    /// @dev Two headers of one slot, sealed by the third validator. Rare: it can lose its seat only once.
    function slashDoubleSeal(uint256 who, uint256 rare) external {
        if (rare % 16 != 0) return;
        bytes32 parent = blockhash(block.number - 1);
        bytes memory first = SealedHeaders.header(parent, block.number, 0, "a");
        bytes memory second = SealedHeaders.header(parent, block.number, 0, "b");
        bytes memory input =
            abi.encodeCall(staking.slashDoubleSeal, (first, _seal(first), second, _seal(second)));
        _try("slash a double seal", actorAt(who), address(staking), 0, input);
    }

    // Blocks.

    /// @notice A block whose proposer attests what is open and gives the verdicts that are due.
    function blockWithVerdicts(uint256 seed) external {
        uint256 count = proofs.commitCount();
        for (uint256 i = count > WINDOW ? count - WINDOW : 0; i < count; ++i) {
            _attest(proofs.commitAt(i), seed);
        }
        _seal(seed);
    }

    function blocks(uint256 count, uint256 seed) external {
        count = bound(count, 1, 6);
        for (uint256 i; i < count; ++i) {
            _seal(_luck(seed, "block") + i);
        }
    }

    function _attest(bytes32 commitId, uint256 seed) private {
        IProofs.OpenRecord memory opened_ = proofs.openOf(commitId);
        (, uint64 certified) = prologue.certificateOf(commitId);
        uint256 luck = uint256(keccak256(abi.encode(seed, commitId)));
        if (opened_.height != 0 && certified == 0 && luck % 8 != 0) {
            nextCertificates.push(IPrologue.Certificate(commitId, opened_.sidecarRoot, ""));
        }
        IProofs.Due due = proofs.dueOf(commitId);
        // One in four gets its verdict when its job has long expired, one in four no ruling.
        bool late = uint256(commitId) % 8 < 2;
        uint256 height = proofs.commitOf(commitId).height + STALL_BLOCKS + 20;
        if (late && due != IProofs.Due.RULING && block.number < height) return;
        if (due == IProofs.Due.VERDICT) {
            bool pass = luck % (late ? 2 : 16) != 1;
            uint8 reason = pass ? Reason.NONE : Reason.BAD_ROW;
            nextVerdicts.push(IPrologue.Verdict(commitId, pass, reason, uint64(luck >> 128)));
        } else if (due == IProofs.Due.WITHHELD && luck % 4 == 0) {
            nextVerdicts.push(IPrologue.Verdict(commitId, false, Reason.WITHHELD, 0));
        } else if (due == IProofs.Due.RULING && luck % 4 == 0 && uint256(commitId) % 4 != 3) {
            nextVerdicts.push(IPrologue.Verdict(commitId, luck % 3 != 0, Reason.CHALLENGED, 0));
        }
    }

    /// @dev Now and then the breaker stops an epoch's mint.
    function _seal(uint256 seed) private {
        allowanceWei = seed % 40 ether;
        row.halted = seed % 31 == 0;
        if (row.halted) _reached("the breaker");
        nextBlock();
    }

    // What the moves choose from.

    function validatorAddress(uint256 index) internal pure override returns (address) {
        return vm.addr(SEAL_KEY + index);
    }

    function rewardsParams() internal pure override returns (IRewards.Params memory) {
        return IRewards.Params(EPOCH_BLOCKS, 4, 5, 1_500, 12, 8000);
    }

    function traceRoot() internal pure override returns (bytes32) {
        bytes32[] memory leaves = _leaves();
        return _node(_node(leaves[0], leaves[1]), _node(leaves[2], leaves[3]));
    }

    function _leaves() private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](4);
        for (uint256 i; i < 4; ++i) {
            leaves[i] = bytes32(0x70 + i);
        }
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(1), left, right));
    }

    function _seal(bytes memory header) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SEAL_KEY + 2, keccak256(header));
        return abi.encodePacked(r, s, v - 27);
    }

    function _staker(uint256 who) private view returns (address, IStaking.Role) {
        return who % 3 == 0
            ? (validators[who / 3 % 4], IStaking.Role.VALIDATOR)
            : (actorAt(who / 3), IStaking.Role.PROVIDER);
    }

    function _wasReady(bytes32 commitId) private view returns (bool) {
        (bytes32 sidecarRoot, uint64 certified) = prologue.certificateOf(commitId);
        IProofs.OpenRecord memory opened_ = proofs.openOf(commitId);
        return opened_.height != 0 && certified != 0 && sidecarRoot == opened_.sidecarRoot;
    }

    /// @dev How many of the latest to try: mostly down the window, one in eight a single one anywhere.
    function _tries(uint256 which, uint256 count) private pure returns (uint256) {
        if (count == 0) return 0;
        if (which % 8 == 0) return 1;
        return count < WINDOW ? count : WINDOW;
    }

    function _jobAt(uint256 which, uint256 step) private view returns (bytes32) {
        return jobs.jobAt(_place(which, step, jobs.jobCount()));
    }

    function _commitAt(uint256 which, uint256 step) private view returns (bytes32) {
        return proofs.commitAt(_place(which, step, proofs.commitCount()));
    }

    function _place(uint256 which, uint256 step, uint256 count) private pure returns (uint256) {
        if (which % 8 == 0) return which / 8 % count;
        uint256 live = count < WINDOW ? count : WINDOW;
        return count - 1 - (which / 8 % live + step) % live;
    }
}
