// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Assets} from "./Assets.sol";
import {IMerklePayout} from "./interfaces/IMerklePayout.sol";
import {Signatures} from "./Signatures.sol";
import {SumTree} from "./SumTree.sol";

/// @title One root an epoch for millions of small claims
/// @dev Documented at `IMerklePayout`. Each payout is a ledger of its own: what is wrong in one never touches
/// the money of another.
contract MerklePayout is IMerklePayout, EIP712, ReentrancyGuardTransient {
    bytes32 public constant POST_TYPEHASH =
        keccak256("Post(bytes32 id,uint64 epoch,bytes32 root,uint128 total,uint256 deadline)");

    /// @notice Least time that a payer leaves a root's money for claims.
    uint40 public constant CLAIM_SECONDS_MIN = 7 days;

    struct Root {
        bytes32 hash;
        uint128 total;
    }

    mapping(bytes32 id => Payout) private _payouts;
    mapping(bytes32 id => mapping(uint64 epoch => Root)) private _roots;
    mapping(bytes32 id => mapping(address account => uint128)) private _claimed;

    constructor() EIP712("Assay MerklePayout", "1") {}

    /// @inheritdoc IMerklePayout
    function open(address token, bytes32 salt, uint128 minimum, uint40 claimSeconds)
        external
        returns (bytes32 id)
    {
        if (claimSeconds < CLAIM_SECONDS_MIN) {
            revert ClaimSecondsTooFew(claimSeconds, CLAIM_SECONDS_MIN);
        }
        id = idOf(msg.sender, token, salt);
        Payout storage payout = _payouts[id];
        if (payout.payer != address(0)) revert PayoutExists(id);
        payout.payer = msg.sender;
        payout.token = token;
        payout.minimum = minimum;
        payout.claimSeconds = claimSeconds;
        emit Opened(id, msg.sender, token, salt, minimum, claimSeconds);
    }

    /// @inheritdoc IMerklePayout
    function lowerMinimum(bytes32 id, uint128 minimum) external {
        Payout storage payout = _ofCaller(id);
        if (minimum >= payout.minimum) revert MinimumNotLower(minimum, payout.minimum);
        payout.minimum = minimum;
        emit MinimumLowered(id, minimum);
    }

    /// @inheritdoc IMerklePayout
    function deposit(bytes32 id, uint128 amount) external payable nonReentrant {
        Payout storage payout = _known(id);
        payout.deposited += amount;
        emit Deposited(id, msg.sender, amount);
        Assets.pullExact(payout.token, msg.sender, amount);
    }

    /// @inheritdoc IMerklePayout
    function post(bytes32 id, uint64 epoch, bytes32 root, uint128 total) external {
        Payout storage payout = _ofCaller(id);
        _post(payout, id, epoch, root, total);
    }

    /// @inheritdoc IMerklePayout
    function postWithSignature(
        bytes32 id,
        uint64 epoch,
        bytes32 root,
        uint128 total,
        uint256 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert SignatureExpired(deadline, block.timestamp);
        Payout storage payout = _known(id);
        bytes32 structHash = keccak256(abi.encode(POST_TYPEHASH, id, epoch, root, total, deadline));
        Signatures.requireValid(payout.payer, _hashTypedDataV4(structHash), signature);
        _post(payout, id, epoch, root, total);
    }

    /// @inheritdoc IMerklePayout
    function claim(Claim calldata c) external nonReentrant returns (uint256) {
        return _claim(c, c.account);
    }

    /// @inheritdoc IMerklePayout
    function claimTo(Claim calldata c, address to) external nonReentrant returns (uint256) {
        if (msg.sender != c.account) revert NotTheAccount(msg.sender, c.account);
        return _claim(c, to);
    }

    /// @inheritdoc IMerklePayout
    function claimMany(Claim[] calldata claims) external nonReentrant {
        for (uint256 i = 0; i < claims.length; i++) {
            _claim(claims[i], claims[i].account);
        }
    }

    /// @inheritdoc IMerklePayout
    function reclaim(bytes32 id, address to) external nonReentrant returns (uint256 amount) {
        Payout storage payout = _ofCaller(id);
        uint128 held = payout.committed > payout.paid ? payout.committed : payout.paid;
        if (held != payout.paid && _claimsEnded(payout)) {
            held = payout.paid;
            payout.committed = held;
        }
        amount = payout.deposited - held;
        if (amount == 0) revert NothingToReclaim(id);
        payout.deposited = held;
        emit Reclaimed(id, to, amount);
        Assets.push(payout.token, to, amount);
    }

    /// @inheritdoc IMerklePayout
    function payoutOf(bytes32 id) external view returns (Payout memory) {
        return _payouts[id];
    }

    /// @inheritdoc IMerklePayout
    function rootOf(bytes32 id, uint64 epoch) external view returns (bytes32 root, uint128 total) {
        Root storage posted = _roots[id][epoch];
        return (posted.hash, posted.total);
    }

    /// @inheritdoc IMerklePayout
    function claimedOf(bytes32 id, address account) external view returns (uint128) {
        return _claimed[id][account];
    }

    /// @inheritdoc IMerklePayout
    function dueOf(Claim calldata c) external view returns (uint256) {
        return _due(_known(c.id), c);
    }

    /// @inheritdoc IMerklePayout
    function idOf(address payer, address token, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(payer, token, salt));
    }

    function _post(Payout storage payout, bytes32 id, uint64 epoch, bytes32 root, uint128 total) private {
        if (epoch != payout.epoch + 1) revert WrongEpoch(epoch, payout.epoch + 1);
        if (total < payout.committed) revert TotalFell(total, payout.committed);
        if (total > payout.deposited) revert NotOnDeposit(total, payout.deposited);
        payout.epoch = epoch;
        payout.committed = total;
        payout.postedAt = uint40(block.timestamp);
        _roots[id][epoch] = Root(root, total);
        emit Posted(id, epoch, root, total);
    }

    function _claim(Claim calldata c, address to) private returns (uint256) {
        Payout storage payout = _known(c.id);
        uint128 due = _due(payout, c);
        _claimed[c.id][c.account] = c.cumulative;
        payout.paid += due;
        emit Claimed(c.id, c.account, to, c.epoch, due);
        Assets.push(payout.token, to, due);
        return due;
    }

    function _due(Payout storage payout, Claim calldata c) private view returns (uint128 due) {
        Root storage posted = _roots[c.id][c.epoch];
        SumTree.requireLeaf(posted.hash, posted.total, c.index, c.account, c.cumulative, c.proof);
        uint128 claimed = _claimed[c.id][c.account];
        if (c.cumulative <= claimed) revert NothingToClaim(c.account);
        due = c.cumulative - claimed;
        if (due < payout.minimum) revert BelowMinimum(due, payout.minimum);
        uint128 left = payout.deposited - payout.paid;
        if (due > left) revert DepositExhausted(due, left);
    }

    function _claimsEnded(Payout storage payout) private view returns (bool) {
        return payout.claimSeconds != type(uint40).max
            && block.timestamp >= uint256(payout.postedAt) + payout.claimSeconds;
    }

    function _ofCaller(bytes32 id) private view returns (Payout storage payout) {
        payout = _known(id);
        if (msg.sender != payout.payer) revert NotThePayer(msg.sender, payout.payer);
    }

    function _known(bytes32 id) private view returns (Payout storage payout) {
        payout = _payouts[id];
        if (payout.payer == address(0)) revert UnknownPayout(id);
    }
}
