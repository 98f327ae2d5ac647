// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jobs} from "../src/Jobs.sol";
import {ModelRegistry} from "../src/ModelRegistry.sol";
import {Prologue} from "../src/Prologue.sol";
import {Proofs} from "../src/Proofs.sol";
import {Reason} from "../src/Reason.sol";
import {Rewards} from "../src/Rewards.sol";
import {Staking} from "../src/Staking.sol";
import {SystemAddresses} from "../src/SystemAddresses.sol";
import {IJobs} from "../src/interfaces/IJobs.sol";
import {IPrologue} from "../src/interfaces/IPrologue.sol";
import {IProofs} from "../src/interfaces/IProofs.sol";
import {IRewards} from "../src/interfaces/IRewards.sol";
import {IStaking} from "../src/interfaces/IStaking.sol";
import {Test} from "./Test.sol";

/// @notice A chain of four validators with the protocol contracts at their addresses, as genesis puts them:
/// tests drive it block by block, each with its prologue.
abstract contract ProtocolTest is Test {
    uint64 internal constant EPOCH_BLOCKS = 8;
    uint64 internal constant OPEN_BLOCKS = 6;
    uint64 internal constant ATTESTATION_BLOCKS = 6;
    uint64 internal constant WINDOW_BLOCKS = 20;
    uint64 internal constant STEP_BLOCKS = 4;
    uint64 internal constant EXIT_BLOCKS = 30;
    uint64 internal constant STALL_BLOCKS = 64;
    uint128 internal constant BOND_WEI = 1 ether;
    uint128 internal constant VALIDATOR_STAKE_WEI = 32 ether;
    uint128 internal constant PROVIDER_STAKE_WEI = 10 ether;
    uint128 internal constant FEE_WEI = 1 ether;
    uint256 internal constant PROVIDER_KEY = 0xA11CE;
    bytes32 internal constant INPUT_ROOT = bytes32(uint256(0x44));
    bytes internal constant ANSWERS = hex"0701020903";

    Prologue internal constant prologue = Prologue(SystemAddresses.PROLOGUE);
    Staking internal constant staking = Staking(SystemAddresses.STAKING);
    ModelRegistry internal constant registry = ModelRegistry(SystemAddresses.MODEL_REGISTRY);
    Jobs internal constant jobs = Jobs(SystemAddresses.JOBS);
    Proofs internal constant proofs = Proofs(SystemAddresses.PROOFS);
    Rewards internal constant rewards = Rewards(payable(SystemAddresses.REWARDS));

    address[] internal validators;
    address internal provider;
    address internal beneficiary = address(0xBEEF);
    address internal customer = address(0xC0FFEE);
    bytes32 internal templateId;

    IPrologue.Certificate[] internal nextCertificates;
    IPrologue.Verdict[] internal nextVerdicts;
    IPrologue.LedgerRow internal row;
    /// @dev What verified work of each epoch may claim, and whether validators mint it.
    uint256 internal allowanceWei = 10 ether;
    bool internal mints = true;
    uint256 internal mintedWei;

    function setUp() public virtual {
        for (uint256 i; i < 4; ++i) {
            validators.push(validatorAddress(i));
        }
        provider = vm.addr(PROVIDER_KEY);
        _placeContracts();
        vm.deal(customer, 1000 ether);
        vm.deal(provider, 1000 ether);
        vm.roll(0);
        vm.prank(provider);
        staking.registerProvider{value: PROVIDER_STAKE_WEI}(beneficiary);
        nextBlock();
    }

    /// @dev Runs a constructor at a fixed address, as the genesis builder does.
    function place(address where, bytes memory creation) internal {
        vm.etch(where, creation);
        (bool ok, bytes memory code) = where.call("");
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(code, 32), mload(code))
            }
        }
        vm.etch(where, code);
    }

    function stakingCreation() internal view returns (bytes memory) {
        uint256[] memory stakes = new uint256[](4);
        for (uint256 i; i < 4; ++i) {
            stakes[i] = VALIDATOR_STAKE_WEI;
        }
        return abi.encodePacked(
            type(Staking).creationCode,
            abi.encode(
                IStaking.Params(EPOCH_BLOCKS, EXIT_BLOCKS, VALIDATOR_STAKE_WEI, PROVIDER_STAKE_WEI),
                validators,
                genesisKeys(4),
                stakes
            )
        );
    }

    function genesisKeys(uint256 count) internal pure returns (bytes memory keys) {
        for (uint256 i; i < count; ++i) {
            keys = bytes.concat(keys, keccak256(abi.encode("key", i)), bytes16(uint128(i + 1)));
        }
    }

    function canonicalTemplate(uint8 kind, bytes32 modelRoot, uint64 macsPerRow, bytes memory dims)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(uint8(1), kind, uint16(0), modelRoot, little(macsPerRow, 8), dims);
    }

    /// @notice Seals a block: height + 1, the next validator as its coinbase, its prologue.
    function nextBlock() internal {
        vm.roll(block.number + 1);
        address coinbase = validators[block.number % validators.length];
        vm.coinbase(coinbase);
        row.clock = uint64(block.number);
        if (block.number % EPOCH_BLOCKS == 0) {
            row.closedEpoch = uint64(block.number / EPOCH_BLOCKS);
            row.closedEpochAllowanceWei = allowanceWei;
        } else if (mints && !row.halted && block.number % EPOCH_BLOCKS == 1) {
            uint256 mintWei = rewards.mintFor(uint64(block.number / EPOCH_BLOCKS));
            mintedWei += mintWei;
            vm.deal(address(rewards), address(rewards).balance + mintWei);
        }
        vm.prank(coinbase, coinbase);
        prologue.prologue(abi.encode(block.number), nextCertificates, nextVerdicts, row);
        delete nextCertificates;
        delete nextVerdicts;
        row.closedEpoch = 0;
        row.closedEpochAllowanceWei = 0;
    }

    function nextBlocks(uint256 count) internal {
        for (uint256 i; i < count; ++i) {
            nextBlock();
        }
    }

    function toHeight(uint256 height) internal {
        while (block.number < height) nextBlock();
    }

    function request() internal view returns (IJobs.Request memory) {
        return IJobs.Request({
            templateId: templateId,
            provider: address(0),
            inputRoot: INPUT_ROOT,
            rows: 16,
            seqs: 1,
            maxNew: 0,
            expiry: uint64(block.number + 100),
            hook: address(0),
            feeWei: FEE_WEI
        });
    }

    /// @notice A funded job that the provider has accepted.
    function acceptedJob() internal returns (bytes32 jobId) {
        vm.prank(customer);
        jobId = jobs.create{value: FEE_WEI}(request());
        vm.prank(provider);
        jobs.accept(jobId);
    }

    function encodeCommit(bytes32 jobId) internal view returns (bytes memory) {
        IJobs.Job memory job = jobs.jobOf(jobId);
        return abi.encodePacked(
            abi.encodePacked(
                uint8(1),
                uint8(2),
                uint16(0),
                little(block.chainid, 8),
                job.provider,
                jobId,
                job.templateId,
                job.inputRoot,
                sha256(ANSWERS),
                traceRoot()
            ),
            little(job.rows, 4),
            little(job.seqs, 4),
            little(1000, 8),
            little(job.expiry, 8),
            new bytes(65)
        );
    }

    function traceRoot() internal pure virtual returns (bytes32) {
        return bytes32(uint256(0x66));
    }

    function encodeOpen(bytes32 commitId) internal pure returns (bytes memory) {
        return abi.encodePacked(
            commitId, little(16, 2), little(4096, 4), sidecarRootOf(commitId), new bytes(65)
        );
    }

    function sidecarRootOf(bytes32 commitId) internal pure returns (bytes32) {
        return keccak256(abi.encode("sidecar", commitId));
    }

    function committed() internal returns (bytes32 jobId, bytes32 commitId) {
        jobId = acceptedJob();
        bytes memory encoded = encodeCommit(jobId);
        vm.prank(provider);
        commitId = proofs.commit(encoded);
    }

    function opened() internal returns (bytes32 jobId, bytes32 commitId) {
        (jobId, commitId) = committed();
        while (proofs.auditHeight(commitId) == 0) nextBlock();
        toHeight(proofs.auditHeight(commitId) + 4);
        vm.prank(provider);
        proofs.open(encodeOpen(commitId));
    }

    /// @notice A commit whose verdict is in the block that `nextBlock` has just sealed.
    function judged(bool pass, uint8 reason) internal returns (bytes32 jobId, bytes32 commitId) {
        (jobId, commitId) = opened();
        nextCertificates.push(IPrologue.Certificate(commitId, sidecarRootOf(commitId), ""));
        nextBlock();
        while (proofs.dueOf(commitId) != IProofs.Due.VERDICT) nextBlock();
        nextVerdicts.push(IPrologue.Verdict(commitId, pass, reason, 1000));
        nextBlock();
    }

    function settled() internal returns (bytes32 jobId, bytes32 commitId) {
        (jobId, commitId) = judged(true, Reason.NONE);
        jobs.settle(jobId);
    }

    /// @notice Goes on until the epoch of this block is closed and its mint has arrived.
    function closeEpoch() internal returns (uint64 epoch) {
        epoch = rewards.epochOf(block.number);
        toHeight(uint256(epoch) * EPOCH_BLOCKS + 1);
    }

    /// @dev `value` in `width` bytes, least significant first.
    function little(uint256 value, uint256 width) internal pure returns (bytes memory encoded) {
        encoded = new bytes(width);
        for (uint256 i; i < width; ++i) {
            encoded[i] = bytes1(uint8(value >> (8 * i)));
        }
    }

    function _placeContracts() private {
        bytes[] memory templates = new bytes[](1);
        templates[0] = canonicalTemplate(2, bytes32(uint256(0x33)), 101_632, hex"0102");
        templateId = keccak256(templates[0]);
        place(
            address(prologue),
            abi.encodePacked(type(Prologue).creationCode, abi.encode(keccak256("genesis")))
        );
        place(address(staking), stakingCreation());
        vm.deal(address(staking), 4 * uint256(VALIDATOR_STAKE_WEI));
        place(
            address(registry), abi.encodePacked(type(ModelRegistry).creationCode, abi.encode(templates))
        );
        place(
            address(jobs),
            abi.encodePacked(
                type(Jobs).creationCode, abi.encode(IJobs.Params(5000, 22_000, STALL_BLOCKS))
            )
        );
        place(address(proofs), abi.encodePacked(type(Proofs).creationCode, abi.encode(proofsParams())));
        place(
            address(rewards),
            abi.encodePacked(type(Rewards).creationCode, abi.encode(rewardsParams()))
        );
    }

    function validatorAddress(uint256 index) internal pure virtual returns (address) {
        return address(uint160(0x1001 + index));
    }

    function rewardsParams() internal pure virtual returns (IRewards.Params memory) {
        return IRewards.Params(EPOCH_BLOCKS, 4, 5, 0, 0, 8000);
    }

    function proofsParams() internal pure returns (IProofs.Params memory) {
        return IProofs.Params({
            epochBlocks: EPOCH_BLOCKS,
            openBlocks: OPEN_BLOCKS,
            attestationBlocks: ATTESTATION_BLOCKS,
            challengeWindowBlocks: WINDOW_BLOCKS,
            challengeStepBlocks: STEP_BLOCKS,
            challengeBondWei: BOND_WEI,
            commitsPerEpoch: 64,
            cellsPerEpoch: 256,
            sidecarBytesPerEpoch: 1 << 20
        });
    }
}
