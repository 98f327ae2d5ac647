// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Channels} from "../../src/Channels.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {PlainToken} from "../mocks/Tokens.sol";
import {PayoutTree} from "../PayoutTree.sol";
import {Moves} from "./Moves.sol";

/// @notice A channel, a fan and a token channel, and everybody's moves at random. Where a move can ask for too
/// much it sometimes does.
contract ChannelsHandler is Moves {
    uint256 private constant KEY = 0xa11ce;
    uint256 private constant FAN = 1;
    uint256 private constant OF_TOKEN = 2;
    address private constant RECEIVER = address(0xbeef);

    Channels public immutable channels = new Channels();
    PlainToken public immutable token = new PlainToken();
    address private immutable _payer = vm.addr(KEY);
    IChannels.ChannelConfig[3] private _configs;
    bytes32[3] private _ids;
    uint256[3] private _in;
    uint256[3] private _back;
    uint256[3] private _inAtRequest;
    uint256 private _batches;
    bytes32[] private _roots;
    uint128[] private _amounts;
    mapping(address payee => uint256) private _due;

    constructor() {
        vm.warp(1_000_000);
        _configs[0] =
            IChannels.ChannelConfig(_payer, address(0), RECEIVER, address(0), address(0), 1 hours, "");
        _configs[FAN] =
            IChannels.ChannelConfig(_payer, address(0), address(0), address(0), address(0), 1 hours, "");
        _configs[OF_TOKEN] = IChannels.ChannelConfig(
            _payer, address(0), RECEIVER, address(0), address(token), 1 hours, ""
        );
        for (uint256 i = 0; i < 3; i++) {
            _ids[i] = channels.getChannelId(_configs[i]);
        }
    }

    function deposit(uint256 which, uint256 amount) external {
        which %= 3;
        amount = bound(amount, 0, 1e24);
        address from = address(0xdeb);
        if (which == OF_TOKEN) {
            token.mint(from, amount);
            vm.prank(from);
            token.approve(address(channels), amount);
        } else {
            vm.deal(from, amount);
        }
        bytes memory input = abi.encodeCall(channels.deposit, (_configs[which], uint128(amount)));
        if (_try("deposit", from, address(channels), which == OF_TOKEN ? 0 : amount, input)) {
            _in[which] += amount;
        }
    }

    function claim(uint256 which, uint256 more, uint256 how) external {
        which = which % 2 * OF_TOKEN;
        (, uint128 claimed) = channels.channels(_ids[which]);
        uint128 total = uint128(claimed + _part(more, channels.freeOf(_ids[which])));
        IChannels.VoucherClaim[] memory claims = new IChannels.VoucherClaim[](1);
        claims[0] = IChannels.VoucherClaim(
            IChannels.Voucher(_configs[which], total),
            _sign(how % 16 == 1 ? KEY + 1 : KEY, channels.getVoucherDigest(_ids[which], total)),
            total
        );
        bytes memory input = abi.encodeCall(channels.claim, (claims));
        if (_try("claim", how % 16 == 2 ? _payer : RECEIVER, address(channels), 0, input)) {
            assertTrue(total == claimed || (how % 16 != 1 && how % 16 != 2), "whose claim");
        }
    }

    function settle(uint256 ofToken) external {
        address asset = ofToken % 2 == 0 ? address(0) : address(token);
        _twice("settle", abi.encodeCall(channels.settle, (RECEIVER, asset)));
    }

    function claimPayee(uint256 seed, uint256 more, uint256 packed) external {
        address payee = _payee(seed);
        uint128 max = uint128(
            channels.lineOf(_ids[FAN], payee).claimed + _part(more, channels.freeOf(_ids[FAN]) / 2)
        );
        bytes memory signature = _sign(KEY, channels.getPayeeVoucherDigest(_ids[FAN], payee, max));
        if (packed % 2 == 0) {
            IChannels.PayeeClaim[] memory claims = new IChannels.PayeeClaim[](1);
            claims[0] = IChannels.PayeeClaim(payee, max, signature);
            bytes memory input = abi.encodeCall(channels.claimPayees, (_configs[FAN], claims));
            _try("claim for a payee", address(this), address(channels), 0, input);
        } else {
            bytes memory line = abi.encodePacked(payee, max, _compact(signature));
            bytes memory input = abi.encodeCall(channels.claimPacked, (_configs[FAN], line));
            _try("claim packed", address(this), address(channels), 0, input);
        }
    }

    function settlePayee(uint256 seed) external {
        address[] memory payees = new address[](1);
        payees[0] = _payee(seed);
        _twice("settle a payee", abi.encodeCall(channels.settlePayees, (_configs[FAN], payees)));
    }

    function reserve(uint256 seed, uint256 guaranteed, uint256 life) external {
        address payee = _payee(seed);
        IChannels.Reservation memory current = channels.reservationOf(_ids[FAN], payee);
        uint256 expiry = bound(life, 1, 2 days) + block.timestamp;
        uint128 next = uint128(current.guaranteed + _part(guaranteed, channels.freeOf(_ids[FAN]) / 2));
        bytes memory input = abi.encodeCall(
            channels.reserve,
            (_configs[FAN], payee, next, uint40(expiry < current.expiry ? current.expiry : expiry))
        );
        _try("reserve", _payer, address(channels), 0, input);
    }

    function release(uint256 seed) external {
        _twice("release", abi.encodeCall(channels.release, (_configs[FAN], _payee(seed))));
    }

    function settleBatch(uint256 amount) external {
        amount = _part(amount, channels.freeOf(_ids[FAN]) / 2);
        PayoutTree.Node memory root =
            PayoutTree.leaf(uint32(_roots.length), _payee(amount), uint128(amount));
        uint40 expiry = uint40(block.timestamp + 7 days);
        bytes32 structHash = keccak256(
            abi.encode(channels.BATCH_TYPEHASH(), _ids[FAN], root.hash, root.sum, expiry)
        );
        bytes memory signature = _sign(KEY, keccak256(abi.encodePacked(hex"1901", _domain(), structHash)));
        bytes memory input = abi.encodeCall(
            channels.settleBatch, (_configs[FAN], root.hash, root.sum, expiry, signature)
        );
        if (!_twice("settle a batch", input)) return;
        _roots.push(root.hash);
        _amounts.push(root.sum);
    }

    function collect(uint256 which) external {
        if (_roots.length == 0) return;
        which %= _roots.length;
        (address payee, uint128 amount) = (_payee(_amounts[which]), _amounts[which]);
        bytes memory input = abi.encodeCall(
            channels.collect, (_configs[FAN], _roots[which], uint32(which), payee, amount, "")
        );
        if (!_twice("collect", input)) return;
        _due[payee] += amount;
        _batches += amount;
    }

    /// @notice With a wait: batches live a week.
    function releaseBatch(uint256 which, uint256 wait) external {
        if (_roots.length == 0) return;
        vm.warp(block.timestamp + wait % 3 days);
        _twice(
            "release a batch",
            abi.encodeCall(channels.releaseBatch, (_configs[FAN], _roots[which % _roots.length]))
        );
    }

    function initiateWithdraw(uint256 which, uint256 amount, uint256 who) external {
        which %= 3;
        address from = who % 8 == 0 ? RECEIVER : _payer;
        bytes memory input =
            abi.encodeCall(channels.initiateWithdraw, (_configs[which], uint128(bound(amount, 1, 1e24))));
        if (!_try("ask for money back", from, address(channels), 0, input)) return;
        assertEq(from, _payer, "who may ask");
        _inAtRequest[which] = _in[which];
    }

    function finalizeWithdraw(uint256 which, uint256 wait) external {
        which %= 3;
        vm.warp(block.timestamp + wait % 90 minutes);
        uint256 before = _balanceOf(which, _payer);
        if (!_twice("withdraw", abi.encodeCall(channels.finalizeWithdraw, (_configs[which])))) return;
        _back[which] += _balanceOf(which, _payer) - before;
        assertLe(_back[which], _inAtRequest[which], "money that came after the request");
    }

    function refund(uint256 which, uint256 amount, uint256 who) external {
        which = which % 2 * OF_TOKEN;
        address from = who % 4 == 0 ? _payer : RECEIVER;
        uint256 before = _balanceOf(which, _payer);
        bytes memory input = abi.encodeCall(channels.refund, (_configs[which], uint128(bound(amount, 1, 1e24))));
        if (!_try("refund", from, address(channels), 0, input)) return;
        assertEq(from, RECEIVER, "who may refund");
        _back[which] += _balanceOf(which, _payer) - before;
    }

    function requireConserved() external view {
        uint256[3] memory open;
        for (uint256 i = 0; i < 3; i++) {
            (uint128 balance, uint128 claimed) = channels.channels(_ids[i]);
            assertEq(balance, _in[i] - _back[i], "deposits less refunds");
            assertLe(uint256(claimed) + channels.reservedOf(_ids[i]), balance, "overcommitted");
            open[i] = balance - claimed;
        }
        (uint128 native, uint128 nativePaid) = channels.receivers(RECEIVER, address(0));
        (uint128 tokens, uint128 tokensPaid) = channels.receivers(RECEIVER, address(token));
        uint256 credited = _requireFanConserved();
        assertEq(RECEIVER.balance, nativePaid, "native paid");
        assertEq(token.balanceOf(RECEIVER), tokensPaid, "tokens paid");
        assertEq(
            address(channels).balance, open[0] + open[1] + credited + native - nativePaid, "native"
        );
        assertEq(token.balanceOf(address(channels)), open[2] + tokens - tokensPaid, "tokens");
    }

    /// @return credited What payees were credited and have not been paid.
    function _requireFanConserved() private view returns (uint256 credited) {
        uint256 lines;
        uint256 outstanding;
        for (uint256 i = 0; i < 3; i++) {
            IChannels.Line memory line = channels.lineOf(_ids[FAN], _payee(i));
            lines += line.claimed;
            credited += line.claimed - line.settled;
            assertEq(_payee(i).balance, line.settled + _due[_payee(i)], "paid twice");
            uint256 guaranteed = channels.reservationOf(_ids[FAN], _payee(i)).guaranteed;
            if (line.reserved && guaranteed > line.claimed) outstanding += guaranteed - line.claimed;
        }
        for (uint256 i = 0; i < _roots.length; i++) {
            IChannels.Batch memory batch = channels.batchOf(_ids[FAN], _roots[i]);
            outstanding += batch.total - batch.paid;
        }
        assertEq(channels.reservedOf(_ids[FAN]), outstanding, "reservations");
        (, uint128 fanClaimed) = channels.channels(_ids[FAN]);
        assertEq(fanClaimed, lines + _batches, "the fan's claims");
    }

    /// @dev Where a move takes all there is, the same again must be refused.
    function _twice(bytes32 path, bytes memory input) private returns (bool done) {
        done = _try(path, address(this), address(channels), 0, input);
        if (!done) return false;
        (bool again,) = address(channels).call(input);
        assertFalse(again, "twice");
    }

    /// @dev A part of `whole`, one time in eight one more than all of it.
    function _part(uint256 seed, uint256 whole) private pure returns (uint256) {
        if (seed % 8 == 0) return whole + 1;
        return bound(seed / 8, whole == 0 ? 0 : 1, whole / 4 + 1);
    }

    function _payee(uint256 seed) private pure returns (address) {
        return address(uint160(0x5000 + seed % 3));
    }

    function _balanceOf(uint256 which, address account) private view returns (uint256) {
        return which == OF_TOKEN ? token.balanceOf(account) : account.balance;
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev The 64 bytes of EIP-2098.
    function _compact(bytes memory signature) private pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = (bytes32(0), bytes32(0));
        assembly ("memory-safe") {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
        }
        return abi.encodePacked(r, uint8(signature[64]) == 28 ? s | bytes32(uint256(1) << 255) : s);
    }

    function _domain() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("x402 Batch Settlement"),
                keccak256("1"),
                block.chainid,
                address(channels)
            )
        );
    }
}
