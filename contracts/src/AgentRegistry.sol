// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAgentRegistry} from "./interfaces/IAgentRegistry.sol";
import {IJobs} from "./interfaces/IJobs.sol";
import {IProofs} from "./interfaces/IProofs.sol";
import {Signatures} from "./Signatures.sol";
import {SystemAddresses} from "./SystemAddresses.sol";

/// @dev `IJobs.jobOf`, `IProofs.commitOf` and `IPrologue.verdictOf` as this contract reads them: static tuples, of which it needs a few
/// words. Decoding the whole structs would not fit into the code's 24,576 bytes.
interface IWords {
    /// @return `IJobs.Job` up to `commitId`.
    function jobOf(bytes32 jobId) external view returns (uint256[12] memory);
    /// @return provider First field of `IProofs.CommitRecord`.
    function commitOf(bytes32 commitId) external view returns (address provider);
    /// @return `IPrologue.VerdictRecord`: pass, reason, workUnits, height.
    function verdictOf(bytes32 commitId) external view returns (uint256[4] memory);
}

/// @title ERC-8004's three registries, fed by facts
/// @dev Documented at `IAgentRegistry` and `IERC8004`.
contract AgentRegistry is IAgentRegistry, ERC721URIStorage, EIP712 {
    bytes32 private constant AGENT_WALLET_SET_TYPEHASH = keccak256(
        "AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)"
    );
    /// @dev Most seconds from now to the deadline of a wallet's consent.
    uint256 private constant DEADLINE_DELAY_MAX = 5 minutes;
    int128 private constant VALUE_MAX = 1e38;
    uint8 private constant DECIMALS_MAX = 18;

    string private constant WALLET_KEY = "agentWallet";
    uint8 private constant RESPONSE_PASS = 100;
    IWords private constant JOBS = IWords(SystemAddresses.JOBS);
    IProofs private constant PROOFS = IProofs(SystemAddresses.PROOFS);
    IWords private constant PROLOGUE = IWords(SystemAddresses.PROLOGUE);

    struct Feedback {
        int128 value;
        uint8 valueDecimals;
        bool isRevoked;
        string tag1;
        string tag2;
    }

    /// @dev The fields of `NewFeedback` that are not indexed, in its order.
    struct FeedbackData {
        uint64 feedbackIndex;
        int128 value;
        uint8 valueDecimals;
        string tag1;
        string tag2;
        string endpoint;
        string feedbackURI;
        bytes32 feedbackHash;
    }

    /// @dev What `readAllFeedback` returns, in its order.
    struct FeedbackList {
        address[] clients;
        uint64[] feedbackIndexes;
        int128[] values;
        uint8[] valueDecimals;
        string[] tag1s;
        string[] tag2s;
        bool[] revokedStatuses;
    }

    struct Filter {
        bytes32 tag1Hash;
        bytes32 tag2Hash;
        bool includeRevoked;
    }

    struct Reputation {
        uint64 count;
        int256 sumE18;
    }

    struct Validation {
        address validator;
        uint8 response;
        bool responded;
        uint64 lastUpdate;
        uint256 agentId;
        bytes32 responseHash;
        string tag;
    }

    uint256 private _agentCount;
    mapping(uint256 agentId => mapping(string key => bytes)) private _metadata;
    mapping(uint256 agentId => address) private _wallets;

    mapping(uint256 agentId => mapping(address client => Feedback[])) private _feedback;
    mapping(uint256 agentId => address[]) private _clients;
    mapping(uint256 agentId => mapping(address client => mapping(uint64 index => mapping(address => uint64))))
        private _responseCounts;
    mapping(uint256 agentId => mapping(address client => mapping(uint64 index => uint64))) private
        _responses;
    mapping(bytes32 jobId => bool) private _credited;

    mapping(bytes32 requestHash => Validation) private _validations;
    mapping(uint256 agentId => bytes32[]) private _agentValidations;
    mapping(address validator => bytes32[]) private _validatorRequests;

    /// @inheritdoc IAgentRegistry
    mapping(uint256 agentId => mapping(address client => uint256)) public feedbackCredits;
    /// @inheritdoc IAgentRegistry
    mapping(uint256 agentId => Reputation) public reputationOf;

    constructor() ERC721("AgentIdentity", "AGENT") EIP712("ERC8004IdentityRegistry", "1") {}

    // Identity.

    function register() external returns (uint256 agentId) {
        return _register("", new MetadataEntry[](0));
    }

    function register(string calldata agentURI) external returns (uint256 agentId) {
        return _register(agentURI, new MetadataEntry[](0));
    }

    function register(string calldata agentURI, MetadataEntry[] calldata metadata)
        external
        returns (uint256 agentId)
    {
        return _register(agentURI, metadata);
    }

    function setAgentURI(uint256 agentId, string calldata newURI) external {
        _requireAuthorized(agentId);
        _setTokenURI(agentId, newURI);
        emit URIUpdated(agentId, newURI, msg.sender);
    }

    function getMetadata(uint256 agentId, string calldata metadataKey)
        external
        view
        returns (bytes memory)
    {
        return _metadata[agentId][metadataKey];
    }

    function setMetadata(uint256 agentId, string calldata metadataKey, bytes calldata metadataValue)
        external
    {
        _requireAuthorized(agentId);
        _setMetadata(agentId, metadataKey, metadataValue);
    }

    function setAgentWallet(
        uint256 agentId,
        address newWallet,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _requireAuthorized(agentId);
        if (newWallet == address(0)) revert ZeroWallet();
        if (deadline < block.timestamp || deadline > block.timestamp + DEADLINE_DELAY_MAX) {
            revert DeadlineOutsideBounds(
                deadline, block.timestamp, block.timestamp + DEADLINE_DELAY_MAX
            );
        }
        bytes32 structHash = keccak256(
            abi.encode(AGENT_WALLET_SET_TYPEHASH, agentId, newWallet, ownerOf(agentId), deadline)
        );
        Signatures.requireValid(newWallet, _hashTypedDataV4(structHash), signature);
        _setWallet(agentId, newWallet);
    }

    function unsetAgentWallet(uint256 agentId) external {
        _requireAuthorized(agentId);
        _setWallet(agentId, address(0));
    }

    function getAgentWallet(uint256 agentId) public view returns (address) {
        _requireOwned(agentId);
        return _wallets[agentId];
    }

    // Reputation.

    function getIdentityRegistry() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc IAgentRegistry
    function creditFeedback(uint256 agentId, bytes32 jobId) external {
        if (_credited[jobId]) revert JobAlreadyCredited(jobId);
        uint256[12] memory job = JOBS.jobOf(jobId);
        bytes32 commitId = bytes32(job[11]);
        bool completed = job[10] == uint256(IJobs.State.COMPLETED);
        if (!completed || job[8] == 0) revert JobNotCompleted(jobId); // Word 8 is the fee.
        address customer = address(uint160(job[0]));
        address provider = address(uint160(job[1]));
        address wallet = getAgentWallet(agentId);
        if (provider != wallet) revert JobOfAnother(jobId, provider, wallet);
        uint256 lastHeight = PROOFS.challengeDeadline(commitId);
        if (block.number <= lastHeight || PROOFS.isChallenged(commitId)) {
            revert JobNotFinal(jobId, lastHeight);
        }
        if (PROLOGUE.verdictOf(commitId)[0] == 0 || PROOFS.isOverturned(commitId)) {
            revert JobOverturned(jobId);
        }
        _credited[jobId] = true;
        feedbackCredits[agentId][customer]++;
        emit FeedbackCredited(agentId, customer, jobId);
    }

    function giveFeedback(
        uint256 agentId,
        int128 value,
        uint8 valueDecimals,
        string memory tag1,
        string memory tag2,
        string memory endpoint,
        string memory feedbackURI,
        bytes32 feedbackHash
    ) external {
        _give(
            agentId,
            FeedbackData(
                0, value, valueDecimals, tag1, tag2, endpoint, feedbackURI, feedbackHash
            )
        );
    }

    function revokeFeedback(uint256 agentId, uint64 feedbackIndex) external {
        Feedback storage feedback = _feedbackAt(agentId, msg.sender, feedbackIndex);
        if (feedback.isRevoked) revert AlreadyRevoked(agentId, msg.sender, feedbackIndex);
        feedback.isRevoked = true;
        Reputation storage reputation = reputationOf[agentId];
        reputation.count--;
        reputation.sumE18 -= _e18(feedback.value, feedback.valueDecimals);
        emit FeedbackRevoked(agentId, msg.sender, feedbackIndex);
    }

    function appendResponse(
        uint256 agentId,
        address clientAddress,
        uint64 feedbackIndex,
        string calldata responseURI,
        bytes32 responseHash
    ) external {
        _feedbackAt(agentId, clientAddress, feedbackIndex);
        if (bytes(responseURI).length == 0) revert EmptyURI();
        _responseCounts[agentId][clientAddress][feedbackIndex][msg.sender]++;
        _responses[agentId][clientAddress][feedbackIndex]++;
        emit ResponseAppended(
            agentId, clientAddress, feedbackIndex, msg.sender, responseURI, responseHash
        );
    }

    function getSummary(
        uint256 agentId,
        address[] memory clientAddresses,
        string memory tag1,
        string memory tag2
    ) external view returns (uint64, int128, uint8) {
        if (clientAddresses.length == 0) revert ClientsRequired();
        return _summary(_list(agentId, clientAddresses, _filter(tag1, tag2, false)));
    }

    function readFeedback(uint256 agentId, address clientAddress, uint64 feedbackIndex)
        external
        view
        returns (int128, uint8, string memory, string memory, bool)
    {
        Feedback storage f = _feedbackAt(agentId, clientAddress, feedbackIndex);
        return (f.value, f.valueDecimals, f.tag1, f.tag2, f.isRevoked);
    }

    function readAllFeedback(
        uint256 agentId,
        address[] memory clientAddresses,
        string memory tag1,
        string memory tag2,
        bool includeRevoked
    )
        external
        view
        returns (
            address[] memory,
            uint64[] memory,
            int128[] memory,
            uint8[] memory,
            string[] memory,
            string[] memory,
            bool[] memory
        )
    {
        if (clientAddresses.length == 0) clientAddresses = _clients[agentId];
        // Seven arrays do not fit on the stack: without its leading offset this is their encoding.
        bytes memory encoded =
            abi.encode(_list(agentId, clientAddresses, _filter(tag1, tag2, includeRevoked)));
        assembly ("memory-safe") {
            return(add(encoded, 64), sub(mload(encoded), 32))
        }
    }

    function getResponseCount(
        uint256 agentId,
        address clientAddress,
        uint64 feedbackIndex,
        address[] calldata responders
    ) external view returns (uint64 count) {
        if (responders.length == 0) return _responses[agentId][clientAddress][feedbackIndex];
        for (uint256 i = 0; i < responders.length; i++) {
            count += _responseCounts[agentId][clientAddress][feedbackIndex][responders[i]];
        }
    }

    function getClients(uint256 agentId) external view returns (address[] memory) {
        return _clients[agentId];
    }

    function getLastIndex(uint256 agentId, address clientAddress) external view returns (uint64) {
        return uint64(_feedback[agentId][clientAddress].length);
    }

    // Validation.

    function validationRequest(
        address validatorAddress,
        uint256 agentId,
        string calldata requestURI,
        bytes32 requestHash
    ) external {
        _requireAuthorized(agentId);
        if (validatorAddress != address(PROOFS)) revert ValidatorIsNotProofs(validatorAddress);
        if (_validations[requestHash].validator != address(0)) revert AlreadyRequested(requestHash);
        _request(agentId, requestURI, requestHash);
    }

    function validationResponse(bytes32, uint8, string calldata, bytes32, string calldata) external view {
        // The validator is `Proofs`, whose verdicts `recordVerdict` reads: nobody answers by hand.
        revert NotTheValidator(msg.sender);
    }

    /// @inheritdoc IAgentRegistry
    function recordVerdict(uint256 agentId, bytes32 commitId) external {
        Validation storage validation = _validations[commitId];
        if (validation.validator == address(0)) _request(agentId, "", commitId);
        else if (validation.agentId != agentId) revert UnknownRequest(commitId);
        uint256[4] memory verdict = PROLOGUE.verdictOf(commitId);
        if (verdict[3] == 0) revert NoVerdict(commitId);
        bool overturned = PROOFS.isOverturned(commitId);
        uint8 response = verdict[0] != 0 && !overturned ? RESPONSE_PASS : 0;
        string memory tag = overturned ? "OVERTURNED" : verdict[0] != 0 ? "PASS" : "FAIL";
        bytes32 responseHash = keccak256(abi.encode(verdict));
        validation.response = response;
        validation.responded = true;
        validation.lastUpdate = uint64(block.timestamp);
        validation.responseHash = responseHash;
        validation.tag = tag;
        emit ValidationResponse(address(PROOFS), agentId, commitId, response, "", responseHash, tag);
    }

    function getValidationStatus(bytes32 requestHash)
        external
        view
        returns (address, uint256, uint8, bytes32, string memory, uint256)
    {
        Validation storage v = _validations[requestHash];
        if (v.validator == address(0)) revert UnknownRequest(requestHash);
        return (v.validator, v.agentId, v.response, v.responseHash, v.tag, v.lastUpdate);
    }

    function getSummary(uint256 agentId, address[] calldata validatorAddresses, string calldata tag)
        external
        view
        returns (uint64 count, uint8 averageResponse)
    {
        bytes32[] storage requests = _agentValidations[agentId];
        uint256 sum;
        for (uint256 i = 0; i < requests.length; i++) {
            Validation storage v = _validations[requests[i]];
            if (!v.responded || !_contains(validatorAddresses, v.validator)) continue;
            if (bytes(tag).length != 0 && keccak256(bytes(v.tag)) != keccak256(bytes(tag))) continue;
            sum += v.response;
            count++;
        }
        // An average of numbers up to 100.
        // forge-lint: disable-next-line(unsafe-typecast)
        averageResponse = count == 0 ? 0 : uint8(sum / count);
    }

    function getAgentValidations(uint256 agentId) external view returns (bytes32[] memory) {
        return _agentValidations[agentId];
    }

    function getValidatorRequests(address validatorAddress) external view returns (bytes32[] memory) {
        return _validatorRequests[validatorAddress];
    }

    // Inside.

    function _register(string memory agentURI, MetadataEntry[] memory metadata)
        private
        returns (uint256 agentId)
    {
        agentId = ++_agentCount;
        _wallets[agentId] = msg.sender;
        if (bytes(agentURI).length != 0) _setTokenURI(agentId, agentURI);
        emit Registered(agentId, agentURI, msg.sender);
        for (uint256 i = 0; i < metadata.length; i++) {
            _setMetadata(agentId, metadata[i].metadataKey, metadata[i].metadataValue);
        }
        _safeMint(msg.sender, agentId);
    }

    function _setMetadata(uint256 agentId, string memory key, bytes memory value) private {
        if (keccak256(bytes(key)) == keccak256(bytes(WALLET_KEY))) revert ReservedKey();
        _storeMetadata(agentId, key, value);
    }

    function _storeMetadata(uint256 agentId, string memory key, bytes memory value) private {
        _metadata[agentId][key] = value;
        emit MetadataSet(agentId, key, key, value);
    }

    function _setWallet(uint256 agentId, address wallet) private {
        bytes memory value = wallet == address(0) ? bytes("") : abi.encodePacked(wallet);
        _wallets[agentId] = wallet;
        _storeMetadata(agentId, WALLET_KEY, value);
    }

    /// @dev A wallet consented to one owner; another has to ask it again.
    function _update(address to, uint256 tokenId, address auth) internal override returns (address from) {
        from = super._update(to, tokenId, auth);
        if (from != address(0)) _setWallet(tokenId, address(0));
    }

    function _requireAuthorized(uint256 agentId) private view {
        address owner = _requireOwned(agentId);
        if (!_isAuthorized(owner, msg.sender, agentId)) revert NotAuthorized(agentId, msg.sender);
    }

    function _give(uint256 agentId, FeedbackData memory data) private {
        address owner = _requireOwned(agentId);
        if (_isAuthorized(owner, msg.sender, agentId)) revert SelfFeedback(agentId, msg.sender);
        if (
            data.value > VALUE_MAX || data.value < -VALUE_MAX || data.valueDecimals > DECIMALS_MAX
        ) {
            revert BadValue(data.value, data.valueDecimals);
        }
        if (feedbackCredits[agentId][msg.sender] == 0) revert NoSettledJob(agentId, msg.sender);
        feedbackCredits[agentId][msg.sender]--;
        Feedback[] storage given = _feedback[agentId][msg.sender];
        if (given.length == 0) _clients[agentId].push(msg.sender);
        given.push(Feedback(data.value, data.valueDecimals, false, data.tag1, data.tag2));
        data.feedbackIndex = uint64(given.length);
        Reputation storage reputation = reputationOf[agentId];
        reputation.count++;
        reputation.sumE18 += _e18(data.value, data.valueDecimals);
        _emitNewFeedback(agentId, data);
    }

    /// @dev `emit NewFeedback(…)`, whose eleven arguments do not fit on the stack: the encoding of a struct of
    /// its data without the leading offset is the encoding of the event's data.
    function _emitNewFeedback(uint256 agentId, FeedbackData memory data) private {
        bytes memory encoded = abi.encode(data);
        bytes32 topic = NewFeedback.selector;
        bytes32 tag1Hash = keccak256(bytes(data.tag1));
        assembly ("memory-safe") {
            log4(add(encoded, 64), sub(mload(encoded), 32), topic, agentId, caller(), tag1Hash)
        }
    }

    function _feedbackAt(uint256 agentId, address client, uint64 index)
        private
        view
        returns (Feedback storage)
    {
        Feedback[] storage given = _feedback[agentId][client];
        if (index == 0 || index > given.length) revert UnknownFeedback(agentId, client, index);
        return given[index - 1];
    }

    function _filter(string memory tag1, string memory tag2, bool includeRevoked)
        private
        pure
        returns (Filter memory)
    {
        return Filter(
            bytes(tag1).length == 0 ? bytes32(0) : keccak256(bytes(tag1)),
            bytes(tag2).length == 0 ? bytes32(0) : keccak256(bytes(tag2)),
            includeRevoked
        );
    }

    function _passes(Feedback memory f, Filter memory filter) private pure returns (bool) {
        if (f.isRevoked && !filter.includeRevoked) return false;
        if (filter.tag1Hash != 0 && filter.tag1Hash != keccak256(bytes(f.tag1))) return false;
        return filter.tag2Hash == 0 || filter.tag2Hash == keccak256(bytes(f.tag2));
    }

    function _summary(FeedbackList memory list)
        private
        pure
        returns (uint64 count, int128 average, uint8 decimals)
    {
        count = uint64(list.values.length);
        if (count == 0) return (0, 0, 0);
        int256 sumE18;
        uint256[] memory frequency = new uint256[](uint256(DECIMALS_MAX) + 1);
        for (uint256 i = 0; i < count; i++) {
            sumE18 += _e18(list.values[i], list.valueDecimals[i]);
            frequency[list.valueDecimals[i]]++;
        }
        for (uint8 d = 1; d <= DECIMALS_MAX; d++) {
            if (frequency[d] > frequency[decimals]) decimals = d;
        }
        // Values are below 10^38 each, so their average fits.
        // forge-lint: disable-next-line(unsafe-typecast)
        average = int128(sumE18 / int256(uint256(count)) / _e18(1, decimals));
    }

    /// @dev The feedback of `clients` that passes the filter, in their order.
    function _list(uint256 agentId, address[] memory clients, Filter memory filter)
        private
        view
        returns (FeedbackList memory list)
    {
        uint256 most;
        for (uint256 i = 0; i < clients.length; i++) {
            most += _feedback[agentId][clients[i]].length;
        }
        // The struct is seven pointers to arrays: room for `most` in each.
        assembly ("memory-safe") {
            let free := mload(64)
            for { let field := 0 } lt(field, 224) { field := add(field, 32) } {
                mstore(add(list, field), free)
                mstore(free, most)
                free := add(free, mul(32, add(most, 1)))
            }
            mstore(64, free)
        }
        uint256 count;
        for (uint256 i = 0; i < clients.length; i++) {
            Feedback[] storage given = _feedback[agentId][clients[i]];
            for (uint256 j = 0; j < given.length; j++) {
                Feedback memory f = given[j];
                if (!_passes(f, filter)) continue;
                list.clients[count] = clients[i];
                // No list is that long.
                // forge-lint: disable-next-line(unsafe-typecast)
                list.feedbackIndexes[count] = uint64(j + 1);
                list.values[count] = f.value;
                list.valueDecimals[count] = f.valueDecimals;
                list.tag1s[count] = f.tag1;
                list.tag2s[count] = f.tag2;
                list.revokedStatuses[count++] = f.isRevoked;
            }
        }
        // All seven end at `count`; what is behind was never written.
        assembly ("memory-safe") {
            for { let field := 0 } lt(field, 224) { field := add(field, 32) } {
                mstore(mload(add(list, field)), count)
            }
        }
    }

    function _request(uint256 agentId, string memory requestURI, bytes32 commitId) private {
        address provider = IWords(address(PROOFS)).commitOf(commitId); // Reverts for an unknown one.
        address wallet = getAgentWallet(agentId);
        if (provider != wallet) revert CommitOfAnother(commitId, provider, wallet);
        Validation storage validation = _validations[commitId];
        validation.validator = address(PROOFS);
        validation.agentId = agentId;
        validation.lastUpdate = uint64(block.timestamp);
        _agentValidations[agentId].push(commitId);
        _validatorRequests[address(PROOFS)].push(commitId);
        emit ValidationRequest(address(PROOFS), agentId, requestURI, commitId);
    }

    /// @dev An empty list contains everybody.
    function _contains(address[] calldata list, address account) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; i++) {
            if (list[i] == account) return true;
        }
        return list.length == 0;
    }

    function _e18(int128 value, uint8 decimals) private pure returns (int256) {
        return int256(value) * int256(10 ** (DECIMALS_MAX - decimals));
    }
}
