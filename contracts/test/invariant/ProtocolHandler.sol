// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Reason} from "../../src/Reason.sol";
import {IJobs} from "../../src/interfaces/IJobs.sol";
import {IPrologue} from "../../src/interfaces/IPrologue.sol";
import {IProofs} from "../../src/interfaces/IProofs.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../ProtocolTest.sol";

/// @notice Random moves of customers, providers, challengers and proposers. Proposers follow the rules that
/// voters enforce: a verdict or a ruling only where one is due. Everything else is tried whether it is
/// allowed or not.
contract ProtocolHandler is ProtocolTest {
    uint256 private constant JOBS_LIVE_MAX = 40;
    uint256 private constant ACTORS = 3;

    address[] public actors;
    mapping(bytes4 => uint256) public doneCount;

    function setUp() public override {
        super.setUp();
        for (uint160 i; i < ACTORS; ++i) {
            address actor = address(0xF000 + i);
            actors.push(actor);
            vm.deal(actor, 1_000_000 ether);
            vm.prank(actor);
            staking.registerProvider{value: 200 ether}(address(0xE000 + i));
        }
    }

    modifier counted() {
        _;
        ++doneCount[msg.sig];
    }

    function create(uint256 who, uint128 fee, bool funded, uint256 life) external counted {
        if (jobs.jobCount() >= JOBS_LIVE_MAX * 8) return;
        IJobs.Request memory asked = request();
        asked.feeWei = uint128(bound(fee, 1, 10 ether));
        asked.expiry = uint64(block.number + bound(life, 1, 60));
        // Half of the jobs are for the providers at once.
        if (life % 2 == 0) asked.provider = _actor(who / 7);
        vm.prank(_actor(who));
        jobs.create{value: funded ? asked.feeWei : 0}(asked);
    }

    function fund(uint256 which, uint256 who) external counted {
        bytes32 jobId = _job(which, IJobs.State.OPEN);
        if (jobId == 0) return;
        uint256 feeWei = jobs.jobOf(jobId).feeWei;
        vm.prank(_actor(who));
        jobs.fund{value: feeWei}(jobId);
    }

    function cancel(uint256 which) external counted {
        bytes32 jobId = _job(which, IJobs.State.OPEN);
        if (jobId == 0) return;
        address owner = jobs.jobOf(jobId).customer;
        vm.prank(owner);
        jobs.cancel(jobId);
    }

    function accept(uint256 which, uint256 who) external counted {
        bytes32 jobId = _job(which, IJobs.State.FUNDED);
        if (jobId == 0) return;
        vm.prank(_actor(who));
        jobs.accept(jobId);
    }

    function commit(uint256 which) external counted {
        bytes32 jobId = _job(which, IJobs.State.FUNDED);
        if (jobId == 0) return;
        bytes memory encoded = encodeCommit(jobId);
        address owner = jobs.jobOf(jobId).provider;
        vm.prank(owner);
        proofs.commit(encoded);
    }

    function open(uint256 which) external counted {
        bytes32 commitId = _commit(which);
        uint256 count = proofs.commitCount();
        for (uint256 i; which % 2 == 0 && i < count && i < JOBS_LIVE_MAX; ++i) {
            if (proofs.openOf(commitId).height == 0) break;
            commitId = proofs.commitAt(count - 1 - i);
        }
        if (commitId == 0) return;
        address owner = proofs.commitOf(commitId).provider;
        vm.prank(owner);
        proofs.open(encodeOpen(commitId));
    }

    /// @notice A block whose proposer attests what is open and gives the verdicts that are due.
    function blockWithVerdicts(uint256 seed) external counted {
        uint256 count = proofs.commitCount();
        uint256 from = count > 24 ? count - 24 : 0;
        for (uint256 i = from; i < count; ++i) {
            bytes32 commitId = proofs.commitAt(i);
            IProofs.OpenRecord memory opened_ = proofs.openOf(commitId);
            (, uint64 certified) = prologue.certificateOf(commitId);
            if (opened_.height != 0 && certified == 0 && uint256(commitId) ^ seed > type(uint256).max / 8) {
                nextCertificates.push(IPrologue.Certificate(commitId, opened_.sidecarRoot, ""));
            }
            IProofs.Due due = proofs.dueOf(commitId);
            uint256 luck = uint256(keccak256(abi.encode(seed, commitId)));
            if (due == IProofs.Due.VERDICT && luck % 4 != 0) {
                bool pass = luck % 16 != 1;
                nextVerdicts.push(
                    IPrologue.Verdict(
                        commitId, pass, pass ? Reason.NONE : Reason.BAD_ROW, uint64(luck >> 128)
                    )
                );
            } else if (due == IProofs.Due.WITHHELD) {
                nextVerdicts.push(IPrologue.Verdict(commitId, false, Reason.WITHHELD, 0));
            } else if (due == IProofs.Due.RULING && luck % 2 == 0) {
                nextVerdicts.push(
                    IPrologue.Verdict(commitId, luck % 3 != 0, Reason.CHALLENGED, 0)
                );
            }
        }
        allowanceWei = seed % 40 ether;
        row.halted = seed % 31 == 0;
        nextBlock();
    }

    function blocks(uint256 count) external counted {
        nextBlocks(bound(count, 1, 6));
    }

    function settle(uint256 which) external counted {
        bytes32 jobId = _job(which, IJobs.State.SUBMITTED);
        if (jobId != 0) jobs.settle(jobId);
    }

    function reject(uint256 which) external counted {
        bytes32 jobId = _job(which, IJobs.State.SUBMITTED);
        if (jobId != 0) jobs.reject(jobId);
    }

    function expire(uint256 which) external counted {
        bytes32 jobId = _job(which, IJobs.State.FUNDED);
        if (jobId != 0) jobs.expire(jobId);
    }

    function release(uint256 which) external counted {
        bytes32 jobId = _job(which, IJobs.State.COMPLETED);
        if (jobId != 0) jobs.release(jobId);
    }

    function withdrawFees(uint256 who) external counted {
        jobs.withdraw(_actor(who));
    }

    function claim(uint256 which) external counted {
        bytes32 commitId = _commit(which);
        if (commitId != 0) rewards.claim(commitId);
    }

    function sweep(uint256 which) external counted {
        bytes32 commitId = _commit(which);
        if (commitId != 0) rewards.sweep(commitId);
    }

    function tally(uint8 entries) external counted {
        rewards.tally(entries);
    }

    function challenge(uint256 which, uint256 who, uint8 depth) external counted {
        bytes32 commitId = _commit(which);
        if (commitId == 0 || who % 16 != 0) return;
        vm.prank(_actor(who));
        proofs.challenge{value: BOND_WEI}(commitId, depth % 41);
    }

    function askRuling(uint256 which) external counted {
        bytes32 commitId = _commit(which);
        if (commitId == 0) return;
        address owner = proofs.commitOf(commitId).provider;
        vm.prank(owner);
        proofs.askRuling(commitId);
    }

    function resolve(uint256 which) external counted {
        bytes32 commitId = _commit(which);
        if (commitId != 0) proofs.resolve(commitId);
    }

    function withdrawBond(uint256 who) external counted {
        proofs.withdraw(_actor(who));
    }

    function addStake(uint256 who, uint96 wei_) external counted {
        vm.prank(_actor(who));
        staking.addStake{value: bound(wei_, 10 ether, 500 ether)}(IStaking.Role.PROVIDER);
    }

    function requestExit(uint256 who, uint96 wei_) external counted {
        vm.prank(_actor(who));
        staking.requestExit(IStaking.Role.PROVIDER, wei_ % 50 ether);
    }

    function withdrawStake(uint256 who) external counted {
        vm.prank(_actor(who));
        staking.withdraw(IStaking.Role.PROVIDER);
    }

    function withdrawCredit(uint256 who) external counted {
        address account = who % 8 < 4 ? validators[who % 4] : _actor(who);
        staking.withdrawCredit(account);
    }

    function validatorAt(uint256 index) external view returns (address) {
        return validators[index];
    }

    function beneficiaryAt(uint256 index) external pure returns (address) {
        return address(uint160(0xE000 + index));
    }

    function traceRoot() internal pure override returns (bytes32) {
        return bytes32(uint256(0x66));
    }

    function _actor(uint256 who) private view returns (address) {
        return actors[who % ACTORS];
    }

    /// @dev One of the latest jobs, 0 if there is none: for an even `which` one in that state if there is one.
    function _job(uint256 which, IJobs.State wanted) private view returns (bytes32) {
        uint256 count = jobs.jobCount();
        if (count == 0) return 0;
        uint256 live = count < JOBS_LIVE_MAX ? count : JOBS_LIVE_MAX;
        for (uint256 i; which % 2 == 0 && i < live; ++i) {
            bytes32 jobId = jobs.jobAt(count - 1 - (which / 2 + i) % live);
            if (jobs.jobOf(jobId).state == wanted) return jobId;
        }
        return jobs.jobAt(count - 1 - which % live);
    }

    function _commit(uint256 which) private view returns (bytes32) {
        uint256 count = proofs.commitCount();
        uint256 live = count < JOBS_LIVE_MAX ? count : JOBS_LIVE_MAX;
        return count == 0 ? bytes32(0) : proofs.commitAt(count - 1 - which % live);
    }
}
