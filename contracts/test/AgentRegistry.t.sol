// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {AgentRegistry} from "../src/AgentRegistry.sol";
import {IAgentRegistry} from "../src/interfaces/IAgentRegistry.sol";
import {
    IERC8004Identity,
    IERC8004Reputation,
    IERC8004Validation
} from "../src/interfaces/IERC8004.sol";
import {IJobs} from "../src/interfaces/IJobs.sol";
import {IProofs} from "../src/interfaces/IProofs.sol";
import {Signatures} from "../src/Signatures.sol";
import {SystemAddresses} from "../src/SystemAddresses.sol";
import {ProtocolFacts} from "./mocks/Protocol.sol";
import {KeyedWallet} from "./mocks/Wallets.sol";
import {Test} from "./Test.sol";

contract AgentRegistryTest is Test {
    uint256 internal constant WALLET_KEY = 0xa11ce;
    bytes32 internal constant JOB = keccak256("job");
    bytes32 internal constant COMMIT = keccak256("commit");

    AgentRegistry internal registry;
    ProtocolFacts internal jobs = ProtocolFacts(SystemAddresses.JOBS);
    ProtocolFacts internal proofs = ProtocolFacts(SystemAddresses.PROOFS);
    ProtocolFacts internal prologue = ProtocolFacts(SystemAddresses.PROLOGUE);
    address internal owner = address(0x0a);
    address internal client = address(0xc1);
    uint256 internal agentId;

    function setUp() public {
        bytes memory code = address(new ProtocolFacts()).code;
        vm.etch(address(jobs), code);
        vm.etch(address(proofs), code);
        vm.etch(address(prologue), code);
        vm.warp(1_000_000);
        vm.roll(1_000);
        registry = new AgentRegistry();
        vm.prank(owner);
        agentId = registry.register("ipfs://agent");
        _fact(JOB, COMMIT, client);
    }

    /// A job that is paid for, done by the agent's wallet, passed and past its challenge window.
    function _fact(bytes32 jobId, bytes32 commitId, address customer) internal {
        IJobs.Job memory job;
        job.customer = customer;
        job.provider = owner;
        job.feeWei = 1;
        job.state = IJobs.State.COMPLETED;
        job.commitId = commitId;
        jobs.setJob(jobId, job);
        IProofs.CommitRecord memory commit;
        commit.provider = owner;
        proofs.setCommit(commitId, commit);
        prologue.setVerdict(commitId, true, 900);
        proofs.setChallenge(commitId, 999, false, false);
    }

    function _give(address from, int128 value, uint8 decimals, string memory tag1) internal {
        vm.prank(from);
        registry.giveFeedback(agentId, value, decimals, tag1, "t2", "", "", 0);
    }

    function _credit(uint256 count, address customer) internal {
        for (uint256 i = 0; i < count; i++) {
            bytes32 jobId = keccak256(abi.encode("credit", customer, i));
            _fact(jobId, keccak256(abi.encode(jobId)), customer);
            registry.creditFeedback(agentId, jobId);
        }
    }

    function _addresses(address one) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = one;
    }

    // Identity.

    function test_SignaturesAreTheStandards() public pure {
        assertEq(
            bytes32(IERC8004Reputation.giveFeedback.selector),
            bytes32(
                bytes4(
                    keccak256(
                        "giveFeedback(uint256,int128,uint8,string,string,string,string,bytes32)"
                    )
                )
            )
        );
        assertEq(
            IERC8004Reputation.NewFeedback.selector,
            keccak256(
                "NewFeedback(uint256,address,uint64,int128,uint8,string,string,string,string,string,bytes32)"
            )
        );
        assertEq(
            IERC8004Validation.ValidationResponse.selector,
            keccak256("ValidationResponse(address,uint256,bytes32,uint8,string,bytes32,string)")
        );
        assertEq(
            IERC8004Identity.MetadataSet.selector,
            keccak256("MetadataSet(uint256,string,string,bytes)")
        );
    }

    function test_RegisterMintsAnIdentity() public {
        assertEq(agentId, 1);
        assertEq(registry.ownerOf(1), owner);
        assertEq(registry.tokenURI(1), "ipfs://agent", "uri");
        assertEq(registry.getAgentWallet(1), owner);
        assertEq(registry.getIdentityRegistry(), address(registry));
        IERC8004Identity.MetadataEntry[] memory metadata = new IERC8004Identity.MetadataEntry[](1);
        metadata[0] = IERC8004Identity.MetadataEntry("name", "Ada");
        vm.expectEmit(address(registry));
        emit IERC8004Identity.Registered(2, "uri", client);
        vm.expectEmit(address(registry));
        emit IERC8004Identity.MetadataSet(2, "name", "name", "Ada");
        vm.startPrank(client);
        assertEq(registry.register("uri", metadata), 2);
        assertEq(registry.getMetadata(2, "name"), "Ada", "metadata");
        assertEq(registry.register(), 3);
        assertEq(registry.tokenURI(3), "", "no uri");
    }

    function test_RegisterRevertsForTheReservedKey() public {
        IERC8004Identity.MetadataEntry[] memory metadata = new IERC8004Identity.MetadataEntry[](1);
        metadata[0].metadataKey = "agentWallet";
        vm.prank(client);
        vm.expectRevert(IAgentRegistry.ReservedKey.selector);
        registry.register("uri", metadata);
    }

    function test_OwnerAndOperatorsEdit() public {
        vm.prank(owner);
        registry.setAgentURI(agentId, "one");
        vm.prank(owner);
        registry.setApprovalForAll(client, true);
        vm.startPrank(client);
        vm.expectEmit(address(registry));
        emit IERC8004Identity.URIUpdated(agentId, "two", client);
        registry.setAgentURI(agentId, "two");
        registry.setMetadata(agentId, "key", "value");
        assertEq(registry.getMetadata(agentId, "key"), "value", "metadata");
        vm.expectRevert(IAgentRegistry.ReservedKey.selector);
        registry.setMetadata(agentId, "agentWallet", "");
    }

    function test_EditsRevertForOthers() public {
        bytes memory reason =
            abi.encodeWithSelector(IAgentRegistry.NotAuthorized.selector, agentId, client);
        vm.startPrank(client);
        vm.expectRevert(reason);
        registry.setAgentURI(agentId, "");
        vm.expectRevert(reason);
        registry.setMetadata(agentId, "key", "");
        vm.expectRevert(reason);
        registry.setAgentWallet(agentId, client, block.timestamp, "");
        vm.expectRevert(reason);
        registry.unsetAgentWallet(agentId);
        vm.expectRevert(reason);
        registry.validationRequest(address(proofs), agentId, "", COMMIT);
    }

    function test_EditsRevertForUnknownAgents() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 9)
        );
        registry.setAgentURI(9, "");
        vm.expectRevert(
            abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 9)
        );
        registry.getAgentWallet(9);
    }

    function _signWallet(uint256 key, address wallet, uint256 deadline)
        internal
        view
        returns (bytes memory)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("ERC8004IdentityRegistry"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)"
                ),
                agentId,
                wallet,
                owner,
                deadline
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    function test_WalletConsents() public {
        address wallet = vm.addr(WALLET_KEY);
        bytes memory signature = _signWallet(WALLET_KEY, wallet, block.timestamp);
        vm.prank(owner);
        registry.setAgentWallet(agentId, wallet, block.timestamp, signature);
        assertEq(registry.getAgentWallet(agentId), wallet);
        assertEq(registry.getMetadata(agentId, "agentWallet"), abi.encodePacked(wallet), "metadata");
        KeyedWallet contractWallet = new KeyedWallet(wallet);
        signature = _signWallet(WALLET_KEY, address(contractWallet), block.timestamp);
        vm.prank(owner);
        registry.setAgentWallet(agentId, address(contractWallet), block.timestamp, signature);
        assertEq(registry.getAgentWallet(agentId), address(contractWallet));
        vm.prank(owner);
        registry.unsetAgentWallet(agentId);
        assertEq(registry.getAgentWallet(agentId), address(0));
    }

    function test_TransferClearsTheWallet() public {
        vm.prank(owner);
        registry.transferFrom(owner, client, agentId);
        assertEq(registry.getAgentWallet(agentId), address(0));
    }

    function test_SetAgentWalletRevertsWithoutConsent() public {
        address wallet = vm.addr(WALLET_KEY);
        bytes memory signature = _signWallet(7, wallet, block.timestamp);
        vm.prank(owner);
        vm.expectPartialRevert(Signatures.InvalidSignature.selector);
        registry.setAgentWallet(agentId, wallet, block.timestamp, signature);
    }

    function test_SetAgentWalletRevertsForZero() public {
        vm.prank(owner);
        vm.expectRevert(IAgentRegistry.ZeroWallet.selector);
        registry.setAgentWallet(agentId, address(0), block.timestamp, "");
    }

    function test_SetAgentWalletRevertsForBadDeadlines() public {
        uint256[2] memory deadlines = [block.timestamp - 1, block.timestamp + 5 minutes + 1];
        for (uint256 i = 0; i < 2; i++) {
            vm.prank(owner);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IAgentRegistry.DeadlineOutsideBounds.selector,
                    deadlines[i],
                    block.timestamp,
                    block.timestamp + 5 minutes
                )
            );
            registry.setAgentWallet(agentId, client, deadlines[i], "");
        }
    }

    // Reputation.

    function test_APaidAndProvenJobEarnsOneFeedback() public {
        registry.creditFeedback(agentId, JOB);
        assertEq(registry.feedbackCredits(agentId, client), 1);
        vm.expectEmit(address(registry));
        emit IERC8004Reputation.NewFeedback(
            agentId, client, 1, -42, 1, "quality", "quality", "speed", "https://e", "ipfs://f", "hash"
        );
        vm.prank(client);
        registry.giveFeedback(
            agentId, -42, 1, "quality", "speed", "https://e", "ipfs://f", "hash"
        );
        assertEq(registry.getLastIndex(agentId, client), 1);
        assertEq(registry.getClients(agentId)[0], client);
        (uint64 count, int256 sum) = registry.reputationOf(agentId);
        assertEq(count, 1);
        assertTrue(sum == -4.2e18, "sum");
        vm.prank(client);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentRegistry.NoSettledJob.selector, agentId, client)
        );
        registry.giveFeedback(agentId, 1, 0, "", "", "", "", 0);
    }

    function test_GiveFeedbackRevertsWithoutAJob() public {
        vm.prank(client);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentRegistry.NoSettledJob.selector, agentId, client)
        );
        registry.giveFeedback(agentId, 1, 0, "", "", "", "", 0);
    }

    function test_GiveFeedbackRevertsForItself() public {
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentRegistry.SelfFeedback.selector, agentId, owner)
        );
        registry.giveFeedback(agentId, 1, 0, "", "", "", "", 0);
    }

    function test_GiveFeedbackRevertsForBadValues() public {
        int128[3] memory values = [int128(1e38 + 1), -1e38 - 1, 0];
        uint8[3] memory decimals = [0, 0, 19];
        for (uint256 i = 0; i < 3; i++) {
            vm.prank(client);
            vm.expectRevert(
                abi.encodeWithSelector(IAgentRegistry.BadValue.selector, values[i], decimals[i])
            );
            registry.giveFeedback(agentId, values[i], decimals[i], "", "", "", "", 0);
        }
    }

    function test_CreditRevertsTwice() public {
        registry.creditFeedback(agentId, JOB);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.JobAlreadyCredited.selector, JOB));
        registry.creditFeedback(agentId, JOB);
    }

    function test_CreditRevertsForAnUnknownJob() public {
        vm.expectRevert(abi.encodeWithSelector(IJobs.UnknownJob.selector, bytes32("no")));
        registry.creditFeedback(agentId, "no");
    }

    function testFuzz_CreditRevertsUnlessCompletedAndPaid(uint8 state, uint128 feeWei) public {
        IJobs.Job memory job = _job();
        job.state = IJobs.State(bound(state, 1, uint8(type(IJobs.State).max)));
        job.feeWei = feeWei;
        jobs.setJob(JOB, job);
        bool good = job.state == IJobs.State.COMPLETED && feeWei != 0;
        if (!good) {
            vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.JobNotCompleted.selector, JOB));
        }
        registry.creditFeedback(agentId, JOB);
    }

    function _job() internal view returns (IJobs.Job memory) {
        return jobs.jobOf(JOB);
    }

    function test_CreditRevertsForAnotherProvider() public {
        IJobs.Job memory job = _job();
        job.provider = address(0xdead);
        jobs.setJob(JOB, job);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAgentRegistry.JobOfAnother.selector, JOB, address(0xdead), owner
            )
        );
        registry.creditFeedback(agentId, JOB);
    }

    function test_CreditRevertsWhileAChallengeIsPossible() public {
        proofs.setChallenge(COMMIT, 1_000, false, false);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.JobNotFinal.selector, JOB, 1_000));
        registry.creditFeedback(agentId, JOB);
        proofs.setChallenge(COMMIT, 999, true, false);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.JobNotFinal.selector, JOB, 999));
        registry.creditFeedback(agentId, JOB);
    }

    function test_CreditRevertsWhenOverturnedOrFailed() public {
        proofs.setChallenge(COMMIT, 999, false, true);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.JobOverturned.selector, JOB));
        registry.creditFeedback(agentId, JOB);
        proofs.setChallenge(COMMIT, 999, false, false);
        prologue.setVerdict(COMMIT, false, 900);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.JobOverturned.selector, JOB));
        registry.creditFeedback(agentId, JOB);
    }

    function testFuzz_RevokedFeedbackIsOutOfTheSum(int128 one, int128 two, uint8 decimals) public {
        one = one % 1e38;
        two = two % 1e38;
        decimals = decimals % 19;
        _credit(2, client);
        _give(client, one, decimals, "a");
        _give(client, two, 18, "b");
        vm.expectEmit(address(registry));
        emit IERC8004Reputation.FeedbackRevoked(agentId, client, 1);
        vm.prank(client);
        registry.revokeFeedback(agentId, 1);
        (uint64 count, int256 sum) = registry.reputationOf(agentId);
        assertEq(count, 1);
        assertTrue(sum == two, "sum");
        (int128 value, uint8 d, string memory tag1,, bool revoked) =
            registry.readFeedback(agentId, client, 1);
        assertTrue(value == one && d == decimals && revoked, "read");
        assertEq(tag1, "a", "tag");
        vm.prank(client);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentRegistry.AlreadyRevoked.selector, agentId, client, 1)
        );
        registry.revokeFeedback(agentId, 1);
    }

    function test_RevertsForUnknownFeedback() public {
        for (uint64 index = 0; index < 2; index++) {
            bytes memory reason = abi.encodeWithSelector(
                IAgentRegistry.UnknownFeedback.selector, agentId, client, index
            );
            vm.prank(client);
            vm.expectRevert(reason);
            registry.revokeFeedback(agentId, index);
            vm.expectRevert(reason);
            registry.readFeedback(agentId, client, index);
            vm.expectRevert(reason);
            registry.appendResponse(agentId, client, index, "uri", 0);
        }
    }

    function test_Responses() public {
        _credit(1, client);
        _give(client, 1, 0, "");
        vm.expectEmit(address(registry));
        emit IERC8004Reputation.ResponseAppended(agentId, client, 1, owner, "uri", "hash");
        vm.prank(owner);
        registry.appendResponse(agentId, client, 1, "uri", "hash");
        registry.appendResponse(agentId, client, 1, "spam", 0);
        assertEq(registry.getResponseCount(agentId, client, 1, new address[](0)), 2);
        assertEq(registry.getResponseCount(agentId, client, 1, _addresses(owner)), 1);
        vm.expectRevert(IAgentRegistry.EmptyURI.selector);
        registry.appendResponse(agentId, client, 1, "", 0);
    }

    function test_SummaryAveragesInTheMostFrequentDecimals() public {
        address other = address(0xc2);
        _credit(3, client);
        _credit(1, other);
        _give(client, 95, 0, "a");
        _give(client, 905, 1, "b");
        _give(client, 995, 1, "a");
        _give(other, -5, 0, "a");
        (uint64 count, int128 value, uint8 decimals) =
            registry.getSummary(agentId, _addresses(client), "", "");
        // (95 + 90.5 + 99.5) / 3 = 95.0 with one decimal.
        assertTrue(count == 3 && value == 950 && decimals == 1, "all of the client's");
        (count, value, decimals) = registry.getSummary(agentId, _addresses(client), "a", "t2");
        // (95 + 99.5) / 2 = 97.25; 0 and 1 decimals are as frequent: the smaller.
        assertTrue(count == 2 && value == 97 && decimals == 0, "tag a");
        (count, value, decimals) = registry.getSummary(agentId, _addresses(other), "", "t2");
        assertTrue(count == 1 && value == -5 && decimals == 0, "the other's");
        (count, value, decimals) = registry.getSummary(agentId, _addresses(client), "", "none");
        assertTrue(count == 0 && value == 0 && decimals == 0, "none");
        vm.expectRevert(IAgentRegistry.ClientsRequired.selector);
        registry.getSummary(agentId, new address[](0), "", "");
    }

    function test_ReadAllFeedback() public {
        address other = address(0xc2);
        _credit(2, client);
        _credit(1, other);
        _give(client, 1, 0, "a");
        _give(client, 2, 1, "b");
        _give(other, 3, 2, "a");
        vm.prank(client);
        registry.revokeFeedback(agentId, 1);
        (
            address[] memory clients,
            uint64[] memory indexes,
            int128[] memory values,
            uint8[] memory decimals,
            string[] memory tag1s,
            string[] memory tag2s,
            bool[] memory revoked
        ) = registry.readAllFeedback(agentId, new address[](0), "", "", false);
        assertEq(clients.length, 2);
        assertTrue(clients[0] == client && indexes[0] == 2 && values[0] == 2, "first");
        assertTrue(decimals[0] == 1 && !revoked[0], "first, rest");
        assertTrue(clients[1] == other && indexes[1] == 1 && values[1] == 3, "second");
        assertEq(tag1s[0], "b", "tag1");
        assertEq(tag2s[1], "t2", "tag2");
        (clients,, values,, tag1s,, revoked) =
            registry.readAllFeedback(agentId, new address[](0), "a", "", true);
        assertEq(clients.length, 2);
        assertTrue(values[0] == 1 && revoked[0] && values[1] == 3 && !revoked[1], "tag a");
        (clients,,,,,,) = registry.readAllFeedback(agentId, _addresses(address(1)), "", "", true);
        assertEq(clients.length, 0);
    }

    // Validation.

    function test_RequestThenVerdict() public {
        vm.expectEmit(address(registry));
        emit IERC8004Validation.ValidationRequest(address(proofs), agentId, "uri", COMMIT);
        vm.prank(owner);
        registry.validationRequest(address(proofs), agentId, "uri", COMMIT);
        (uint64 count,) = registry.getSummary(agentId, new address[](0), "");
        assertEq(count, 0);
        registry.recordVerdict(agentId, COMMIT);
        (address validator, uint256 id, uint8 response,, string memory tag, uint256 updated) =
            registry.getValidationStatus(COMMIT);
        assertEq(validator, address(proofs));
        assertTrue(id == agentId && response == 100 && updated == block.timestamp, "status");
        assertEq(tag, "PASS", "tag");
        assertEq(registry.getAgentValidations(agentId)[0], COMMIT);
        assertEq(registry.getValidatorRequests(address(proofs))[0], COMMIT);
    }

    function test_OverturnedVerdictIsRecordedAgain() public {
        registry.recordVerdict(agentId, COMMIT);
        proofs.setChallenge(COMMIT, 999, false, true);
        vm.expectEmit(true, true, true, false, address(registry));
        emit IERC8004Validation.ValidationResponse(
            address(proofs), agentId, COMMIT, 0, "", 0, "OVERTURNED"
        );
        registry.recordVerdict(agentId, COMMIT);
        (,, uint8 response,, string memory tag,) = registry.getValidationStatus(COMMIT);
        assertEq(response, 0);
        assertEq(tag, "OVERTURNED", "tag");
    }

    function test_SummaryOfValidations() public {
        registry.recordVerdict(agentId, COMMIT);
        _fact("job 2", "commit 2", client);
        prologue.setVerdict("commit 2", false, 900);
        registry.recordVerdict(agentId, "commit 2");
        (uint64 count, uint8 average) = registry.getSummary(agentId, new address[](0), "");
        assertTrue(count == 2 && average == 50, "all");
        (count, average) = registry.getSummary(agentId, _addresses(address(proofs)), "FAIL");
        assertTrue(count == 1 && average == 0, "failures");
        (count, average) = registry.getSummary(agentId, _addresses(owner), "");
        assertTrue(count == 0 && average == 0, "another validator");
    }

    function test_RequestRevertsForAnotherValidator() public {
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(IAgentRegistry.ValidatorIsNotProofs.selector, owner)
        );
        registry.validationRequest(owner, agentId, "", COMMIT);
    }

    function test_RequestRevertsTwice() public {
        vm.startPrank(owner);
        registry.validationRequest(address(proofs), agentId, "", COMMIT);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.AlreadyRequested.selector, COMMIT));
        registry.validationRequest(address(proofs), agentId, "", COMMIT);
    }

    function test_RecordRevertsForACommitOfAnother() public {
        IProofs.CommitRecord memory commit;
        commit.provider = address(0xdead);
        proofs.setCommit(COMMIT, commit);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAgentRegistry.CommitOfAnother.selector, COMMIT, address(0xdead), owner
            )
        );
        registry.recordVerdict(agentId, COMMIT);
    }

    function test_RecordRevertsForAnotherAgent() public {
        registry.recordVerdict(agentId, COMMIT);
        vm.prank(owner);
        uint256 second = registry.register();
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.UnknownRequest.selector, COMMIT));
        registry.recordVerdict(second, COMMIT);
    }

    function test_RecordRevertsWithoutVerdict() public {
        prologue.setVerdict(COMMIT, false, 0);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.NoVerdict.selector, COMMIT));
        registry.recordVerdict(agentId, COMMIT);
    }

    function test_RecordRevertsForAnUnknownCommit() public {
        vm.expectRevert(abi.encodeWithSelector(IProofs.UnknownCommit.selector, bytes32("no")));
        registry.recordVerdict(agentId, "no");
    }

    function test_StatusRevertsForAnUnknownRequest() public {
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.UnknownRequest.selector, COMMIT));
        registry.getValidationStatus(COMMIT);
    }

    function test_NobodyRespondsByHand() public {
        vm.expectRevert(
            abi.encodeWithSelector(IAgentRegistry.NotTheValidator.selector, address(this))
        );
        registry.validationResponse(COMMIT, 100, "", 0, "");
    }

    function test_Gas() public {
        vm.prank(owner);
        registry.register("ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi");
        vm.snapshotGasLastCall("AgentRegistry", "register");
        registry.creditFeedback(agentId, JOB);
        vm.snapshotGasLastCall("AgentRegistry", "creditFeedback");
        _give(client, 95, 0, "quality");
        vm.snapshotGasLastCall("AgentRegistry", "giveFeedback");
        registry.recordVerdict(agentId, COMMIT);
        vm.snapshotGasLastCall("AgentRegistry", "recordVerdict");
    }
}
