// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Money for an agent, with limits that the chain enforces
/// @notice The owner sets a policy and can do anything at any time; the agent can do what the policy allows, and
/// nothing once the owner has killed it. Every act is an entry of a hash-linked log.
///
/// What the policy bounds: native value of every call; amounts of `transfer`, `transferFrom`, `approve`,
/// `increaseAllowance` and ERC-1363's `transferAndCall`, `approveAndCall` of the listed tokens (an approval
/// counts in full). Those selectors are refused for a target that has no limit. Warning: other functions of
/// an allowed target can move what the wallet has approved or deposited there; allow only functions whose
/// worst case is affordable.
interface IAgentWallet {
    /// @param selector Function of `target`; zero for a payment without calldata.
    struct Permission {
        address target;
        bytes4 selector;
    }

    struct TokenLimit {
        address token;
        uint128 perTransaction;
        uint128 perDay;
    }

    /// @notice A day is a UTC day: floor(timestamp / 86,400).
    /// @param perTransactionWei, perDayWei Native value of one call and of a day's calls.
    /// @param expiry Last second in which the agent may act.
    struct Policy {
        uint128 perTransactionWei;
        uint128 perDayWei;
        uint64 expiry;
        Permission[] permissions;
        TokenLimit[] tokenLimits;
    }

    error NotTheOwner(address caller);
    error NotTheAgent(address caller);
    error WalletKilled();
    error NotKilled();
    error PolicyExpired(uint256 expiry, uint256 nowSeconds);
    error SignatureExpired(uint256 deadline, uint256 nowSeconds);
    error NotAllowed(address target, bytes4 selector);
    error TargetIsTheWallet();
    error TooMany(uint256 count, uint256 limit);
    error TruncatedCall(uint256 length);
    error NoTokenLimit(address token);
    /// @notice `asset` zero is the native token.
    error AboveTransactionLimit(address asset, uint256 amount, uint256 limit);
    error AboveDayLimit(address asset, uint256 amount, uint256 left);
    error ZeroOwner();

    event PolicySet(
        uint64 indexed version, bytes32 indexed policyHash, address indexed agent, Policy policy
    );
    /// @notice Entry `sequence` of the log:
    /// entry = keccak256(abi.encode(policyHash, agent, target, value, keccak256(data), sequence, previous)).
    /// The owner's own acts have policyHash 0 and the owner as agent.
    event Acted(
        uint64 indexed sequence,
        address indexed agent,
        address indexed target,
        uint256 value,
        bytes data,
        bytes32 policyHash,
        bytes32 previous,
        bytes32 entry
    );
    event Killed(address indexed by);
    event Revived();
    event Received(address indexed from, uint256 value);

    /// @notice Replaces agent and policy. What a day has spent stays spent.
    function setPolicy(address agent, Policy calldata policy) external;

    /// @notice Stops the agent, from the next transaction on.
    function kill() external;

    /// @notice As `kill`, by anyone, with the owner's signature of `Kill(uint256 nonce)`.
    function killWithSignature(bytes calldata signature) external;

    /// @notice Lets the agent act again.
    function revive() external;

    /// @notice The agent calls `target`. Reverts as the call does.
    function execute(address target, uint256 value, bytes calldata data)
        external
        returns (bytes memory);

    /// @notice As `execute`, by anyone, with the agent's signature of
    /// `Execute(address target,uint256 value,bytes data,uint64 sequence,uint256 deadline)`; `sequence` is the
    /// log's next, so that each signature serves once.
    function executeWithSignature(
        address target,
        uint256 value,
        bytes calldata data,
        uint256 deadline,
        bytes calldata signature
    ) external returns (bytes memory);

    /// @notice The owner calls anything.
    function executeAsOwner(address target, uint256 value, bytes calldata data)
        external
        returns (bytes memory);

    /// @notice ERC-1271. Valid is the owner's signature of `WalletMessage(bytes32 hash)` in this wallet's
    /// domain, so that one signature never serves two wallets. The agent's never is: a signature has no limit.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4);

    function owner() external view returns (address);
    function agent() external view returns (address);
    function policyHash() external view returns (bytes32);
    function policyVersion() external view returns (uint64);
    function killed() external view returns (bool);
    function killNonce() external view returns (uint256);

    /// @notice Acts so far; the next one's number.
    function sequence() external view returns (uint64);

    /// @notice The log's last entry.
    function lastEntry() external view returns (bytes32);

    function isAllowed(address target, bytes4 selector) external view returns (bool);

    /// @notice What the agent may still spend of `asset` today: at most this in all and `perTransaction` at once.
    function leftToday(address asset) external view returns (uint256 left, uint256 perTransaction);
}
