// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title One root an epoch for millions of small claims
/// @notice A payer opens a payout, deposits, and posts one Merkle root an epoch. A leaf names an account and
/// what it has earned in all epochs together; a claim pays the difference to what it already took. What is
/// below the payout's minimum stays in the sum and comes with a later epoch.
///
/// The tree carries sums, so that what a root's leaves can claim never exceeds the total it was posted with,
/// and that total must be on deposit;
/// see `SumTree` for leaf, node and proof.
///
/// Nobody but its payer decides about a payout, so there is no owner. Warning: a payer can leave an account
/// out of the next root or lower its sum; an earlier root stays good for as long as the deposit lasts.
interface IMerklePayout {
    /// @param minimum Smallest amount that is paid.
    /// @param claimSeconds After the last root, how long the payer must leave the money;
    /// `type(uint40).max` for ever.
    /// @param deposited In all, less what the payer took back.
    /// @param committed Total of the last root: the payer cannot take it back.
    /// @param paid To all accounts.
    struct Payout {
        address payer;
        uint64 epoch;
        address token;
        uint40 claimSeconds;
        uint40 postedAt;
        uint128 minimum;
        uint128 deposited;
        uint128 committed;
        uint128 paid;
    }

    /// @param account Who is paid.
    /// @param cumulative Its sum in the root of `epoch`.
    struct Claim {
        bytes32 id;
        uint64 epoch;
        uint32 index;
        address account;
        uint128 cumulative;
        bytes proof;
    }

    error PayoutExists(bytes32 id);
    error UnknownPayout(bytes32 id);
    error MinimumNotLower(uint256 minimum, uint256 current);
    error NotThePayer(address caller, address payer);
    error ClaimSecondsTooFew(uint256 claimSeconds, uint256 least);
    error WrongEpoch(uint64 epoch, uint64 expected);
    error TotalFell(uint256 total, uint256 committed);
    error NotOnDeposit(uint256 total, uint256 deposited);
    error SignatureExpired(uint256 deadline, uint256 nowSeconds);
    error NothingToClaim(address account);
    error BelowMinimum(uint256 due, uint256 minimum);
    error DepositExhausted(uint256 due, uint256 left);
    error NotTheAccount(address caller, address account);
    error ClaimsStillOpen(uint256 untilSeconds);
    error NothingToReclaim(bytes32 id);

    event Opened(
        bytes32 indexed id,
        address indexed payer,
        address indexed token,
        bytes32 salt,
        uint128 minimum,
        uint40 claimSeconds
    );
    event MinimumLowered(bytes32 indexed id, uint256 minimum);
    event Deposited(bytes32 indexed id, address indexed from, uint256 amount);
    event Posted(bytes32 indexed id, uint64 indexed epoch, bytes32 root, uint256 total);
    event Claimed(
        bytes32 indexed id, address indexed account, address to, uint64 epoch, uint256 amount
    );
    event Reclaimed(bytes32 indexed id, address indexed to, uint256 amount);

    /// @notice Opens the caller's payout of `token` (zero for the native token) under `salt`.
    /// @return id `idOf(caller, token, salt)`.
    function open(address token, bytes32 salt, uint128 minimum, uint40 claimSeconds)
        external
        returns (bytes32 id);

    /// @notice The payer lowers what is worth paying: to 0 it sets every remainder free.
    function lowerMinimum(bytes32 id, uint128 minimum) external;

    /// @notice Adds `amount` to a payout; anyone may.
    function deposit(bytes32 id, uint128 amount) external payable;

    /// @notice Posts the root of the next epoch. `total`, the sum of its leaves, must be on deposit and cannot
    /// be below the last root's.
    function post(bytes32 id, uint64 epoch, bytes32 root, uint128 total) external;

    /// @notice As `post`, by anyone, with the payer's EIP-712 signature of
    /// `Post(bytes32 id,uint64 epoch,bytes32 root,uint128 total,uint256 deadline)`.
    function postWithSignature(
        bytes32 id,
        uint64 epoch,
        bytes32 root,
        uint128 total,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Pays `c.account` what it has not taken yet. Anyone may call it.
    function claim(Claim calldata c) external returns (uint256 amount);

    /// @notice As `claim`, to another address; only the account itself may.
    function claimTo(Claim calldata c, address to) external returns (uint256 amount);

    /// @notice Several claims; reverts if one does.
    function claimMany(Claim[] calldata claims) external;

    /// @notice The payer takes back what no root has committed, and everything once `claimSeconds` have
    /// passed since the last root.
    function reclaim(bytes32 id, address to) external returns (uint256 amount);

    function idOf(address payer, address token, bytes32 salt) external pure returns (bytes32);

    function payoutOf(bytes32 id) external view returns (Payout memory);

    function rootOf(bytes32 id, uint64 epoch) external view returns (bytes32 root, uint128 total);

    /// @notice What `account` has taken from the payout.
    function claimedOf(bytes32 id, address account) external view returns (uint128);

    /// @notice What `c` would pay now; reverts as the claim would.
    function dueOf(Claim calldata c) external view returns (uint256);
}
