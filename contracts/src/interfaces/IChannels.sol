// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Payment channels with cumulative vouchers
/// @notice A payer deposits once and then pays with signatures. A voucher says how much may have been claimed
/// in all, so the last one replaces those before it and none can be used twice.
///
/// Two kinds, told apart by `ChannelConfig.receiver`:
/// * A *channel* names its receiver. Structs, EIP-712 types, domain name and functions are those of x402's
///   batch-settlement scheme, so that its clients and facilitators work once they know this address.
/// * A *fan*, with receiver zero, pays any number of payees from one deposit. A payee relies on the fan's
///   free balance, or has the payer reserve a part for it, which neither the payer nor other payees can
///   touch before the reservation expires. A batch is many payments under one root and one signature
///   (`SumTree`): its total is reserved as a whole, and each payee collects with a proof.
///
/// Everything is pulled or credited by anyone for the payee; money leaves only to payees, receivers and, after
/// `withdrawDelay`, back to the payer.
interface IChannels {
    /// @param payer Whose deposit it is; refunds go there.
    /// @param payerAuthorizer Who signs vouchers; zero for the payer itself.
    /// @param receiver Who is paid; zero for a fan.
    /// @param receiverAuthorizer Who claims and refunds for the receiver; zero for the receiver itself.
    /// @param token ERC-20, zero for the native token.
    /// @param withdrawDelay Seconds from asking for money back to getting it.
    /// @param salt Tells channels of equal parties apart.
    struct ChannelConfig {
        address payer;
        address payerAuthorizer;
        address receiver;
        address receiverAuthorizer;
        address token;
        uint40 withdrawDelay;
        bytes32 salt;
    }

    struct Voucher {
        ChannelConfig channel;
        uint128 maxClaimableAmount;
    }

    /// @param signature Of `Voucher(bytes32 channelId,uint128 maxClaimableAmount)` by the payer's side.
    /// @param totalClaimed What the receiver takes in all, at most the voucher's amount.
    struct VoucherClaim {
        Voucher voucher;
        bytes signature;
        uint128 totalClaimed;
    }

    /// @param signature Of `PayeeVoucher(bytes32 channelId,address payee,uint128 maxClaimableAmount)`.
    struct PayeeClaim {
        address payee;
        uint128 maxClaimableAmount;
        bytes signature;
    }

    /// @param balance Deposits less what went back to the payer.
    /// @param totalClaimed Taken by the receiver, or by all payees and batches of a fan.
    struct Channel {
        uint128 balance;
        uint128 totalClaimed;
    }

    /// @param claimed By vouchers, in all.
    /// @param settled Of that, paid out.
    /// @param reserved Whether there is a reservation to look up.
    struct Line {
        uint120 claimed;
        uint120 settled;
        bool reserved;
    }

    /// @param guaranteed Cumulative claims up to here are assured.
    /// @param expiry Second from which the reservation can be released.
    struct Reservation {
        uint128 guaranteed;
        uint40 expiry;
    }

    struct Batch {
        uint128 total;
        uint128 paid;
        uint40 expiry;
    }

    error BadConfig(bytes32 channelId);
    error WithdrawDelayOutsideBounds(uint256 delay, uint256 least, uint256 most);
    error ZeroAmount();
    error SignatureExpired(uint256 deadline, uint256 nowSeconds);
    error NotTheReceiver(address caller, address receiver);
    error NotThePayer(address caller, address payer);
    error ClaimExceedsVoucher(bytes32 channelId, uint256 totalClaimed, uint256 maxClaimable);
    error ClaimExceedsBalance(bytes32 channelId, uint256 asked, uint256 free);
    error AuthorizersDiffer(address one, address other);
    error NoClaims();
    error NotAFan(bytes32 channelId);
    error IsAFan(bytes32 channelId);
    error AmountTooLarge(uint256 amount);
    error BadPackedLength(uint256 length);
    error NothingToSettle(address payee);
    error ReservationFell(uint256 guaranteed, uint256 current);
    error ExpiryTooEarly(uint256 expiry, uint256 least);
    error NotExpired(uint256 expiry, uint256 nowSeconds);
    error NothingReserved(bytes32 channelId);
    error BatchExists(bytes32 channelId, bytes32 root);
    error AlreadyPaid(bytes32 root, uint256 index);
    error NothingToWithdraw(bytes32 channelId);
    error NoWithdrawal(bytes32 channelId);
    error WithdrawalPending(bytes32 channelId, uint256 fromSeconds);
    error WrongNonce(uint256 nonce, uint256 expected);

    event ChannelOpened(bytes32 indexed channelId, ChannelConfig config);
    event Deposited(bytes32 indexed channelId, address indexed from, uint128 amount);
    event Claimed(bytes32 indexed channelId, address indexed receiver, uint128 amount, uint128 totalClaimed);
    event PayeeClaimed(
        bytes32 indexed channelId, address indexed payee, uint256 amount, uint256 claimed
    );
    event Settled(
        address indexed receiver, address indexed token, address indexed sender, uint128 amount
    );
    event PayeeSettled(
        bytes32 indexed channelId, address indexed payee, address indexed token, uint256 amount
    );
    event Reserved(
        bytes32 indexed channelId, address indexed payee, uint128 guaranteed, uint40 expiry
    );
    event Released(bytes32 indexed channelId, address indexed payee, uint256 amount);
    event BatchSettled(bytes32 indexed channelId, bytes32 indexed root, uint128 total, uint40 expiry);
    event BatchPaid(
        bytes32 indexed channelId,
        bytes32 indexed root,
        address indexed payee,
        uint32 index,
        uint128 amount
    );
    event BatchReleased(bytes32 indexed channelId, bytes32 indexed root, uint256 amount);
    event WithdrawInitiated(bytes32 indexed channelId, uint128 amount, uint256 fromSeconds);
    event Withdrawn(bytes32 indexed channelId, uint128 amount);
    event Refunded(bytes32 indexed channelId, uint128 amount);

    /// @notice Adds `amount` to the channel that `config` names, opening it if it is new. Anyone may deposit for
    /// any payer: the native token with the call, a token by the caller's allowance.
    function deposit(ChannelConfig calldata config, uint128 amount) external payable;

    /// @notice As `deposit`, by anyone from the payer's tokens, with its ERC-3009 authorization to this contract
    /// under the nonce keccak256(abi.encode(channelId, salt)), as x402 signs it.
    function depositWithAuthorization(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 validAfter,
        uint256 validBefore,
        uint256 salt,
        bytes calldata signature
    ) external;

    /// @notice As `deposit`, by anyone from the payer's tokens and allowance, with its signature of
    /// `Deposit(bytes32 channelId,uint128 amount,uint256 nonce,uint256 deadline)`.
    function depositWithSignature(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice The receiver's side takes what vouchers allow; it is credited for `settle`. A claim that brings
    /// nothing new is passed over.
    function claim(VoucherClaim[] calldata voucherClaims) external;

    /// @notice As `claim`, by anyone, with the authorizer's signature of
    /// `ClaimBatch(ClaimEntry[] claims)`; all channels have the same authorizer.
    function claimWithSignature(
        VoucherClaim[] calldata voucherClaims,
        bytes calldata authorizerSignature
    ) external;

    /// @notice Pays `receiver` what it has been credited in `token`. Anyone may call it.
    function settle(address receiver, address token) external;

    /// @notice Credits payees of a fan what their vouchers allow. Anyone may call it. What brings nothing new is
    /// passed over.
    function claimPayees(ChannelConfig calldata config, PayeeClaim[] calldata claims) external;

    /// @notice As `claimPayees`, 100 bytes a voucher: payee (20) ‖ maxClaimableAmount (16) ‖ EIP-2098 signature
    /// (64).
    function claimPacked(ChannelConfig calldata config, bytes calldata claims) external;

    /// @notice Pays payees of a fan what they have been credited. Anyone may call it.
    function settlePayees(ChannelConfig calldata config, address[] calldata payees) external;

    /// @notice The payer's side assures `payee` claims up to `guaranteed`; neither that nor `expiry` can go
    /// down.
    function reserve(
        ChannelConfig calldata config,
        address payee,
        uint128 guaranteed,
        uint40 expiry
    ) external;

    /// @notice As `reserve`, by anyone, with the payer's side's signature of
    /// `Reserve(bytes32 channelId,address payee,uint128 guaranteed,uint40 expiry)`.
    function reserveWithSignature(
        ChannelConfig calldata config,
        address payee,
        uint128 guaranteed,
        uint40 expiry,
        bytes calldata signature
    ) external;

    /// @notice Frees what an expired reservation still holds.
    function release(ChannelConfig calldata config, address payee) external;

    /// @notice Settles any number of payments at once: their total leaves the payer's reach and belongs to the
    /// leaves under `root`. By anyone, with the payer's side's signature of
    /// `Batch(bytes32 channelId,bytes32 root,uint128 total,uint40 expiry)`.
    function settleBatch(
        ChannelConfig calldata config,
        bytes32 root,
        uint128 total,
        uint40 expiry,
        bytes calldata signature
    ) external;

    /// @notice Pays one leaf of a batch to its payee. Anyone may call it.
    function collect(
        ChannelConfig calldata config,
        bytes32 root,
        uint32 index,
        address payee,
        uint128 amount,
        bytes calldata proof
    ) external;

    /// @notice Frees what nobody collected from an expired batch.
    function releaseBatch(ChannelConfig calldata config, bytes32 root) external;

    /// @notice The payer's side asks for `amount` back; the payees have `withdrawDelay` to claim first. What is
    /// deposited afterwards is not part of it: a request made in good time cannot take later money at once.
    function initiateWithdraw(ChannelConfig calldata config, uint128 amount) external;

    /// @notice After the delay, pays the payer what it asked for, or what is left. Anyone may call it.
    function finalizeWithdraw(ChannelConfig calldata config) external;

    /// @notice The receiver's side gives `amount`, or what is left, back to the payer at once.
    function refund(ChannelConfig calldata config, uint128 amount) external;

    /// @notice As `refund`, by anyone, with the receiver's side's signature of
    /// `Refund(bytes32 channelId,uint256 nonce,uint128 amount)`.
    function refundWithSignature(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 nonce,
        bytes calldata receiverAuthorizerSignature
    ) external;

    /// @notice EIP-712 digest of `config`: the channel's id.
    function getChannelId(ChannelConfig calldata config) external view returns (bytes32);

    function channels(bytes32 channelId) external view returns (uint128 balance, uint128 totalClaimed);

    function pendingWithdrawals(bytes32 channelId)
        external
        view
        returns (uint128 amount, uint40 initiatedAt);

    function receivers(address receiver, address token)
        external
        view
        returns (uint128 totalClaimed, uint128 totalSettled);

    function refundNonce(bytes32 channelId) external view returns (uint256);

    function depositNonce(bytes32 channelId) external view returns (uint256);

    /// @notice What is neither claimed nor reserved.
    function freeOf(bytes32 channelId) external view returns (uint256);

    /// @notice What reservations and batches hold.
    function reservedOf(bytes32 channelId) external view returns (uint128);

    function lineOf(bytes32 channelId, address payee) external view returns (Line memory);

    function reservationOf(bytes32 channelId, address payee) external view returns (Reservation memory);

    function batchOf(bytes32 channelId, bytes32 root) external view returns (Batch memory);

    function isCollected(bytes32 channelId, bytes32 root, uint32 index) external view returns (bool);

    function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount)
        external
        view
        returns (bytes32);

    function getPayeeVoucherDigest(bytes32 channelId, address payee, uint128 maxClaimableAmount)
        external
        view
        returns (bytes32);

    function getRefundDigest(bytes32 channelId, uint256 nonce, uint128 amount)
        external
        view
        returns (bytes32);

    function getClaimBatchDigest(VoucherClaim[] calldata voucherClaims) external view returns (bytes32);
}
