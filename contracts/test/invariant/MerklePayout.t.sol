// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerklePayout} from "../../src/MerklePayout.sol";
import {IMerklePayout} from "../../src/interfaces/IMerklePayout.sol";
import {PayoutTree} from "../PayoutTree.sol";
import {PlainToken} from "../mocks/Tokens.sol";
import {Campaign, Moves} from "./Moves.sol";

/// @notice Three payers, the last one in a token, honest about sums, and everybody's moves at random.
contract MerklePayoutHandler is Moves {
    uint256 private constant PAYERS = 3;
    uint256 private constant ACCOUNTS = 4;

    MerklePayout public immutable payouts = new MerklePayout();
    PlainToken public immutable token = new PlainToken();
    address[] private _accounts;
    bytes32[] private _ids;
    mapping(bytes32 id => uint128[]) private _sums;
    mapping(bytes32 id => mapping(address account => uint256)) private _got;
    uint256[PAYERS] private _in;
    uint256[PAYERS] private _back;

    constructor() {
        for (uint160 i = 0; i < ACCOUNTS; i++) {
            _accounts.push(address(0x1000 + i));
        }
        for (uint256 i = 0; i < PAYERS; i++) {
            vm.prank(_payer(i));
            bytes32 id = payouts.open(i == 2 ? address(token) : address(0), "", 100, 7 days);
            _ids.push(id);
            _sums[id] = new uint128[](ACCOUNTS);
        }
    }

    function deposit(uint256 which, uint256 amount) external {
        which %= PAYERS;
        amount = bound(amount, 0, 1e24);
        address payer = _payer(which);
        if (which == 2) {
            token.mint(payer, amount);
            vm.prank(payer);
            token.approve(address(payouts), amount);
        } else {
            vm.deal(payer, amount);
        }
        bytes memory input = abi.encodeCall(payouts.deposit, (_ids[which], uint128(amount)));
        if (_try("deposit", payer, address(payouts), which == 2 ? 0 : amount, input)) _in[which] += amount;
    }

    function post(uint256 which, uint256 account, uint256 more) external {
        which %= PAYERS;
        bytes32 id = _ids[which];
        IMerklePayout.Payout memory payout = payouts.payoutOf(id);
        uint128[] memory sums = _sums[id];
        uint256 total;
        for (uint256 i = 0; i < ACCOUNTS; i++) {
            total += sums[i];
        }
        if (payout.deposited < total) return; // Taken back after the window.
        sums[account % ACCOUNTS] += uint128(bound(more, 0, payout.deposited - total));
        PayoutTree.Node memory root = PayoutTree.root(_accounts, sums);
        bytes memory input = abi.encodeCall(payouts.post, (id, payout.epoch + 1, root.hash, root.sum));
        if (_try("post", _payer(which), address(payouts), 0, input)) _sums[id] = sums;
    }

    /// @notice The account's claim by anybody, or its own to another address; then the same again.
    function claim(uint256 which, uint256 account, uint256 elsewhere) external {
        bytes32 id = _ids[which % PAYERS];
        account %= ACCOUNTS;
        // The first from there that has something to take, or the last.
        for (uint256 i = 0; i < ACCOUNTS; i++) {
            if (_sums[id][account] >= 100 + _got[id][_accounts[account]]) break;
            account = (account + 1) % ACCOUNTS;
        }
        address payee = _accounts[account];
        uint256 due = _sums[id][account] - _got[id][payee];
        IMerklePayout.Claim memory c = IMerklePayout.Claim(
            id,
            payouts.payoutOf(id).epoch,
            uint32(account),
            payee,
            _sums[id][account],
            PayoutTree.proof(_accounts, _sums[id], account)
        );
        bool own = elsewhere % 2 == 0;
        bytes memory input = own
            ? abi.encodeCall(payouts.claimTo, (c, address(0x2000)))
            : abi.encodeCall(payouts.claim, (c));
        if (!_try(own ? bytes32("claim to") : bytes32("claim"), payee, address(payouts), 0, input)) return;
        _got[id][payee] += due;
        vm.prank(payee);
        (bool again,) = address(payouts).call(input);
        assertFalse(again, "the same leaf again");
    }

    function reclaim(uint256 which, uint256 wait) external {
        which %= PAYERS;
        vm.warp(block.timestamp + bound(wait, 0, 4 days));
        uint256 before = payouts.payoutOf(_ids[which]).deposited;
        bytes memory input = abi.encodeCall(payouts.reclaim, (_ids[which], _payer(which)));
        if (_try("reclaim", _payer(which), address(payouts), 0, input)) {
            _back[which] += before - payouts.payoutOf(_ids[which]).deposited;
        }
    }

    function requireConserved() external view {
        uint256[2] memory held;
        for (uint256 i = 0; i < PAYERS; i++) {
            bytes32 id = _ids[i];
            IMerklePayout.Payout memory payout = payouts.payoutOf(id);
            assertEq(payout.deposited, _in[i] - _back[i], "deposits less what went back");
            assertLe(payout.paid, payout.deposited, "paid");
            assertLe(payout.committed, payout.deposited, "committed");
            held[i == 2 ? 1 : 0] += payout.deposited - payout.paid;
            uint256 got;
            for (uint256 j = 0; j < ACCOUNTS; j++) {
                assertEq(_got[id][_accounts[j]], payouts.claimedOf(id, _accounts[j]), "paid twice");
                assertLe(_got[id][_accounts[j]], _sums[id][j], "more than earned");
                got += _got[id][_accounts[j]];
            }
            assertEq(got, payout.paid, "sum of claims");
        }
        assertEq(address(payouts).balance, held[0], "native obligations");
        assertEq(token.balanceOf(address(payouts)), held[1], "token obligations");
    }

    function _payer(uint256 which) private pure returns (address) {
        return address(uint160(0xa1 + which));
    }
}

contract MerklePayoutInvariants is Campaign {
    MerklePayoutHandler private _handler;

    function setUp() public {
        _handler = new MerklePayoutHandler();
        bytes4[] memory moves = new bytes4[](5);
        moves[0] = MerklePayoutHandler.deposit.selector;
        moves[1] = MerklePayoutHandler.post.selector;
        moves[2] = MerklePayoutHandler.claim.selector;
        moves[3] = MerklePayoutHandler.claim.selector;
        moves[4] = MerklePayoutHandler.reclaim.selector;
        _setUpCampaign(_handler, moves);
    }

    function invariant_BalanceIsWhatIsOwed() external view {
        _requireInvariants();
    }

    function _requireInvariants() internal view override {
        _handler.requireConserved();
    }

    function _paths() internal pure override returns (bytes32[] memory paths) {
        paths = new bytes32[](5);
        paths[0] = "deposit";
        paths[1] = "post";
        paths[2] = "claim";
        paths[3] = "claim to";
        paths[4] = "reclaim";
    }
}
