// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SystemAddresses} from "../../src/SystemAddresses.sol";
import {CreditsFixture} from "../CreditsFixture.sol";
import {Campaign, Moves} from "./Moves.sol";

/// @notice Holders and reporters at random.
contract CreditsHandler is CreditsFixture, Moves {
    uint256 private _used;
    uint256 private _burnAtStart;

    constructor() {
        _setUp();
        _burnAtStart = SystemAddresses.BURN.balance;
        _submit(2 * USD);
    }

    function mint(uint256 seed, uint256 amountWei) external {
        amountWei = amountWei % 100 ether;
        address account = _account(seed);
        vm.deal(account, amountWei);
        uint256 before = credits.balanceOf(account);
        bytes memory input = abi.encodeCall(credits.mint, (account, 0));
        if (_try("mint", account, address(credits), amountWei, input)) {
            uint256 most = amountWei * credits.latestPrice().price / 1e8 * 100_000 / 1e18;
            assertLe(credits.balanceOf(account) - before, most + 1, "no more than the price allows");
        }
    }

    function use(uint256 seed, uint256 amount, uint256 tooMuch) external {
        address account = _account(seed);
        uint256 held = credits.balanceOf(account);
        amount = tooMuch % 8 == 0 ? held + 1 : bound(amount, 0, held);
        bytes32 job = bytes32(seed % 3);
        uint256 before = credits.useOf(job).burnedWei;
        if (_try("use", account, address(credits), 0, abi.encodeCall(credits.use, (job, amount)))) {
            assertLe(amount, held, "used more than it had");
            _used += credits.useOf(job).burnedWei - before;
        }
    }

    function useFrom(uint256 seed, uint256 amount, uint256 allowed) external {
        (address account, address spender) = (_account(seed), _account(seed / 4));
        amount = bound(amount, 0, credits.balanceOf(account));
        allowed = bound(allowed, 0, 2 * amount);
        _try("approve", account, address(credits), 0, abi.encodeCall(credits.approve, (spender, allowed)));
        bytes32 job = bytes32(seed % 3);
        uint256 before = credits.useOf(job).burnedWei;
        bytes memory input = abi.encodeCall(credits.useFrom, (account, job, amount));
        if (_try("use from", spender, address(credits), 0, input)) {
            assertLe(amount, allowed, "used more than allowed");
            _used += credits.useOf(job).burnedWei - before;
        }
    }

    /// @notice Often soon enough that a price is in force, sometimes so late that it is stale.
    function report(uint256 price, uint256 wait) external {
        vm.warp(block.timestamp + (wait % 4 == 0 ? wait % 1 days : wait % 10 minutes));
        uint256 before = credits.latestPrice().price;
        uint128 next = uint128(price % (before < 1e3 ? 1e9 : 3 * before)) + 1;
        bytes memory input = abi.encodeCall(credits.submit, (_reports(next, next, next)));
        if (!_try("report", address(this), address(credits), 0, input)) return;
        uint256 now_ = credits.latestPrice().price;
        uint256 most = before / 10 == 0 ? 1 : before / 10;
        assertLe(now_, before + most, "a leap up");
        assertLe(before, now_ + most, "a leap down");
        assertLe(credits.mintPrice(), now_, "above the price");
    }

    function requireConserved() external view {
        uint256 balances;
        uint256 backing;
        for (uint256 i = 0; i < 4; i++) {
            balances += credits.balanceOf(_account(i));
            backing += credits.backingWei(_account(i));
        }
        assertEq(balances, credits.totalSupply(), "supply");
        assertEq(backing + _used, credits.burnedWei(), "every wei backs one credit");
        assertEq(SystemAddresses.BURN.balance - _burnAtStart, credits.burnedWei(), "burned");
        assertEq(address(credits).balance, 0, "nothing stays");
        assertLe(credits.remintableWei(block.timestamp / 7 days), WEEKLY_CAP, "re-mint");
    }

    function _account(uint256 seed) private pure returns (address) {
        return address(uint160(0x1000 + seed % 4));
    }
}

contract CreditsInvariants is Campaign {
    CreditsHandler private _handler;

    function setUp() public {
        _handler = new CreditsHandler();
        bytes4[] memory moves = new bytes4[](4);
        moves[0] = CreditsHandler.mint.selector;
        moves[1] = CreditsHandler.use.selector;
        moves[2] = CreditsHandler.useFrom.selector;
        moves[3] = CreditsHandler.report.selector;
        _setUpCampaign(_handler, moves);
    }

    function invariant_EveryWeiIsBurnedAndBacksOneUse() external view {
        _requireInvariants();
    }

    function _requireInvariants() internal view override {
        _handler.requireConserved();
    }

    function _paths() internal pure override returns (bytes32[] memory paths) {
        paths = new bytes32[](5);
        paths[0] = "mint";
        paths[1] = "use";
        paths[2] = "approve";
        paths[3] = "use from";
        paths[4] = "report";
    }
}
