// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Assets} from "./Assets.sol";
import {IChannels} from "./interfaces/IChannels.sol";
import {Signatures} from "./Signatures.sol";
import {SumTree} from "./SumTree.sol";
import {VoucherDigests} from "./VoucherDigests.sol";

/// @notice What a token must have for `depositWithAuthorization`.
interface IReceiveWithAuthorization {
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}

/// @title Payment channels with cumulative vouchers
/// @dev Documented at `IChannels`. For every channel: totalClaimed + reserved ≤ balance. For every asset: what
/// this contract holds ≥ the sum of (balance − totalClaimed) + what is credited and not yet paid.
contract Channels is VoucherDigests, Multicall, ReentrancyGuardTransient {
    /// @notice Bounds of `withdrawDelay`, x402's own.
    uint40 public constant WITHDRAW_DELAY_MIN = 15 minutes;
    uint40 public constant WITHDRAW_DELAY_MAX = 30 days;
    /// @notice Least life of a batch: time for its payees to collect.
    uint40 public constant BATCH_SECONDS_MIN = 7 days;

    uint256 private constant PACKED_CLAIM_BYTES = 100;

    struct Withdrawal {
        uint128 amount;
        uint40 initiatedAt;
    }

    struct Credit {
        uint128 totalClaimed;
        uint128 totalSettled;
    }

    /// @inheritdoc IChannels
    mapping(bytes32 channelId => Channel) public channels;
    /// @inheritdoc IChannels
    mapping(bytes32 channelId => Withdrawal) public pendingWithdrawals;
    /// @inheritdoc IChannels
    mapping(address receiver => mapping(address token => Credit)) public receivers;
    /// @inheritdoc IChannels
    mapping(bytes32 channelId => uint256) public refundNonce;
    /// @inheritdoc IChannels
    mapping(bytes32 channelId => uint256) public depositNonce;
    /// @inheritdoc IChannels
    mapping(bytes32 channelId => uint128) public reservedOf;

    /// @dev Balance when the pending withdrawal was asked for: what comes later is not part of it.
    mapping(bytes32 channelId => uint128) private _balanceAtRequest;
    mapping(bytes32 channelId => mapping(address payee => Line)) private _lines;
    mapping(bytes32 channelId => mapping(address payee => Reservation)) private _reservations;
    mapping(bytes32 channelId => mapping(bytes32 root => Batch)) private _batches;
    mapping(bytes32 channelId => mapping(bytes32 root => mapping(uint256 word => uint256))) private
        _collected;

    // Money in.

    /// @inheritdoc IChannels
    function deposit(ChannelConfig calldata config, uint128 amount) external payable nonReentrant {
        _credit(getChannelId(config), config, msg.sender, amount);
        Assets.pullExact(config.token, msg.sender, amount);
    }

    /// @inheritdoc IChannels
    function depositWithAuthorization(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 validAfter,
        uint256 validBefore,
        uint256 salt,
        bytes calldata signature
    ) external nonReentrant {
        bytes32 channelId = getChannelId(config);
        _credit(channelId, config, config.payer, amount);
        uint256 before = IERC20(config.token).balanceOf(address(this));
        // The nonce ties the payer's signature to this channel: nobody can aim it at another.
        IReceiveWithAuthorization(config.token).receiveWithAuthorization(
            config.payer,
            address(this),
            amount,
            validAfter,
            validBefore,
            keccak256(abi.encode(channelId, salt)),
            signature
        );
        Assets.requireReceived(config.token, before, amount);
    }

    /// @inheritdoc IChannels
    function depositWithSignature(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 deadline,
        bytes calldata signature
    ) external nonReentrant {
        if (block.timestamp > deadline) revert SignatureExpired(deadline, block.timestamp);
        bytes32 channelId = getChannelId(config);
        bytes32 structHash = keccak256(
            abi.encode(DEPOSIT_TYPEHASH, channelId, amount, depositNonce[channelId]++, deadline)
        );
        Signatures.requireValid(config.payer, _hashTypedDataV4(structHash), signature);
        _credit(channelId, config, config.payer, amount);
        if (config.token == Assets.NATIVE) revert BadConfig(channelId);
        Assets.pullExact(config.token, config.payer, amount);
    }

    // A channel's receiver.

    /// @inheritdoc IChannels
    function claim(VoucherClaim[] calldata voucherClaims) external {
        for (uint256 i = 0; i < voucherClaims.length; i++) {
            ChannelConfig calldata config = voucherClaims[i].voucher.channel;
            if (msg.sender != config.receiver && msg.sender != config.receiverAuthorizer) {
                revert NotTheReceiver(msg.sender, config.receiver);
            }
            _claim(voucherClaims[i]);
        }
    }

    /// @inheritdoc IChannels
    function claimWithSignature(
        VoucherClaim[] calldata voucherClaims,
        bytes calldata authorizerSignature
    ) external {
        if (voucherClaims.length == 0) revert NoClaims();
        address authorizer = _receiverSide(voucherClaims[0].voucher.channel);
        Signatures.requireValid(authorizer, getClaimBatchDigest(voucherClaims), authorizerSignature);
        for (uint256 i = 0; i < voucherClaims.length; i++) {
            address other = _receiverSide(voucherClaims[i].voucher.channel);
            if (other != authorizer) revert AuthorizersDiffer(authorizer, other);
            _claim(voucherClaims[i]);
        }
    }

    /// @inheritdoc IChannels
    function settle(address receiver, address token) external nonReentrant {
        Credit storage credit = receivers[receiver][token];
        uint128 amount = credit.totalClaimed - credit.totalSettled;
        if (amount == 0) revert NothingToSettle(receiver);
        credit.totalSettled = credit.totalClaimed;
        emit Settled(receiver, token, msg.sender, amount);
        Assets.push(token, receiver, amount);
    }

    /// @inheritdoc IChannels
    function refund(ChannelConfig calldata config, uint128 amount) external nonReentrant {
        if (msg.sender != config.receiver && msg.sender != config.receiverAuthorizer) {
            revert NotTheReceiver(msg.sender, config.receiver);
        }
        _refund(getChannelId(config), config, amount);
    }

    /// @inheritdoc IChannels
    function refundWithSignature(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 nonce,
        bytes calldata receiverAuthorizerSignature
    ) external nonReentrant {
        bytes32 channelId = getChannelId(config);
        if (nonce != refundNonce[channelId]) revert WrongNonce(nonce, refundNonce[channelId]);
        refundNonce[channelId] = nonce + 1;
        Signatures.requireValid(
            _receiverSide(config),
            getRefundDigest(channelId, nonce, amount),
            receiverAuthorizerSignature
        );
        _refund(channelId, config, amount);
    }

    // A fan's payees.

    /// @inheritdoc IChannels
    function claimPayees(ChannelConfig calldata config, PayeeClaim[] calldata claims) external {
        bytes32 channelId = _fanId(config);
        address signer = _payerSide(config);
        uint256 claimed;
        uint256 covered;
        for (uint256 i = 0; i < claims.length; i++) {
            PayeeClaim calldata c = claims[i];
            (uint256 amount, uint256 ofReserve) = _claimLine(channelId, c.payee, c.maxClaimableAmount);
            if (amount == 0) continue;
            Signatures.requireValid(
                signer,
                getPayeeVoucherDigest(channelId, c.payee, c.maxClaimableAmount),
                c.signature
            );
            claimed += amount;
            covered += ofReserve;
        }
        _book(channelId, claimed, covered);
    }

    /// @inheritdoc IChannels
    function claimPacked(ChannelConfig calldata config, bytes calldata claims) external {
        if (claims.length % PACKED_CLAIM_BYTES != 0) revert BadPackedLength(claims.length);
        bytes32 channelId = _fanId(config);
        address signer = _payerSide(config);
        uint256 claimed;
        uint256 covered;
        while (claims.length != 0) {
            address payee = address(bytes20(claims[:20]));
            uint128 maxClaimableAmount = uint128(bytes16(claims[20:36]));
            (uint256 amount, uint256 ofReserve) = _claimLine(channelId, payee, maxClaimableAmount);
            if (amount != 0) {
                _requireKey(
                    signer,
                    getPayeeVoucherDigest(channelId, payee, maxClaimableAmount),
                    bytes32(claims[36:68]),
                    bytes32(claims[68:100])
                );
            }
            claimed += amount;
            covered += ofReserve;
            claims = claims[PACKED_CLAIM_BYTES:];
        }
        _book(channelId, claimed, covered);
    }

    /// @inheritdoc IChannels
    function settlePayees(ChannelConfig calldata config, address[] calldata payees) external nonReentrant {
        bytes32 channelId = _fanId(config);
        for (uint256 i = 0; i < payees.length; i++) {
            Line storage line = _lines[channelId][payees[i]];
            uint256 amount = line.claimed - line.settled;
            if (amount == 0) revert NothingToSettle(payees[i]);
            line.settled = line.claimed;
            emit PayeeSettled(channelId, payees[i], config.token, amount);
            Assets.push(config.token, payees[i], amount);
        }
    }

    /// @inheritdoc IChannels
    function reserve(
        ChannelConfig calldata config,
        address payee,
        uint128 guaranteed,
        uint40 expiry
    ) external {
        _requirePayerSide(config);
        _reserve(_fanId(config), payee, guaranteed, expiry);
    }

    /// @inheritdoc IChannels
    function reserveWithSignature(
        ChannelConfig calldata config,
        address payee,
        uint128 guaranteed,
        uint40 expiry,
        bytes calldata signature
    ) external {
        bytes32 channelId = _fanId(config);
        bytes32 structHash =
            keccak256(abi.encode(RESERVE_TYPEHASH, channelId, payee, guaranteed, expiry));
        Signatures.requireValid(_payerSide(config), _hashTypedDataV4(structHash), signature);
        _reserve(channelId, payee, guaranteed, expiry);
    }

    /// @inheritdoc IChannels
    function release(ChannelConfig calldata config, address payee) external {
        bytes32 channelId = _fanId(config);
        Line storage line = _lines[channelId][payee];
        if (!line.reserved) revert NothingReserved(channelId);
        Reservation storage reservation = _reservations[channelId][payee];
        _requireExpired(reservation.expiry);
        uint256 amount = Math.saturatingSub(reservation.guaranteed, line.claimed);
        line.reserved = false;
        // `guaranteed` stays, so that the payer's old signatures cannot bring the reservation back.
        // At most `guaranteed`, which has 128 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        reservedOf[channelId] -= uint128(amount);
        emit Released(channelId, payee, amount);
    }

    /// @inheritdoc IChannels
    function settleBatch(
        ChannelConfig calldata config,
        bytes32 root,
        uint128 total,
        uint40 expiry,
        bytes calldata signature
    ) external {
        bytes32 channelId = _fanId(config);
        if (total == 0) revert ZeroAmount();
        Batch storage batch = _batches[channelId][root];
        if (batch.total != 0) revert BatchExists(channelId, root);
        if (expiry < block.timestamp + BATCH_SECONDS_MIN) {
            revert ExpiryTooEarly(expiry, block.timestamp + BATCH_SECONDS_MIN);
        }
        bytes32 structHash = keccak256(abi.encode(BATCH_TYPEHASH, channelId, root, total, expiry));
        Signatures.requireValid(_payerSide(config), _hashTypedDataV4(structHash), signature);
        batch.total = total;
        batch.expiry = expiry;
        _hold(channelId, total);
        emit BatchSettled(channelId, root, total, expiry);
    }

    /// @inheritdoc IChannels
    function collect(
        ChannelConfig calldata config,
        bytes32 root,
        uint32 index,
        address payee,
        uint128 amount,
        bytes calldata proof
    ) external nonReentrant {
        bytes32 channelId = _fanId(config);
        Batch storage batch = _batches[channelId][root];
        SumTree.requireLeaf(root, batch.total, index, payee, amount, proof);
        uint256 word = _collected[channelId][root][index >> 8];
        // forge-lint: disable-next-line(incorrect-shift)
        uint256 bit = 1 << (index & 255);
        // A released batch has everything paid: nothing of it can be collected any more.
        if (word & bit != 0 || amount > batch.total - batch.paid) revert AlreadyPaid(root, index);
        _collected[channelId][root][index >> 8] = word | bit;
        batch.paid += amount;
        channels[channelId].totalClaimed += amount;
        reservedOf[channelId] -= amount;
        emit BatchPaid(channelId, root, payee, index, amount);
        Assets.push(config.token, payee, amount);
    }

    /// @inheritdoc IChannels
    function releaseBatch(ChannelConfig calldata config, bytes32 root) external {
        bytes32 channelId = _fanId(config);
        Batch storage batch = _batches[channelId][root];
        uint128 amount = batch.total - batch.paid;
        if (amount == 0) revert NothingReserved(channelId);
        _requireExpired(batch.expiry);
        batch.paid = batch.total;
        reservedOf[channelId] -= amount;
        emit BatchReleased(channelId, root, amount);
    }

    // Money back.

    /// @inheritdoc IChannels
    function initiateWithdraw(ChannelConfig calldata config, uint128 amount) external {
        _requirePayerSide(config);
        bytes32 channelId = getChannelId(config);
        if (amount == 0) revert ZeroAmount();
        Channel storage channel = channels[channelId];
        if (channel.balance == channel.totalClaimed) revert NothingToWithdraw(channelId);
        _balanceAtRequest[channelId] = channel.balance;
        pendingWithdrawals[channelId] = Withdrawal(amount, uint40(block.timestamp));
        emit WithdrawInitiated(channelId, amount, block.timestamp + config.withdrawDelay);
    }

    /// @inheritdoc IChannels
    function finalizeWithdraw(ChannelConfig calldata config) external nonReentrant {
        bytes32 channelId = getChannelId(config);
        Withdrawal memory withdrawal = pendingWithdrawals[channelId];
        if (withdrawal.amount == 0) revert NoWithdrawal(channelId);
        uint256 fromSeconds = uint256(withdrawal.initiatedAt) + config.withdrawDelay;
        if (block.timestamp < fromSeconds) revert WithdrawalPending(channelId, fromSeconds);
        uint256 late = channels[channelId].balance - _balanceAtRequest[channelId];
        delete pendingWithdrawals[channelId];
        delete _balanceAtRequest[channelId];
        uint256 free = Math.saturatingSub(freeOf(channelId), late);
        uint128 amount = _takeBack(channelId, withdrawal.amount, free);
        emit Withdrawn(channelId, amount);
        Assets.push(config.token, config.payer, amount);
    }

    // Views.

    /// @inheritdoc IChannels
    function freeOf(bytes32 channelId) public view returns (uint256) {
        Channel storage channel = channels[channelId];
        return uint256(channel.balance) - channel.totalClaimed - reservedOf[channelId];
    }

    /// @inheritdoc IChannels
    function lineOf(bytes32 channelId, address payee) external view returns (Line memory) {
        return _lines[channelId][payee];
    }

    /// @inheritdoc IChannels
    function reservationOf(bytes32 channelId, address payee) external view returns (Reservation memory) {
        return _reservations[channelId][payee];
    }

    /// @inheritdoc IChannels
    function batchOf(bytes32 channelId, bytes32 root) external view returns (Batch memory) {
        return _batches[channelId][root];
    }

    /// @inheritdoc IChannels
    function isCollected(bytes32 channelId, bytes32 root, uint32 index) external view returns (bool) {
        // forge-lint: disable-next-line(incorrect-shift)
        return _collected[channelId][root][index >> 8] & (1 << (index & 255)) != 0;
    }

    // Inside.

    function _credit(
        bytes32 channelId,
        ChannelConfig calldata config,
        address from,
        uint128 amount
    ) private {
        if (amount == 0) revert ZeroAmount();
        Channel storage channel = channels[channelId];
        if (channel.balance == 0 && channel.totalClaimed == 0) {
            if (config.payer == address(0)) revert BadConfig(channelId);
            if (
                config.withdrawDelay < WITHDRAW_DELAY_MIN
                    || config.withdrawDelay > WITHDRAW_DELAY_MAX
            ) {
                revert WithdrawDelayOutsideBounds(
                    config.withdrawDelay, WITHDRAW_DELAY_MIN, WITHDRAW_DELAY_MAX
                );
            }
            emit ChannelOpened(channelId, config);
        }
        channel.balance += amount;
        emit Deposited(channelId, from, amount);
    }

    function _claim(VoucherClaim calldata c) private {
        ChannelConfig calldata config = c.voucher.channel;
        bytes32 channelId = getChannelId(config);
        if (config.receiver == address(0)) revert IsAFan(channelId);
        Channel storage channel = channels[channelId];
        uint128 before = channel.totalClaimed;
        uint128 maxClaimable = c.voucher.maxClaimableAmount;
        if (c.totalClaimed > maxClaimable) {
            revert ClaimExceedsVoucher(channelId, c.totalClaimed, maxClaimable);
        }
        if (c.totalClaimed <= before) return;
        if (c.totalClaimed > channel.balance) {
            revert ClaimExceedsBalance(channelId, c.totalClaimed, channel.balance);
        }
        Signatures.requireValid(
            _payerSide(config), getVoucherDigest(channelId, maxClaimable), c.signature
        );
        uint128 amount = c.totalClaimed - before;
        channel.totalClaimed = c.totalClaimed;
        receivers[config.receiver][config.token].totalClaimed += amount;
        emit Claimed(channelId, config.receiver, amount, c.totalClaimed);
    }

    /// @return amount What the voucher adds to the line.
    /// @return ofReserve The part of it that the payee's reservation covers.
    function _claimLine(bytes32 channelId, address payee, uint128 maxClaimableAmount)
        private
        returns (uint256 amount, uint256 ofReserve)
    {
        if (maxClaimableAmount > type(uint120).max) revert AmountTooLarge(maxClaimableAmount);
        Line storage line = _lines[channelId][payee];
        uint256 before = line.claimed;
        if (maxClaimableAmount <= before) return (0, 0);
        amount = maxClaimableAmount - before;
        // Checked above.
        // forge-lint: disable-next-line(unsafe-typecast)
        line.claimed = uint120(maxClaimableAmount);
        if (line.reserved) {
            uint256 outstanding =
                Math.saturatingSub(_reservations[channelId][payee].guaranteed, before);
            ofReserve = Math.min(outstanding, amount);
        }
        emit PayeeClaimed(channelId, payee, amount, maxClaimableAmount);
    }

    /// @dev Books `claimed`, of which `covered` comes out of reservations and the rest must be free.
    function _book(bytes32 channelId, uint256 claimed, uint256 covered) private {
        uint256 free = freeOf(channelId);
        if (claimed - covered > free) {
            revert ClaimExceedsBalance(channelId, claimed - covered, free);
        }
        // Both fit: claimed − covered ≤ free and covered ≤ reserved, all parts of `balance`.
        // forge-lint: disable-next-line(unsafe-typecast)
        channels[channelId].totalClaimed += uint128(claimed);
        // forge-lint: disable-next-line(unsafe-typecast)
        if (covered != 0) reservedOf[channelId] -= uint128(covered);
    }

    function _reserve(bytes32 channelId, address payee, uint128 guaranteed, uint40 expiry) private {
        Line storage line = _lines[channelId][payee];
        Reservation storage reservation = _reservations[channelId][payee];
        if (guaranteed <= reservation.guaranteed) {
            revert ReservationFell(guaranteed, reservation.guaranteed);
        }
        if (expiry < reservation.expiry || expiry <= block.timestamp) {
            revert ExpiryTooEarly(expiry, Math.max(reservation.expiry, block.timestamp + 1));
        }
        uint256 outstanding =
            line.reserved ? Math.saturatingSub(reservation.guaranteed, line.claimed) : 0;
        uint256 next = Math.saturatingSub(guaranteed, line.claimed);
        line.reserved = true;
        reservation.guaranteed = guaranteed;
        reservation.expiry = expiry;
        _hold(channelId, next - outstanding);
        emit Reserved(channelId, payee, guaranteed, expiry);
    }

    function _hold(bytes32 channelId, uint256 amount) private {
        uint256 free = freeOf(channelId);
        if (amount > free) revert ClaimExceedsBalance(channelId, amount, free);
        // At most `free`, a part of a balance of 128 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        reservedOf[channelId] += uint128(amount);
    }

    function _refund(bytes32 channelId, ChannelConfig calldata config, uint128 amount) private {
        if (config.receiver == address(0)) revert IsAFan(channelId);
        amount = _takeBack(channelId, amount, freeOf(channelId));
        // A refund comes out of what a pending withdrawal asked for first.
        _balanceAtRequest[channelId] =
            uint128(Math.saturatingSub(_balanceAtRequest[channelId], amount));
        emit Refunded(channelId, amount);
        Assets.push(config.token, config.payer, amount);
    }

    /// @return amount `wanted` or, if less, `free`.
    function _takeBack(bytes32 channelId, uint128 wanted, uint256 free) private returns (uint128 amount) {
        // Only where `free` is the smaller.
        // forge-lint: disable-next-line(unsafe-typecast)
        amount = wanted < free ? wanted : uint128(free);
        if (amount == 0) revert NothingToWithdraw(channelId);
        channels[channelId].balance -= amount;
    }

    function _requireKey(address signer, bytes32 digest, bytes32 r, bytes32 vs) private pure {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, r, vs);
        if (failure != ECDSA.RecoverError.NoError || recovered != signer) {
            revert Signatures.InvalidSignature(signer, digest);
        }
    }

    function _requireExpired(uint40 expiry) private view {
        if (block.timestamp < expiry) revert NotExpired(expiry, block.timestamp);
    }

    function _requirePayerSide(ChannelConfig calldata config) private view {
        if (msg.sender != config.payer && msg.sender != config.payerAuthorizer) {
            revert NotThePayer(msg.sender, config.payer);
        }
    }

    function _fanId(ChannelConfig calldata config) private view returns (bytes32 channelId) {
        channelId = getChannelId(config);
        if (config.receiver != address(0)) revert NotAFan(channelId);
    }

    function _payerSide(ChannelConfig calldata config) private pure returns (address) {
        return config.payerAuthorizer == address(0) ? config.payer : config.payerAuthorizer;
    }

    function _receiverSide(ChannelConfig calldata config) private pure returns (address) {
        return config.receiverAuthorizer == address(0) ? config.receiver : config.receiverAuthorizer;
    }
}
