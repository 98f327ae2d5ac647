// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAgentWallet} from "./interfaces/IAgentWallet.sol";
import {Signatures} from "./Signatures.sol";

/// @title Money for an agent, with limits that the chain enforces
/// @dev Documented at `IAgentWallet`. The owner is fixed at creation.
contract AgentWallet is IAgentWallet, EIP712, ERC721Holder {
    bytes32 public constant EXECUTE_TYPEHASH = keccak256(
        "Execute(address target,uint256 value,bytes data,uint64 sequence,uint256 deadline)"
    );
    bytes32 public constant KILL_TYPEHASH = keccak256("Kill(uint256 nonce)");
    bytes32 public constant WALLET_MESSAGE_TYPEHASH = keccak256("WalletMessage(bytes32 hash)");

    uint256 public constant PERMISSIONS_MAX = 64;
    uint256 public constant TOKEN_LIMITS_MAX = 16;

    address private constant NATIVE = address(0);
    bytes4 private constant MAGIC = 0x1626ba7e; // ERC-1271
    bytes4 private constant INVALID = 0xffffffff;

    struct Limit {
        uint128 perTransaction;
        uint128 perDay;
    }

    struct Spent {
        uint64 day;
        uint192 amount;
    }

    /// @inheritdoc IAgentWallet
    address public immutable owner;

    /// @inheritdoc IAgentWallet
    address public agent;
    /// @inheritdoc IAgentWallet
    uint64 public policyVersion;
    /// @inheritdoc IAgentWallet
    bool public killed;
    /// @inheritdoc IAgentWallet
    bytes32 public policyHash;
    /// @inheritdoc IAgentWallet
    bytes32 public lastEntry;
    /// @inheritdoc IAgentWallet
    uint64 public sequence;
    /// @notice Last second in which the agent may act.
    uint64 public expiry;
    /// @inheritdoc IAgentWallet
    uint256 public killNonce;

    mapping(uint64 version => mapping(address target => mapping(bytes4 selector => bool))) private
        _allowed;
    mapping(uint64 version => mapping(address asset => Limit)) private _limits;
    mapping(address asset => Spent) private _spent;

    constructor(address owner_, address agent_, Policy memory policy)
        payable
        EIP712("Assay AgentWallet", "1")
    {
        if (owner_ == address(0)) revert ZeroOwner();
        owner = owner_;
        _setPolicy(agent_, policy);
    }

    receive() external payable {
        emit Received(msg.sender, msg.value);
    }

    /// @inheritdoc IAgentWallet
    function setPolicy(address agent_, Policy calldata policy) external {
        _requireOwner();
        _setPolicy(agent_, policy);
    }

    /// @inheritdoc IAgentWallet
    function kill() external {
        _requireOwner();
        _kill();
    }

    /// @inheritdoc IAgentWallet
    function killWithSignature(bytes calldata signature) external {
        bytes32 structHash = keccak256(abi.encode(KILL_TYPEHASH, killNonce++));
        Signatures.requireValid(owner, _hashTypedDataV4(structHash), signature);
        _kill();
    }

    /// @inheritdoc IAgentWallet
    function revive() external {
        _requireOwner();
        if (!killed) revert NotKilled();
        killed = false;
        killNonce++; // A kill signed before this is spent.
        emit Revived();
    }

    /// @inheritdoc IAgentWallet
    function execute(address target, uint256 value, bytes calldata data)
        external
        returns (bytes memory)
    {
        if (msg.sender != agent) revert NotTheAgent(msg.sender);
        return _act(target, value, data);
    }

    /// @inheritdoc IAgentWallet
    function executeWithSignature(
        address target,
        uint256 value,
        bytes calldata data,
        uint256 deadline,
        bytes calldata signature
    ) external returns (bytes memory) {
        if (block.timestamp > deadline) revert SignatureExpired(deadline, block.timestamp);
        bytes32 structHash = keccak256(
            abi.encode(EXECUTE_TYPEHASH, target, value, keccak256(data), sequence, deadline)
        );
        Signatures.requireValid(agent, _hashTypedDataV4(structHash), signature);
        return _act(target, value, data);
    }

    /// @inheritdoc IAgentWallet
    function executeAsOwner(address target, uint256 value, bytes calldata data)
        external
        returns (bytes memory)
    {
        _requireOwner();
        _log(0, owner, target, value, data);
        return _call(target, value, data);
    }

    /// @inheritdoc IAgentWallet
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(WALLET_MESSAGE_TYPEHASH, hash)));
        return Signatures.isValid(owner, digest, signature) ? MAGIC : INVALID;
    }

    /// @inheritdoc IAgentWallet
    function isAllowed(address target, bytes4 selector) external view returns (bool) {
        return _allowed[policyVersion][target][selector];
    }

    /// @inheritdoc IAgentWallet
    function leftToday(address asset) external view returns (uint256 left, uint256 perTransaction) {
        Limit storage limit = _limits[policyVersion][asset];
        if (killed || block.timestamp > expiry) return (0, 0);
        return (Math.saturatingSub(limit.perDay, _spentToday(asset)), limit.perTransaction);
    }

    function _setPolicy(address agent_, Policy memory policy) private {
        if (policy.permissions.length > PERMISSIONS_MAX) {
            revert TooMany(policy.permissions.length, PERMISSIONS_MAX);
        }
        if (policy.tokenLimits.length > TOKEN_LIMITS_MAX) {
            revert TooMany(policy.tokenLimits.length, TOKEN_LIMITS_MAX);
        }
        uint64 version = ++policyVersion;
        agent = agent_;
        expiry = policy.expiry;
        policyHash = keccak256(abi.encode(version, agent_, policy));
        _limits[version][NATIVE] = Limit(policy.perTransactionWei, policy.perDayWei);
        for (uint256 i = 0; i < policy.permissions.length; i++) {
            address target = policy.permissions[i].target;
            if (target == address(this)) revert TargetIsTheWallet();
            _allowed[version][target][policy.permissions[i].selector] = true;
        }
        for (uint256 i = 0; i < policy.tokenLimits.length; i++) {
            TokenLimit memory limit = policy.tokenLimits[i];
            if (limit.token == NATIVE) revert NoTokenLimit(NATIVE);
            _limits[version][limit.token] = Limit(limit.perTransaction, limit.perDay);
        }
        emit PolicySet(version, policyHash, agent_, policy);
    }

    function _act(address target, uint256 value, bytes calldata data) private returns (bytes memory) {
        if (killed) revert WalletKilled();
        if (block.timestamp > expiry) revert PolicyExpired(expiry, block.timestamp);
        if (data.length != 0 && data.length < 4) revert TruncatedCall(data.length);
        bytes4 selector = data.length == 0 ? bytes4(0) : bytes4(data[:4]);
        if (!_allowed[policyVersion][target][selector]) revert NotAllowed(target, selector);
        // A zero selector with calldata would pass for a plain payment.
        if (selector == 0 && data.length != 0) revert NotAllowed(target, selector);
        _spend(NATIVE, value);
        (bool spends, uint256 amount) = _tokenAmount(selector, data);
        if (spends) {
            if (_limits[policyVersion][target].perTransaction == 0) revert NoTokenLimit(target);
            _spend(target, amount);
        }
        _log(policyHash, agent, target, value, data);
        return _call(target, value, data);
    }

    /// @dev Word 1 of the arguments, or word 2 for `transferFrom`.
    function _tokenAmount(bytes4 selector, bytes calldata data)
        private
        pure
        returns (bool spends, uint256 amount)
    {
        uint256 offset;
        if (selector == 0x23b872dd) offset = 68; // transferFrom(address,address,uint256)
        else if (
            selector == 0xa9059cbb // transfer(address,uint256)
                || selector == 0x095ea7b3 // approve(address,uint256)
                || selector == 0x39509351 // increaseAllowance(address,uint256)
                || selector == 0x1296ee62 // transferAndCall(address,uint256)
                || selector == 0x4000aea0 // transferAndCall(address,uint256,bytes)
                || selector == 0x3177029f // approveAndCall(address,uint256)
                || selector == 0xcae9ca51 // approveAndCall(address,uint256,bytes)
        ) {
            offset = 36;
        } else if (
            selector == 0xd8fbe994 // transferFromAndCall(address,address,uint256)
                || selector == 0xc1d34b89 // transferFromAndCall(address,address,uint256,bytes)
        ) {
            offset = 68;
        } else {
            return (false, 0);
        }
        if (data.length < offset + 32) revert TruncatedCall(data.length);
        return (true, uint256(bytes32(data[offset:offset + 32])));
    }

    function _spend(address asset, uint256 amount) private {
        if (amount == 0) return;
        Limit storage limit = _limits[policyVersion][asset];
        if (amount > limit.perTransaction) {
            revert AboveTransactionLimit(asset, amount, limit.perTransaction);
        }
        uint256 spent = _spentToday(asset);
        uint256 left = Math.saturatingSub(limit.perDay, spent);
        if (amount > left) revert AboveDayLimit(asset, amount, left);
        // At most perDay, which has 128 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        _spent[asset] = Spent(uint64(block.timestamp / 1 days), uint192(spent + amount));
    }

    function _spentToday(address asset) private view returns (uint256) {
        Spent storage spent = _spent[asset];
        return spent.day == block.timestamp / 1 days ? spent.amount : 0;
    }

    function _log(
        bytes32 policyHash_,
        address actor,
        address target,
        uint256 value,
        bytes calldata data
    ) private {
        bytes32 previous = lastEntry;
        uint64 number = sequence++;
        bytes32 entry = keccak256(
            abi.encode(policyHash_, actor, target, value, keccak256(data), number, previous)
        );
        lastEntry = entry;
        emit Acted(number, actor, target, value, data, policyHash_, previous, entry);
    }

    function _call(address target, uint256 value, bytes calldata data) private returns (bytes memory) {
        (bool done, bytes memory output) = target.call{value: value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(output, 32), mload(output))
            }
        }
        return output;
    }

    function _kill() private {
        killed = true;
        emit Killed(msg.sender);
    }

    function _requireOwner() private view {
        if (msg.sender != owner) revert NotTheOwner(msg.sender);
    }
}
